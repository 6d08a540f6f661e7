namespace AutoBuild.Core.Worktrees;

/// <summary>Is the lease of one working tree, for a job or for a person.</summary>
public sealed record Worktree
{
    public required Guid Id { get; init; }

    public required Guid ProjectId { get; init; }

    public Guid? TicketId { get; init; }

    /// <summary>The job that holds the lease; null for a worktree made by a person.</summary>
    public Guid? JobId { get; init; }

    public required string Path { get; init; }

    public required string BranchName { get; init; }

    public string? BaseCommit { get; init; }

    public WorktreeState Status { get; init; }

    /// <summary>First port of the block of ten.</summary>
    public int? PortBase { get; init; }

    public long? DiskBytes { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset LastUsedAt { get; init; }

    public DateTimeOffset? CleanupAt { get; init; }
}
