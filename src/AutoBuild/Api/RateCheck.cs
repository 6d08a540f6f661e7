using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace AutoBuild.Api;

/// <summary>Slows a runaway client down, by its address.</summary>
/// <remarks>
/// Who asks for an event stream waits instead of being refused: after a restart all readers come back at once, and a browser that is refused
/// gives its stream up for good. They have a measure of their own, so that they take nothing from other requests.
/// </remarks>
internal sealed class RateCheck(RateOptions options) : IDisposable
{
    private readonly PartitionedRateLimiter<HttpContext> _requests = Limiter(options, waiting: 0);
    private readonly PartitionedRateLimiter<HttpContext> _streams = Limiter(options, options.Waiting);

    public async Task RunAsync(HttpContext http, RequestDelegate next)
    {
        using var lease = AsksForStream(http.Request) ? await _streams.AcquireAsync(http, 1, http.RequestAborted) : _requests.AttemptAcquire(http);
        await (lease.IsAcquired ? next(http) : RefuseAsync(http, lease));
    }

    public void Dispose()
    {
        _requests.Dispose();
        _streams.Dispose();
    }

    private Task RefuseAsync(HttpContext http, RateLimitLease lease)
    {
        var seconds = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1;
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return new Problem(StatusCodes.Status429TooManyRequests, "rate_limited",
            $"Too many {options.What}: {options.PerSecond} a second are allowed. Try again in {seconds} s.").ExecuteAsync(http);
    }

    private static bool AsksForStream(HttpRequest request) => request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);

    private static PartitionedRateLimiter<HttpContext> Limiter(RateOptions options, int waiting) => PartitionedRateLimiter.Create<HttpContext, string>(http =>
        RateLimitPartition.GetTokenBucketLimiter(http.Connection.RemoteIpAddress?.ToString() ?? "", _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.Burst,
            TokensPerPeriod = options.PerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = waiting,
        }));
}

/// <param name="Burst">Requests at once.</param>
/// <param name="PerSecond">Requests a second after that.</param>
/// <param name="What">Names them in the refusal.</param>
/// <param name="Waiting">Requests for an event stream that may wait for their turn.</param>
internal sealed record RateOptions(int Burst = 5000, int PerSecond = 1000, string What = "requests", int Waiting = 0);
