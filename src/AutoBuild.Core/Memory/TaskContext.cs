namespace AutoBuild.Core.Memory;

/// <summary>Asks for the context of a task.</summary>
/// <param name="Project">Whose memory.</param>
/// <param name="Task">The ticket's text.</param>
public sealed record ContextRequest(Guid Project, string Task)
{
    /// <summary>Tokens of the whole text; default 2,000.</summary>
    public int MaxTokens { get; init; } = 2000;

    public bool IncludePatterns { get; init; } = true;

    /// <summary>The commit that the work starts from; null is the default branch.</summary>
    public string? Commit { get; init; }

    /// <summary>Whose run it is for, so that its use can be measured; null where nobody's.</summary>
    public Guid? Job { get; init; }

    public int Attempt { get; init; }
}

/// <summary>Is text to start a task with.</summary>
/// <param name="Context">Markdown; what stands in it is data of the repository and of earlier runs, and marked so.</param>
/// <param name="Sources">What it holds, in the order of the text.</param>
/// <param name="Patterns">Texts of the learnt patterns in it.</param>
/// <param name="Tokens">An upper bound, at most what was asked for.</param>
public sealed record TaskContext(string Context, IReadOnlyList<ContextSource> Sources, IReadOnlyList<string> Patterns, int Tokens)
{
    /// <summary>Where there was more: paths that were found and did not fit, best first.</summary>
    public IReadOnlyList<string> Dropped { get; init; } = [];

    /// <summary>What it had to do without, in one sentence for people; null where nothing was missing.</summary>
    public string? Lacks { get; init; }
}

/// <summary>Is one part of a context.</summary>
/// <param name="Path">From the root of the repository.</param>
/// <param name="StartLine">Counted from 1.</param>
/// <param name="EndLine">The line it ends on.</param>
/// <param name="Part">Why it is there.</param>
public sealed record ContextSource(string Path, int StartLine, int EndLine, ContextPart Part);

/// <summary>Tells why a source is part of a context.</summary>
public enum ContextPart
{
    /// <summary>A whole definition.</summary>
    Definition,

    /// <summary>The signature of something that a definition uses.</summary>
    Signature,

    /// <summary>The nearest test.</summary>
    Test,

    /// <summary>A line of the map of what else was found.</summary>
    Map,
}
