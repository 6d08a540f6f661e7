namespace AutoBuild.Core.Landings;

/// <summary>Names where a candidate of the train stands.</summary>
public enum LandingState
{
    Queued,
    Merging,
    Testing,
    Moving,
    Landed,
    Conflict,
    Red,
    Ejected,
    Cancelled,
}

public enum LandingTrigger
{
    Take,
    Merged,
    AlreadyContained,
    Conflicted,

    /// <summary>A person answered a part of a conflict.</summary>
    Answer,
    Passed,
    Failed,
    Moved,

    /// <summary>The tip moved meanwhile, or the server died: merge again.</summary>
    StartOver,
    Eject,
    Cancel,
    Requeue,
}

/// <summary>Is the one place that says which state a landing may go to; drawn in <c>docs/states.md</c>.</summary>
public static class LandingMachine
{
    /// <summary>Every legal transition.</summary>
    public static IReadOnlyList<(LandingState From, LandingTrigger Trigger, LandingState To)> Table { get; } =
    [
        (LandingState.Queued, LandingTrigger.Take, LandingState.Merging),
        (LandingState.Merging, LandingTrigger.Merged, LandingState.Testing),
        (LandingState.Merging, LandingTrigger.AlreadyContained, LandingState.Landed),
        (LandingState.Merging, LandingTrigger.Conflicted, LandingState.Conflict),
        (LandingState.Testing, LandingTrigger.Passed, LandingState.Moving),
        (LandingState.Testing, LandingTrigger.Failed, LandingState.Red),
        (LandingState.Testing, LandingTrigger.Conflicted, LandingState.Conflict),
        (LandingState.Conflict, LandingTrigger.Answer, LandingState.Conflict),
        (LandingState.Moving, LandingTrigger.Moved, LandingState.Landed),
        (LandingState.Merging, LandingTrigger.StartOver, LandingState.Queued),
        (LandingState.Testing, LandingTrigger.StartOver, LandingState.Queued),
        (LandingState.Moving, LandingTrigger.StartOver, LandingState.Queued),
        (LandingState.Queued, LandingTrigger.Eject, LandingState.Ejected),
        (LandingState.Merging, LandingTrigger.Eject, LandingState.Ejected),
        (LandingState.Testing, LandingTrigger.Eject, LandingState.Ejected),
        (LandingState.Queued, LandingTrigger.Cancel, LandingState.Cancelled),
        (LandingState.Conflict, LandingTrigger.Cancel, LandingState.Cancelled),
        (LandingState.Red, LandingTrigger.Cancel, LandingState.Cancelled),
        (LandingState.Ejected, LandingTrigger.Cancel, LandingState.Cancelled),
        (LandingState.Conflict, LandingTrigger.Requeue, LandingState.Queued),
        (LandingState.Red, LandingTrigger.Requeue, LandingState.Queued),
        (LandingState.Ejected, LandingTrigger.Requeue, LandingState.Queued),
    ];

    private static readonly Dictionary<(LandingState, LandingTrigger), LandingState> Next =
        Table.ToDictionary(row => (row.From, row.Trigger), row => row.To);

    /// <summary>Returns the state that follows, or null where the table has no such row.</summary>
    public static LandingState? After(LandingState from, LandingTrigger trigger) =>
        Next.TryGetValue((from, trigger), out var to) ? to : null;

    /// <summary>Tells whether the landing is at work on the train.</summary>
    public static bool IsOpen(LandingState state) =>
        state is LandingState.Queued or LandingState.Merging or LandingState.Testing or LandingState.Moving;
}
