namespace AutoBuild.Merge.Lines;

/// <summary>Says who changed a stretch of the file.</summary>
internal enum Change
{
    Nobody,
    Ours,
    Theirs,

    /// <summary>Both, to the same text.</summary>
    Both,

    /// <summary>Both, to different texts: open.</summary>
    Conflict,
}

/// <summary>Is a stretch of the file, in all three texts; the stretches of a merge tile each of them.</summary>
internal readonly record struct Stretch(Change Change, LineSpan Base, LineSpan Ours, LineSpan Theirs);

/// <summary>Lays two diffs over their common base. Changes that overlap or touch are one stretch, as in git.</summary>
internal static class ThreeWay
{
    public static List<Stretch> Merge(SourceText ours, SourceText theirs, int baseCount, List<Hunk> left, List<Hunk> right)
    {
        var stretches = new List<Stretch>();
        var (l, r) = (0, 0);
        var (atBase, atOurs, atTheirs) = (0, 0, 0);
        while (l < left.Count || r < right.Count)
        {
            var (first, second) = (l, r);
            var from = Math.Min(Start(left, l), Start(right, r));
            var end = from;
            while (Takes(left, ref l, ref end) || Takes(right, ref r, ref end))
            {
            }

            Same(from - atBase);
            var change = r == second ? Change.Ours : l == first ? Change.Theirs : Change.Conflict;
            var (oursCount, theirsCount) = (Count(left, first, l, end - from), Count(right, second, r, end - from));
            Add(change, end - from, oursCount, theirsCount);
        }

        Same(baseCount - atBase);
        return stretches;

        void Same(int count)
        {
            if (count > 0)
            {
                Add(Change.Nobody, count, count, count);
            }
        }

        void Add(Change change, int inBase, int inOurs, int inTheirs)
        {
            var stretch = new Stretch(change, new LineSpan(atBase, inBase), new LineSpan(atOurs, inOurs), new LineSpan(atTheirs, inTheirs));
            var equal = change is Change.Conflict && Ids(ours, stretch.Ours).SequenceEqual(Ids(theirs, stretch.Theirs));
            stretches.Add(equal ? stretch with { Change = Change.Both } : stretch);
            (atBase, atOurs, atTheirs) = (atBase + inBase, atOurs + inOurs, atTheirs + inTheirs);
        }
    }

    private static int Start(List<Hunk> hunks, int index) => index < hunks.Count ? hunks[index].Old.First : int.MaxValue;

    private static bool Takes(List<Hunk> hunks, ref int index, ref int end)
    {
        if (Start(hunks, index) > end)
        {
            return false;
        }

        end = Math.Max(end, hunks[index++].Old.End);
        return true;
    }

    private static int Count(List<Hunk> hunks, int first, int end, int inBase)
    {
        for (var i = first; i < end; i++)
        {
            inBase += hunks[i].New.Count - hunks[i].Old.Count;
        }

        return inBase;
    }

    private static ReadOnlySpan<int> Ids(SourceText text, LineSpan span) => text.Ids.AsSpan(span.First, span.Count);
}
