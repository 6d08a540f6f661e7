using AutoBuild.Merge.Lines;

namespace AutoBuild.Merge.Rules;

/// <summary>Is what both sides did within one chunk: the runs of lines that each has in place of the base's; lines count from the start of the chunk.</summary>
internal sealed record Edits(List<Hunk> Ours, List<Hunk> Theirs)
{
    /// <summary>How many words and signs the busier side took away or added; one that moved within a run counts as kept.</summary>
    public required int Words { get; init; }

    /// <summary>The same of the other side.</summary>
    public required int FewerWords { get; init; }

    /// <summary>How many lines the busier side took away or added.</summary>
    public required int Lines { get; init; }

    public int Count => Ours.Count + Theirs.Count;

    /// <summary>Whether a side put lines in without changing any.</summary>
    public bool Insert => Ours.Concat(Theirs).Any(hunk => hunk.Old.Count == 0);

    /// <summary>Whether both sides changed the same lines, or both put lines in at the same place.</summary>
    public bool Overlap => Ours.Any(ours => Theirs.Any(theirs => Meet(ours.Old, theirs.Old)));

    public static Edits Of(MergeDraft draft, Piece chunk, Func<int[], int[], LineChanges> diff)
    {
        var start = Ids(draft.Base, chunk.Base);
        var (ours, theirs) = (diff(start, Ids(draft.Ours, chunk.Ours)).Hunks(), diff(start, Ids(draft.Theirs, chunk.Theirs)).Hunks());
        var (inOurs, inTheirs) = (WordsIn(draft, chunk.Base, draft.Ours, chunk.Ours, ours), WordsIn(draft, chunk.Base, draft.Theirs, chunk.Theirs, theirs));
        return new Edits(ours, theirs)
        {
            Words = Math.Max(inOurs, inTheirs),
            FewerWords = Math.Min(inOurs, inTheirs),
            Lines = Math.Max(LinesIn(ours), LinesIn(theirs)),
        };
    }

    /// <summary>Whether two runs have a line in common, or are the same point between two lines.</summary>
    public static bool Meet(LineSpan one, LineSpan other) =>
        (one.First < other.End && other.First < one.End) || (one.Count == 0 && other.Count == 0 && one.First == other.First);

    private static int[] Ids(SourceText text, LineSpan span) => text.Ids[span.First..span.End];

    private static int LinesIn(List<Hunk> hunks) => hunks.Sum(hunk => Math.Max(hunk.Old.Count, hunk.New.Count));

    private static int WordsIn(MergeDraft draft, LineSpan start, SourceText side, LineSpan span, List<Hunk> hunks) => hunks.Sum(hunk =>
    {
        var (old, @new) = (WordsAndSigns.Count(draft.Base.Of(Within(start, hunk.Old))), WordsAndSigns.Count(side.Of(Within(span, hunk.New))));
        return Math.Max(WordsAndSigns.Missing(old, @new), WordsAndSigns.Missing(@new, old));
    });

    private static LineSpan Within(LineSpan whole, LineSpan part) => new(whole.First + part.First, part.Count);
}
