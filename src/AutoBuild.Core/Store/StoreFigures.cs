using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Worktrees;

namespace AutoBuild.Core.Store;

/// <summary>Is what the store counts, of one moment; reading it costs the same however much is over.</summary>
public sealed record StoreFigures
{
    /// <summary>Unfinished jobs.</summary>
    public required IReadOnlyList<JobFigure> Jobs { get; init; }

    /// <summary>Age of the oldest job that waits; 0 where none does.</summary>
    public required double OldestWaitSeconds { get; init; }

    public required bool Paused { get; init; }

    /// <summary>Jobs ever submitted.</summary>
    public required long Submitted { get; init; }

    /// <summary>Claims ever made, each an attempt.</summary>
    public required long Claimed { get; init; }

    /// <summary>Jobs that ended, by status: completed, failed, cancelled.</summary>
    public required IReadOnlyDictionary<JobStatus, long> Finished { get; init; }

    public required IReadOnlyList<Tally> Tallies { get; init; }

    /// <summary>What agents ever used, the most used first.</summary>
    public required IReadOnlyList<UsageFigure> Usage { get; init; }

    /// <summary>Those that are not deleted.</summary>
    public required IReadOnlyDictionary<WorktreeState, int> Worktrees { get; init; }

    /// <summary>Those on a train.</summary>
    public required IReadOnlyDictionary<LandingState, int> Landings { get; init; }

    /// <summary>Callbacks that are still to be delivered.</summary>
    public required long CallbacksOwed { get; init; }

    /// <summary>Events ever written.</summary>
    public required long Events { get; init; }
}

/// <summary>Counts the jobs of a project in one state and priority.</summary>
public sealed record JobFigure(Guid ProjectId, string Project, JobState State, Priority Priority, int Jobs);

/// <summary>Counts how often something happened, since the store was made.</summary>
/// <param name="Name">attempt, result or landing.</param>
/// <param name="Label">How it ended.</param>
/// <param name="Detail">Of an attempt the error's code; else empty.</param>
public sealed record Tally(string Name, string Label, string Detail, long Count);

/// <param name="Model">Empty where it is not known.</param>
public sealed record UsageFigure(string Agent, string Model, RunUsage Usage);
