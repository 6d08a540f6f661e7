namespace AutoBuild.Core.Landings;

/// <summary>Shows one file in which both sides met: in conflict, or resolved.</summary>
/// <param name="Path">Path within the repository; after a rename the new one.</param>
/// <param name="Kind">content, modify/delete, add/add, rename/rename, binary …, as git names it.</param>
/// <param name="Base">Text of the common ancestor, capped; null where there is none, it is no text, or it is left out.</param>
/// <param name="Ours">Text on the target, capped.</param>
/// <param name="Theirs">Text on the job's branch, capped.</param>
public sealed record LandingConflict(string Path, string Kind, string? Base, string? Ours, string? Theirs)
{
    /// <summary>Texts offered for the whole file.</summary>
    public IReadOnlyList<string> Proposals { get; init; } = [];

    /// <summary>A sentence on what stands in the way, or on how the file was settled as a whole; null where the chunks say it all.</summary>
    public string? Note { get; init; }

    /// <summary>The command that makes the file again, where it is settled so; null for all others.</summary>
    public string? Command { get; init; }

    /// <summary>The places where both sides met, in order; empty where no texts could be laid beside each other.</summary>
    public IReadOnlyList<LandingChunk> Chunks { get; init; } = [];

    /// <summary>What a person chose for the file as a whole; null where it is not so settled.</summary>
    public FileAnswer? Answer { get; init; }

    /// <summary>Tells whether something of it waits for an answer.</summary>
    public bool IsOpen() => Answer is null && (Chunks.Count == 0 || Chunks.Any(chunk => chunk.Accepted is null));

    /// <summary>Tells whether its answer holds only if the checks pass on the merged tree: no person answers for it, and no strict rule.</summary>
    public bool IsGuessed() => Answer is null && (Chunks.Count == 0 || Chunks.Any(chunk => chunk.IsGuessed));

    /// <summary>Tells whether a person answers for some of it.</summary>
    public bool IsPersons() => Answer is not null || Chunks.Any(chunk => chunk.By is ChunkStage.Person);

    /// <summary>Opens what was guessed again; the guesses stay as proposals.</summary>
    public LandingConflict Doubted() => this with { Chunks = [.. Chunks.Select(chunk => chunk.IsGuessed ? chunk with { Accepted = null, By = null } : chunk)] };
}

/// <summary>Is what a person put in the place of a whole file.</summary>
/// <param name="By">Who.</param>
public sealed record FileAnswer(string By)
{
    /// <summary>Git's id of the bytes; null deletes the file, or it is as in <see cref="Commit"/>.</summary>
    public string? Object { get; init; }

    /// <summary>Git's mode; null keeps that of the merge.</summary>
    public string? Mode { get; init; }

    /// <summary>The commit that settled it, where it was settled so.</summary>
    public string? Commit { get; init; }
}

/// <summary>Is one place in a file where both sides met.</summary>
public sealed record LandingChunk
{
    /// <summary>Counted from 1 in the file.</summary>
    public required int Number { get; init; }

    public required ChunkSide Base { get; init; }

    public required ChunkSide Target { get; init; }

    public required ChunkSide Branch { get; init; }

    /// <summary>How far the answer can be trusted; c and d are open, for a model or a person.</summary>
    public required ChunkTier Tier { get; init; }

    /// <summary>The stable name of the rule that answered, or that says why none did.</summary>
    public required string Rule { get; init; }

    /// <summary>A sentence on what was seen there.</summary>
    public required string Why { get; init; }

    /// <summary>The text that is in its place now; null where it is open.</summary>
    public string? Accepted { get; init; }

    /// <summary>Who answers for that text; null where it is open.</summary>
    public ChunkStage? By { get; init; }

    /// <summary>What each stage offered, also where it was not taken.</summary>
    public IReadOnlyList<LandingProposal> Proposals { get; init; } = [];

    internal bool IsGuessed => Accepted is not null && By is not ChunkStage.Person && Tier is not ChunkTier.A;
}

/// <summary>Is a run of lines of one side.</summary>
/// <param name="Line">The first, counted from 1.</param>
/// <param name="Lines">May be 0: then it stands before <paramref name="Line"/>.</param>
/// <param name="Text">Null where it is left out for its length.</param>
public sealed record ChunkSide(int Line, int Lines, string? Text);

/// <summary>Is one text that a stage offered for a chunk.</summary>
/// <param name="Why">A sentence: what it saw, or why it was not taken.</param>
/// <param name="CostUsd">What asking for it cost; null where nothing did.</param>
public sealed record LandingProposal(ChunkStage Stage, string Text, ChunkTier Tier, string Rule, string Why, decimal? CostUsd = null);

/// <summary>Says how far the answer to a chunk can be trusted.</summary>
public enum ChunkTier
{
    /// <summary>Taken as it is.</summary>
    A,

    /// <summary>Taken where the checks pass on the merged tree.</summary>
    B,

    /// <summary>Open, or a model's: taken where the checks pass on the merged tree.</summary>
    C,

    /// <summary>For a person.</summary>
    D,
}

/// <summary>Names who answers for a chunk.</summary>
public enum ChunkStage
{
    Engine,

    /// <summary>The answer to the same chunk before.</summary>
    Earlier,
    Model,
    Person,
}
