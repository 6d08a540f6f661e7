using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace AutoBuild.Api;

/// <summary>Reads a POST's body as JSON where its sender did not say what it is: <c>fetch</c> calls a text <c>text/plain</c>, and <c>curl -d</c> anything a form.</summary>
/// <remarks>
/// A page of another site may send such a body without asking first. One with an Authorization header it may not, so that is asked for, even
/// where the token in it doesn't count; besides, <see cref="OriginCheck"/> has refused it before.
/// </remarks>
internal static class PlainBody
{
    private static readonly string[] Unsaid = ["text/plain", "application/x-www-form-urlencoded"];

    public static Task RunAsync(HttpContext http, RequestDelegate next)
    {
        var request = http.Request;
        if (HttpMethods.IsPost(request.Method) && !StringValues.IsNullOrEmpty(request.Headers.Authorization)
            && http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true && IsPlain(request.ContentType))
        {
            request.ContentType = "application/json";
        }

        return next(http);
    }

    private static bool IsPlain(string? type) => string.IsNullOrEmpty(type)
        || (MediaTypeHeaderValue.TryParse(type, out var media) && Unsaid.Contains(media.MediaType, StringComparer.OrdinalIgnoreCase)
            && (media.CharSet is null || media.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase)));
}
