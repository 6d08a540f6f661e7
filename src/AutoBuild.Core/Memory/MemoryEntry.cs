namespace AutoBuild.Core.Memory;

/// <summary>Is one thing that is remembered of a project; serialised, it is the memory of the wire.</summary>
public sealed record MemoryEntry
{
    public required Guid Id { get; init; }

    public required Guid ProjectId { get; init; }

    public Guid? TicketId { get; init; }

    public required MemoryType MemoryType { get; init; }

    /// <summary>Markdown; what a run left is facts that were seen, and words of people and of the repository.</summary>
    public required string Content { get; init; }

    public required MemorySource Source { get; init; }

    /// <summary>The job that it was learnt from; null where somebody wrote it.</summary>
    public Guid? JobId { get; init; }

    /// <summary>The commit that came of it.</summary>
    public string? Commit { get; init; }

    /// <summary>Who wrote it; null where it was learnt.</summary>
    public string? MadeBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When somebody changed its words, which nothing learnt replaces then.</summary>
    public DateTimeOffset? EditedAt { get; init; }

    public DateTimeOffset UpdatedAt => EditedAt ?? CreatedAt;
}

/// <summary>Tells where a memory comes from.</summary>
public enum MemorySource
{
    /// <summary>Facts of a job that we saw ourselves.</summary>
    Run,
    Person,

    /// <summary>An agent said so.</summary>
    Agent,
}

public enum MemoryType
{
    ExecutionSuccess,
    ExecutionFailure,
    Pattern,
    Insight,
    Feedback,
    Decision,
}

/// <summary>Is a memory that somebody writes.</summary>
public sealed record NewMemory
{
    /// <summary>At most so many characters are kept.</summary>
    public const int Longest = 20_000;

    public required Guid ProjectId { get; init; }

    public Guid? TicketId { get; init; }

    public required MemoryType Type { get; init; }

    public required string Content { get; init; }

    public MemorySource Source { get; init; } = MemorySource.Person;

    public string? MadeBy { get; init; }
}

/// <summary>Names what changes; null leaves as it is.</summary>
public sealed record MemoryPatch(string? Content = null, MemoryType? Type = null);

public sealed record MemoryFilter(Guid ProjectId, MemoryType? Type = null, Guid? TicketId = null);

/// <summary>Is the beginning of a list, and how long it is as a whole.</summary>
public sealed record Listed<T>(IReadOnlyList<T> Items, int Total);
