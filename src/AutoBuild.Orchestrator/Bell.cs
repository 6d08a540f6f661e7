namespace AutoBuild.Orchestrator;

/// <summary>Wakes a loop before its next poll; rings that nobody waits for are kept, as one.</summary>
public sealed class Bell : IDisposable
{
    private readonly SemaphoreSlim _rung = new(0, 1);

    public void Ring()
    {
        try
        {
            _rung.Release();
        }
        catch (SemaphoreFullException)
        {
            // Rung already: one wake serves both.
        }
    }

    /// <summary>Returns at the next ring, or after <paramref name="atMost"/>.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken cancel) => _rung.WaitAsync(atMost, cancel);

    public void Dispose() => _rung.Dispose();
}

/// <summary>Holds the bells by which the parts of the orchestrator wake each other.</summary>
public sealed class Bells : IDisposable
{
    /// <summary>Rung when a job may be claimable: submitted, finished, unblocked.</summary>
    public Bell Queue { get; } = new();

    /// <summary>Rung when a landing may be waiting.</summary>
    public Bell Trains { get; } = new();

    public void Dispose()
    {
        Queue.Dispose();
        Trains.Dispose();
    }
}
