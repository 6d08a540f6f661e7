using AutoBuild.Core.Memory;
using AutoBuild.Memory.Search;

namespace AutoBuild.Memory.Context;

/// <summary>Is what a context is made of.</summary>
internal sealed record ContextInput
{
    /// <summary>Best first; more than 40 are not looked at.</summary>
    public IReadOnlyList<SearchResult> Found { get; init; } = [];

    /// <summary>Gives the signatures of what a text uses, the most telling first; by default those of what was found too.</summary>
    public Func<IReadOnlyList<SearchResult>, IReadOnlyList<ContextSignature>>? Signatures { get; init; }

    /// <summary>Those that apply, the surest first.</summary>
    public IReadOnlyList<LearnedPattern> Patterns { get; init; } = [];

    /// <summary>Earlier work that is like the task, the likest first.</summary>
    public IReadOnlyList<MemoryEntry> Memories { get; init; } = [];
}

/// <param name="Line">Where the definition begins.</param>
/// <param name="Text">One line.</param>
internal sealed record ContextSignature(string Path, int Line, string Text);
