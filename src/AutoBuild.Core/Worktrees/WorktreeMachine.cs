namespace AutoBuild.Core.Worktrees;

/// <summary>Names where a worktree stands.</summary>
public enum WorktreeState
{
    Active,
    Merging,
    Cleanup,

    /// <summary>It holds work that could not be saved: a person decides. It counts against no cap.</summary>
    Kept,
    Deleted,
}

public enum WorktreeTrigger
{
    LandingStarted,
    LandingEnded,

    /// <summary>The run is over: rescue, then back to the pool.</summary>
    Release,

    /// <summary>The rescue refused, so the tree is kept.</summary>
    Keep,

    /// <summary>Nothing of it is left, or the slot is back in the pool.</summary>
    Dropped,
}

/// <summary>Is the one place that says which state a worktree may go to; drawn in <c>docs/states.md</c>.</summary>
public static class WorktreeMachine
{
    /// <summary>Every legal transition.</summary>
    public static IReadOnlyList<(WorktreeState From, WorktreeTrigger Trigger, WorktreeState To)> Table { get; } =
    [
        (WorktreeState.Active, WorktreeTrigger.LandingStarted, WorktreeState.Merging),
        (WorktreeState.Merging, WorktreeTrigger.LandingEnded, WorktreeState.Active),
        (WorktreeState.Active, WorktreeTrigger.Release, WorktreeState.Cleanup),
        (WorktreeState.Merging, WorktreeTrigger.Release, WorktreeState.Cleanup),
        (WorktreeState.Cleanup, WorktreeTrigger.Keep, WorktreeState.Kept),
        (WorktreeState.Kept, WorktreeTrigger.Release, WorktreeState.Cleanup),
        (WorktreeState.Cleanup, WorktreeTrigger.Dropped, WorktreeState.Deleted),
    ];

    private static readonly Dictionary<(WorktreeState, WorktreeTrigger), WorktreeState> Next =
        Table.ToDictionary(row => (row.From, row.Trigger), row => row.To);

    /// <summary>Returns the state that follows, or null where the table has no such row.</summary>
    public static WorktreeState? After(WorktreeState from, WorktreeTrigger trigger) =>
        Next.TryGetValue((from, trigger), out var to) ? to : null;
}
