using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Journal;

/// <summary>Says why a run has to end before it is done.</summary>
internal enum StopCause
{
    /// <summary>Asked by the orchestrator, or the runner itself was told to stop.</summary>
    Cancelled,

    /// <summary>Nobody renewed the run in time.</summary>
    LostRenewal,

    /// <summary>The attempt took longer than it may.</summary>
    WallTimeout,

    /// <summary>No space was left for the run's own files.</summary>
    DiskFull,

    /// <summary>The run's own files can't be written for another reason.</summary>
    DiskFailed,
}

/// <summary>Stops a run once; the first cause counts.</summary>
internal sealed class RunStop : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly Lock _gate = new();

    public CancellationToken Token => _source.Token;

    /// <summary>Null as long as the run may go on.</summary>
    public StopCause? Cause { get; private set; }

    public string Reason { get; private set; } = "";

    public void Request(StopCause cause, string reason)
    {
        lock (_gate)
        {
            if (Cause is not null)
            {
                return;
            }
            (Reason, Cause) = (reason, cause);
        }
        // Never on the caller's thread: what a stop sets off may take the caller's locks.
        _ = _source.CancelAsync();
    }

    /// <summary>Stops a run whose files can't be written: what it does could not be seen any more.</summary>
    public void Request(IOException fault)
    {
        var full = DiskSpace.IsExhausted(fault);
        Request(full ? StopCause.DiskFull : StopCause.DiskFailed, full ? $"No space is left on the disk: {fault.Message}" : $"The run's files can't be written: {fault.Message}");
    }

    public void Dispose() => _source.Dispose();
}
