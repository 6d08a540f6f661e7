using AutoBuild.Core.Qa;

namespace AutoBuild.Core.Landings;

/// <summary>Takes the branch of one job onto its target; one row per job, one train per target branch.</summary>
public sealed record Landing
{
    public required Guid Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required Guid JobId { get; init; }

    public required Guid TicketId { get; init; }

    public required string TargetBranch { get; init; }

    /// <summary>The job's branch.</summary>
    public required string BranchName { get; init; }

    /// <summary>The commit of that branch which was approved.</summary>
    public required string Commit { get; init; }

    public LandingState State { get; init; }

    /// <summary>Order within the train; smaller goes first.</summary>
    public long Position { get; init; }

    public IReadOnlyList<LandingConflict> Conflicts { get; init; } = [];

    /// <summary>Evidence for the merged tree.</summary>
    public QaReport? Qa { get; init; }

    /// <summary>The tip of the target this candidate was merged onto.</summary>
    public string? OntoCommit { get; init; }

    /// <summary>The merge commit, once made.</summary>
    public string? MergedCommit { get; init; }

    public string? Error { get; init; }

    /// <summary>Who approved: a person, or the policy.</summary>
    public string? ApprovedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? LandedAt { get; init; }
}

/// <summary>Shows one file that could not be merged, with both sides.</summary>
/// <param name="Path">Path within the repository.</param>
/// <param name="Kind">content, modify/delete, add/add, rename, binary …, as git names it.</param>
/// <param name="Base">Text of the common ancestor, capped; null where there is none or it is no text.</param>
/// <param name="Ours">Text on the target, capped.</param>
/// <param name="Theirs">Text on the job's branch, capped.</param>
public sealed record LandingConflict(string Path, string Kind, string? Base, string? Ours, string? Theirs)
{
    /// <summary>Resolutions offered; the merge engine will fill it.</summary>
    public IReadOnlyList<string> Proposals { get; init; } = [];
}
