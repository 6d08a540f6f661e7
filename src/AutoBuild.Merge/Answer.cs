using System.Collections.Frozen;
using AutoBuild.Merge.Lines;

namespace AutoBuild.Merge;

/// <summary>Is what a stage puts in the place of a chunk.</summary>
/// <param name="Text">Made of slices of the inputs.</param>
/// <param name="Tier">A or B.</param>
/// <param name="Rule">Stable name, in kebab case.</param>
/// <param name="Evidence">A sentence for people: what the rule saw.</param>
internal sealed record Answer(string Text, MergeTier Tier, string Rule, string Evidence)
{
    /// <summary>
    /// How the answer is accounted for. By lines: each line that a side added is there once, each that a side took away is gone.
    /// A stage that works within lines says so and has checked it by itself; then the words are counted all the same.
    /// </summary>
    public bool AccountsForItself { get; init; }

    /// <summary>Words that may be lost or back, since the stage has a reason: the lower of two versions, an import that is still used.</summary>
    public IReadOnlySet<string> Excused { get; init; } = FrozenSet<string>.Empty;
}

/// <summary>Is a stretch of the file with the answer it has; the pieces of a draft tile all three texts.</summary>
internal sealed record Piece(Stretch Stretch, Answer? Answer)
{
    public LineSpan Base => Stretch.Base;

    public LineSpan Ours => Stretch.Ours;

    public LineSpan Theirs => Stretch.Theirs;

    public bool IsChunk => Stretch.Change is Change.Conflict;

    public bool IsOpen => IsChunk && Answer is null;

    /// <summary>The rule that knows what the chunk is and leaves it open, and why; null where none does. No later stage is asked.</summary>
    public (string Rule, string Evidence)? Held { get; init; }
}
