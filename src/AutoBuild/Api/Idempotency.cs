using System.Security.Cryptography;
using AutoBuild.Core.Store;
using Microsoft.AspNetCore.Http;

namespace AutoBuild.Api;

/// <summary>Reads the Idempotency-Key of a creating request and the hash of its body.</summary>
internal static class Idempotency
{
    public const string Header = "Idempotency-Key";

    private const int LongestKey = 200;

    /// <summary>Hashes the body of a request that carries a key, and leaves it to be read again.</summary>
    public static async Task RunAsync(HttpContext http, RequestDelegate next)
    {
        var key = http.Request.Headers[Header].ToString();
        if (key.Length == 0 || !HttpMethods.IsPost(http.Request.Method) || http.Features.Get<Caller>() is not { } caller)
        {
            await next(http);
            return;
        }

        if (key.Length > LongestKey)
        {
            await new Problem(400, "validation_failed", $"{Header}: expected 1 to {LongestKey} characters, got {key.Length}.").ExecuteAsync(http);
            return;
        }

        // In memory: a file in a folder that others can look into is no place for somebody's text.
        var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var hash = SHA256.HashData(body.GetBuffer().AsSpan(0, (int)body.Length));
        body.Position = 0;
        http.Request.Body = body;
        http.Features.Set(new IdempotencyKey(caller.Name, $"POST {http.Request.Path}", key, Convert.ToHexStringLower(hash)));
        await next(http);
    }

    /// <summary>The key of this request; null where it has none.</summary>
    public static IdempotencyKey? Of(HttpContext http) => http.Features.Get<IdempotencyKey>();

    /// <summary>Tells the client that it got the first answer again.</summary>
    public static void Tell(HttpContext http, bool replayed)
    {
        if (replayed)
        {
            http.Response.Headers["Idempotency-Replayed"] = "true";
        }
    }
}
