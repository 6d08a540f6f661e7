using Microsoft.AspNetCore.Http;

namespace AutoBuild.Api;

/// <summary>Puts on every answer what keeps a browser from keeping, guessing, framing or sharing it.</summary>
internal static class AnswerHeaders
{
    public static Task RunAsync(HttpContext http, RequestDelegate next)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Referrer-Policy"] = "no-referrer";
        return next(http);
    }
}
