namespace AutoBuild.Core.Jobs;

/// <summary>Names what can move a job.</summary>
public enum JobTrigger
{
    /// <summary>Its hour came, or a person approved it, and everything it depends on has landed.</summary>
    Ready,

    /// <summary>As <see cref="Ready"/>, but a dependency has not landed.</summary>
    ReadyButBlocked,
    DependenciesLanded,
    Claim,
    Heard,
    Complete,

    /// <summary>It ended without success, and trying again is not for the machine to decide.</summary>
    Fail,
    Retry,

    /// <summary>A quota, a rate limit or an overload: waits without being charged.</summary>
    Wait,

    /// <summary>Another job of its agent met a limit, so it does not start.</summary>
    Hold,

    /// <summary>To be stopped; the cause is on the job.</summary>
    Stop,
    Cancel,
    TimeOut,
    Due,
}

/// <summary>
/// Is the one place that says which state a job may go to; drawn in <c>docs/states.md</c>.
/// <see cref="JobDecision"/> chooses the trigger from what happened, stores persist what comes out and decide nothing.
/// </summary>
public static class JobMachine
{
    /// <summary>Every legal transition.</summary>
    public static IReadOnlyList<(JobState From, JobTrigger Trigger, JobState To)> Table { get; } =
    [
        (JobState.Pending, JobTrigger.Ready, JobState.Queued),
        (JobState.Pending, JobTrigger.ReadyButBlocked, JobState.Blocked),
        (JobState.Pending, JobTrigger.Cancel, JobState.Cancelled),

        (JobState.Blocked, JobTrigger.DependenciesLanded, JobState.Queued),
        (JobState.Blocked, JobTrigger.Cancel, JobState.Cancelled),

        (JobState.Queued, JobTrigger.Claim, JobState.Dispatched),
        (JobState.Queued, JobTrigger.ReadyButBlocked, JobState.Blocked),
        (JobState.Queued, JobTrigger.Hold, JobState.RetryWait),
        (JobState.Queued, JobTrigger.Cancel, JobState.Cancelled),

        (JobState.Dispatched, JobTrigger.Heard, JobState.Running),
        (JobState.Dispatched, JobTrigger.Retry, JobState.RetryWait),
        (JobState.Dispatched, JobTrigger.Fail, JobState.Failed),
        (JobState.Dispatched, JobTrigger.Stop, JobState.Cancelling),

        (JobState.Running, JobTrigger.Complete, JobState.Completed),
        (JobState.Running, JobTrigger.Fail, JobState.Failed),
        (JobState.Running, JobTrigger.Retry, JobState.RetryWait),
        (JobState.Running, JobTrigger.Wait, JobState.RetryWait),
        (JobState.Running, JobTrigger.Stop, JobState.Cancelling),
        (JobState.Running, JobTrigger.TimeOut, JobState.TimedOut),

        (JobState.Cancelling, JobTrigger.Cancel, JobState.Cancelled),
        (JobState.Cancelling, JobTrigger.TimeOut, JobState.TimedOut),
        (JobState.Cancelling, JobTrigger.Retry, JobState.RetryWait),

        (JobState.RetryWait, JobTrigger.Due, JobState.Queued),
        (JobState.RetryWait, JobTrigger.ReadyButBlocked, JobState.Blocked),
        (JobState.RetryWait, JobTrigger.Cancel, JobState.Cancelled),
    ];

    private static readonly Dictionary<(JobState, JobTrigger), JobState> Next =
        Table.ToDictionary(row => (row.From, row.Trigger), row => row.To);

    /// <summary>Returns the state that follows, or null where the table has no such row.</summary>
    public static JobState? After(JobState from, JobTrigger trigger) =>
        Next.TryGetValue((from, trigger), out var to) ? to : null;
}
