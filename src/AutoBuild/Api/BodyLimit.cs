using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AutoBuild.Api;

/// <summary>Refuses bodies over 10 MB.</summary>
internal static class BodyLimit
{
    /// <summary>Bytes up to which a refused body is read and thrown away, so that its sender gets to read the answer.</summary>
    public const long Drained = 100_000_000;

    private const long Largest = 10_000_000;

    public static Task RunAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Request.ContentLength > Largest)
        {
            return Faults.TooLarge.ExecuteAsync(http);
        }

        http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = Largest;
        return next(http);
    }
}
