namespace AutoBuild.Core.Memory;

/// <summary>Is all that one job teaches, written in one transaction; a lesson that comes again replaces what it wrote before and counts nothing twice.</summary>
public sealed record Lesson
{
    public required Guid ProjectId { get; init; }

    public required Guid TicketId { get; init; }

    public required Guid JobId { get; init; }

    /// <summary>What is remembered of the job; null where it waits for a person still.</summary>
    public MemoryType? Type { get; init; }

    public string Content { get; init; } = "";

    public string? Commit { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>What it says for and against habits of the project.</summary>
    public IReadOnlyList<PatternEvidence> Patterns { get; init; } = [];

    /// <summary>The attempts that were handed a context; what others asked for was never given.</summary>
    public IReadOnlyList<int> Given { get; init; } = [];

    /// <summary>Paths that its agents opened.</summary>
    public IReadOnlyList<string> Read { get; init; } = [];

    public IReadOnlyList<string> Changed { get; init; } = [];
}

/// <summary>Is what one piece of landed work says of a habit.</summary>
/// <param name="Key">Tells the habit again, whatever its words.</param>
/// <param name="Content">The words it gets where it is new; null counts only where it is known.</param>
/// <param name="Held">Whether the work kept to it.</param>
public sealed record PatternEvidence(PatternType Type, string Key, string? Content, bool Held);

/// <summary>Is a job whose facts the memory has not got yet.</summary>
/// <param name="Stamp">Grows with everything that happens to the job: what was told before does not settle it.</param>
public sealed record DueLesson(Guid JobId, Guid ProjectId, long Stamp, int TriesLeft);
