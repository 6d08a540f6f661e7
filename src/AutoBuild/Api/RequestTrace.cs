using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AutoBuild.Api;

internal static class RequestTrace
{
    /// <summary>Returns the W3C trace id of a request, which a client may have chosen with <c>traceparent</c>.</summary>
    public static string Of(HttpContext http) => http.Features.Get<IHttpActivityFeature>()?.Activity.TraceId.ToHexString() ?? http.TraceIdentifier;
}
