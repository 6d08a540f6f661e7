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

    /// <summary>The files that wait for an answer, while it stands in conflict.</summary>
    public IReadOnlyList<LandingConflict> Conflicts { get; init; } = [];

    /// <summary>The files in which both sides met and that were settled, by whom and how; kept after it has landed.</summary>
    public IReadOnlyList<LandingConflict> Resolved { get; init; } = [];

    /// <summary>Evidence for the merged tree.</summary>
    public QaReport? Qa { get; init; }

    /// <summary>The tip of the target this candidate was merged onto.</summary>
    public string? OntoCommit { get; init; }

    /// <summary>The merge commit, once made.</summary>
    public string? MergedCommit { get; init; }

    /// <summary>With whom it is tried, while it is under way and after; null while it waits.</summary>
    public LandingBatch? Batch { get; init; }

    /// <summary>How often this work was sent back to its agent by the train before it was queued; a person's own follow-up begins at 0 again.</summary>
    public int Reworks { get; init; }

    public string? Error { get; init; }

    /// <summary>Who approved: a person, or the policy.</summary>
    public string? ApprovedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? LandedAt { get; init; }

    /// <summary>Returns the last resort that its conflicts took; null where nothing was in conflict.</summary>
    public ChunkStage? ResolvedBy() => Resolved.Count == 0 ? null
        : Resolved.Max(file => file.Answer is not null ? ChunkStage.Person : file.Chunks.Select(chunk => chunk.By ?? ChunkStage.Engine).DefaultIfEmpty().Max());

    /// <summary>Returns it without the texts of its files: what a list and an event tell.</summary>
    public Landing WithoutTexts() => this with { Conflicts = LandingTexts.Without(Conflicts), Resolved = LandingTexts.Without(Resolved) };
}

/// <summary>Is a landing's place among those that are merged one after another and checked together.</summary>
/// <param name="Id">The same for all that are tried together.</param>
/// <param name="Size">How many they are.</param>
/// <param name="Place">Counted from 1; the merge commit of a place holds those of all places before it.</param>
public sealed record LandingBatch(Guid Id, int Size, int Place);
