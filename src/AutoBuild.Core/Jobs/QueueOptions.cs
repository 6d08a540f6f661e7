using AutoBuild.Core.Spending;

namespace AutoBuild.Core.Jobs;

/// <summary>Bounds the queue; the defaults are those of <c>autobuild.yaml</c>.</summary>
public sealed record QueueOptions
{
    /// <summary>Global cap; default 12.</summary>
    public int MaxParallelJobs { get; init; } = 12;

    /// <summary>Limits one attempt; default 30 minutes.</summary>
    public TimeSpan JobTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Further tries after the first; default 3.</summary>
    public int RetryAttempts { get; init; } = 3;

    /// <summary>How long a job waits before it counts one step more urgent; default 10 minutes.</summary>
    public TimeSpan AgeingStep { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a claim holds without a renewal; default 60 seconds.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often it is renewed; default 15 seconds.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often lost jobs are looked for; default 5 seconds.</summary>
    public TimeSpan Sweep { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>First backoff; doubles each time; default 5 seconds.</summary>
    public TimeSpan RetryBase { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest backoff; default 5 minutes.</summary>
    public TimeSpan RetryCap { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Bytes of disk that no start may go below; 0 doesn't look; default 2 GB.</summary>
    public long MinFreeDisk { get; init; } = 2_000_000_000;

    /// <summary>Bytes of available memory that no start may go below; 0 doesn't look; default 500 MB.</summary>
    public long MinFreeMemory { get; init; } = 500_000_000;

    /// <summary>Percent of time in which something waits for memory, from which on no further job starts; default 25.</summary>
    public int MaxMemoryPressure { get; init; } = 25;

    /// <summary>The same for a processor; default 101, never.</summary>
    public int MaxCpuPressure { get; init; } = 101;

    /// <summary>What agents may use; default anything.</summary>
    public Budget Budget { get; init; } = new();

    /// <summary>Whether a job waits while one of its project runs whose ticket declares that it touches the same files; default no.</summary>
    public bool HoldOverlaps { get; init; }

    /// <summary>Charged tries allowed in all.</summary>
    public int MaxAttempts => 1 + RetryAttempts;

    /// <summary>Returns min(cap, base · 2^(n−1)) · jitter.</summary>
    /// <param name="failures">Counted from 1.</param>
    /// <param name="jitter">0.5 to 1.5.</param>
    public TimeSpan Backoff(int failures, double jitter)
    {
        var doubled = RetryBase * Math.Pow(2, Math.Clamp(failures - 1, 0, 20));
        return (doubled < RetryCap ? doubled : RetryCap) * jitter;
    }
}
