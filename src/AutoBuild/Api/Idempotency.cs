using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using AutoBuild.Core.Store;
using Microsoft.AspNetCore.Http;

namespace AutoBuild.Api;

/// <summary>Marks a route whose handler gives the key to the store, which then keeps it in the transaction that makes the thing.</summary>
internal sealed record KeyKept;

/// <summary>Marks a POST that only asks: there is nothing to do once.</summary>
internal sealed record Asking;

/// <summary>Does a POST that carries an Idempotency-Key once: the same key and body get the first answer again.</summary>
internal sealed class Idempotency(IStore store)
{
    public const string Header = "Idempotency-Key";

    private const int LongestKey = 200;
    private const string Json = "application/json; charset=utf-8";

    // Keys whose first request is under way.
    private readonly ConcurrentDictionary<(string, string, string), byte> _underWay = new();

    public async Task RunAsync(HttpContext http, RequestDelegate next)
    {
        var key = http.Request.Headers[Header].ToString();
        if (key.Length == 0 || !HttpMethods.IsPost(http.Request.Method) || http.GetEndpoint()?.Metadata.GetMetadata<Asking>() is not null || http.Features.Get<Caller>() is not { } caller)
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
        var asked = new IdempotencyKey(caller.Name, $"POST {http.Request.Path}", key, Convert.ToHexStringLower(hash));
        http.Features.Set(asked);
        await (http.GetEndpoint()?.Metadata.GetMetadata<KeyKept>() is null ? OnceAsync(asked, http, next) : next(http));
    }

    /// <summary>The key of this request; null where it has none.</summary>
    public static IdempotencyKey? Of(HttpContext http) => http.Features.Get<IdempotencyKey>();

    private async Task OnceAsync(IdempotencyKey key, HttpContext http, RequestDelegate next)
    {
        var turn = (key.Principal, key.Route, key.Key);
        if (!_underWay.TryAdd(turn, 0))
        {
            await new Problem(409, "idempotency_key_in_use", "A request with this key is being done; send it again in a moment.").ExecuteAsync(http);
            return;
        }

        try
        {
            var known = await store.FindAnswerAsync(key, http.RequestAborted);
            await (!known.Done ? Problem.Of(known.Refusal).ExecuteAsync(http)
                : known.Value is { } answer ? AgainAsync(answer, http)
                : FirstAsync(key, http, next));
        }
        finally
        {
            _underWay.TryRemove(turn, out _);
        }
    }

    private static Task AgainAsync(KeptAnswer answer, HttpContext http)
    {
        Tell(http, replayed: true);
        http.Response.StatusCode = answer.Status;
        http.Response.Headers.Location = answer.Location;
        http.Response.ContentType = Json;
        return http.Response.WriteAsync(answer.Body, http.RequestAborted);
    }

    // What was done is kept before it is told; what was refused may be asked again.
    private async Task FirstAsync(IdempotencyKey key, HttpContext http, RequestDelegate next)
    {
        var wire = http.Response.Body;
        using var body = new MemoryStream();
        http.Response.Body = body;
        try
        {
            await next(http);
            if (http.Response.StatusCode is >= 200 and < 300)
            {
                var text = Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
                await store.KeepAnswerAsync(key, new KeptAnswer(http.Response.StatusCode, http.Response.Headers.Location, text), CancellationToken.None);
            }
        }
        finally
        {
            http.Response.Body = wire;
        }

        body.Position = 0;
        await body.CopyToAsync(wire, http.RequestAborted);
    }

    /// <summary>Tells the client that it got the first answer again.</summary>
    public static void Tell(HttpContext http, bool replayed)
    {
        if (replayed)
        {
            http.Response.Headers["Idempotency-Replayed"] = "true";
        }
    }
}
