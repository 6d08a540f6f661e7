using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace AutoBuild.Api;

/// <summary>Lets so many requests work at once and the others wait, so that memory stays bounded whatever is sent.</summary>
internal sealed class TurnCheck : IDisposable
{
    private const int AtOnce = 64;
    private const int LargeAtOnce = 2;
    private const int MostWaiting = 2000;
    private const long Large = 1_000_000;

    private readonly ConcurrencyLimiter _all = Limiter(AtOnce);
    private readonly ConcurrencyLimiter _large = Limiter(LargeAtOnce);

    public async Task RunAsync(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<Lasting>() is not null)
        {
            await next(http);
            return;
        }

        using var turn = await _all.AcquireAsync(1, http.RequestAborted);
        using var large = turn.IsAcquired && IsLarge(http.Request) ? await _large.AcquireAsync(1, http.RequestAborted) : null;
        await (turn.IsAcquired && large?.IsAcquired != false ? next(http) : Full.ExecuteAsync(http));
    }

    public void Dispose()
    {
        _all.Dispose();
        _large.Dispose();
    }

    /// <summary>Answers where even waiting is refused.</summary>
    private static Problem Full => new(StatusCodes.Status429TooManyRequests, "rate_limited", $"{MostWaiting} requests wait already. Try again in a moment.");

    private static bool IsLarge(HttpRequest request) => request.ContentLength is { } length ? length > Large : request.Headers.TransferEncoding.Count > 0;

    private static ConcurrencyLimiter Limiter(int atOnce) => new(new ConcurrencyLimiterOptions
    {
        PermitLimit = atOnce,
        QueueLimit = MostWaiting,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });
}

/// <summary>Marks a route whose answer may take very long: it needs no turn.</summary>
internal sealed record Lasting;
