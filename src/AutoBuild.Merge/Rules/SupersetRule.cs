using AutoBuild.Merge.Lines;

namespace AutoBuild.Merge.Rules;

/// <summary>Answers chunks in which one side did all that the other did, and more.</summary>
internal static class SupersetRule
{
    public static Answer? Answer(MergeDraft draft, Piece chunk)
    {
        var (start, ours, theirs) = (draft.Base.Ids[chunk.Base.First..chunk.Base.End], draft.Ours.Ids[chunk.Ours.First..chunk.Ours.End], draft.Theirs.Ids[chunk.Theirs.First..chunk.Theirs.End]);
        return Holds(start, ours, theirs) ? Of(draft.OursText(chunk), "ours")
            : Holds(start, theirs, ours) ? Of(draft.TheirsText(chunk), "theirs")
            : null;
    }

    private static Answer Of(string text, string side) => new(text, MergeTier.B, "superset", $"The side {side} has all of the other side's change, and more.");

    /// <summary>Whether all lines that the smaller side added stand in the larger one in the same order, and all that it took away are gone there too.</summary>
    private static bool Holds(int[] start, int[] larger, int[] smaller)
    {
        var (small, large) = (MyersDiff.Compare(start, smaller), MyersDiff.Compare(start, larger));
        return Enumerable.Range(0, start.Length).All(i => !small.Gone[i] || large.Gone[i])
            && IsWithin([.. smaller.Where((_, j) => small.Come[j])], [.. larger.Where((_, j) => large.Come[j])])
            && small.Come.Any(come => come);
    }

    private static bool IsWithin(int[] few, int[] many)
    {
        var at = 0;
        foreach (var id in many)
        {
            at += at < few.Length && few[at] == id ? 1 : 0;
        }

        return at == few.Length;
    }
}
