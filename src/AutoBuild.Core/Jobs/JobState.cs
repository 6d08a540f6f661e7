namespace AutoBuild.Core.Jobs;

/// <summary>Names where a job stands; <see cref="JobMachine"/> alone moves it.</summary>
public enum JobState
{
    /// <summary>Accepted; awaits approval or its hour.</summary>
    Pending,

    /// <summary>A ticket it depends on has not landed.</summary>
    Blocked,

    /// <summary>In a lane, ready to be claimed.</summary>
    Queued,

    /// <summary>Holds a slot; the runner has not been heard of.</summary>
    Dispatched,
    Running,

    /// <summary>To be stopped, and not yet proved dead.</summary>
    Cancelling,

    /// <summary>Waits out a backoff or a quota; holds no slot.</summary>
    RetryWait,
    Completed,
    Failed,
    Cancelled,
    TimedOut,
}

/// <summary>Is the state as the wire shows it.</summary>
public enum JobStatus
{
    Pending,
    Queued,
    Dispatched,
    Running,
    Completed,
    Failed,
    Cancelled,
}

/// <summary>Says why a job waits.</summary>
public enum QueuedReason
{
    ProjectCapacity,
    GlobalCapacity,
    Dependency,
    RateLimit,
    Resources,
    Approval,
    Paused,

    /// <summary>What may be spent in a day is spent.</summary>
    Budget,

    /// <summary>A running job's ticket says that it touches the same files.</summary>
    Overlap,
}

public static class JobStates
{
    /// <summary>Tells whether the state is an end.</summary>
    public static bool IsOver(this JobState state) =>
        state is JobState.Completed or JobState.Failed or JobState.Cancelled or JobState.TimedOut;

    /// <summary>Tells whether the state holds a slot.</summary>
    public static bool IsActive(this JobState state) =>
        state is JobState.Dispatched or JobState.Running or JobState.Cancelling;

    /// <summary>Returns the word of the wire.</summary>
    public static JobStatus ToStatus(this JobState state, bool atCapacity) => state switch
    {
        JobState.Pending or JobState.RetryWait => JobStatus.Pending,
        JobState.Blocked => JobStatus.Queued,
        JobState.Queued => atCapacity ? JobStatus.Queued : JobStatus.Pending,
        JobState.Dispatched => JobStatus.Dispatched,
        JobState.Running or JobState.Cancelling => JobStatus.Running,
        JobState.Completed => JobStatus.Completed,
        JobState.Failed or JobState.TimedOut => JobStatus.Failed,
        JobState.Cancelled => JobStatus.Cancelled,
    };
}
