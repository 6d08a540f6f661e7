using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace AutoBuild.Api;

/// <summary>Slows a runaway client down, by its address.</summary>
internal sealed class RateCheck(RateOptions options) : IDisposable
{
    private readonly PartitionedRateLimiter<HttpContext> _limiter = PartitionedRateLimiter.Create<HttpContext, string>(http =>
        RateLimitPartition.GetTokenBucketLimiter(http.Connection.RemoteIpAddress?.ToString() ?? "", _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.Burst,
            TokensPerPeriod = options.PerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        }));

    public Task RunAsync(HttpContext http, RequestDelegate next)
    {
        using var lease = _limiter.AttemptAcquire(http);
        if (lease.IsAcquired)
        {
            return next(http);
        }

        var seconds = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1;
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return new Problem(StatusCodes.Status429TooManyRequests, "rate_limited",
            $"Too many {options.What}: {options.PerSecond} a second are allowed. Try again in {seconds} s.").ExecuteAsync(http);
    }

    public void Dispose() => _limiter.Dispose();
}

/// <param name="Burst">Requests at once.</param>
/// <param name="PerSecond">Requests a second after that.</param>
/// <param name="What">Names them in the refusal.</param>
internal sealed record RateOptions(int Burst = 5000, int PerSecond = 1000, string What = "requests");
