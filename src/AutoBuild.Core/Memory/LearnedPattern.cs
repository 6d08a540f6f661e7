using System.Text.Json.Serialization;

namespace AutoBuild.Core.Memory;

/// <summary>Is a habit of a project, learnt from what landed in it or written by somebody.</summary>
public sealed record LearnedPattern
{
    public required Guid Id { get; init; }

    public required Guid ProjectId { get; init; }

    /// <summary>Tells it again, whatever its words; null where somebody wrote it.</summary>
    [JsonIgnore]
    public string? Key { get; init; }

    public required PatternType PatternType { get; init; }

    /// <summary>One sentence.</summary>
    public required string PatternContent { get; init; }

    /// <summary>Landed jobs that bear it out.</summary>
    public int SuccessCount { get; init; }

    /// <summary>Landed jobs that went against it.</summary>
    public int FailureCount { get; init; }

    public DateTimeOffset? LastUsedAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When somebody changed its words, which nothing learnt replaces then.</summary>
    public DateTimeOffset? EditedAt { get; init; }

    /// <summary>What it was learnt from, newest first, at most ten.</summary>
    public IReadOnlyList<PatternSource> Provenance { get; init; } = [];
}

/// <summary>Names one piece of landed work.</summary>
/// <param name="Held">Whether it bears the pattern out.</param>
public sealed record PatternSource(Guid TicketId, Guid JobId, string? Commit, bool Held, DateTimeOffset At);

public enum PatternType
{
    /// <summary>Where files of a kind go.</summary>
    FileStructure,
    Naming,
    TestConvention,

    /// <summary>A command that checks the work.</summary>
    Command,

    /// <summary>Files that change together.</summary>
    CoChange,
    ErrorHandling,

    /// <summary>What another version or a person called otherwise.</summary>
    Other,
}

public sealed record PatternFilter(Guid ProjectId, PatternType? Type = null);
