namespace AutoBuild.Merge.Lines;

/// <summary>Merges by lines, with the two diffs that git knows. Where one of them sees no conflict, that is the answer, unless the other sees none either and comes to another text.</summary>
internal static class LineMerge
{
    public static List<Stretch> Stretches(SourceText start, SourceText ours, SourceText theirs)
    {
        var (left, right) = (MyersDiff.Compare(start.Ids, ours.Ids), MyersDiff.Compare(start.Ids, theirs.Ids));
        var (rareLeft, rareRight) = (HistogramDiff.Compare(start.Ids, ours.Ids), HistogramDiff.Compare(start.Ids, theirs.Ids));
        var (myers, histogram) = (Lay(left, right), Lay(rareLeft, rareRight));
        return (Conflicts(myers), Conflicts(histogram)) switch
        {
            (0, 0) => SameText(ours, theirs, myers, histogram) ? myers : Lay(Both(left, rareLeft), Both(right, rareRight)),
            (> 0, 0) => histogram,
            _ => myers,
        };

        List<Stretch> Lay(LineChanges l, LineChanges r) => ThreeWay.Merge(ours, theirs, start.Count, l.Hunks(), r.Hunks());
    }

    private static int Conflicts(List<Stretch> stretches) => stretches.Count(stretch => stretch.Change is Change.Conflict);

    private static bool SameText(SourceText ours, SourceText theirs, List<Stretch> one, List<Stretch> other) =>
        Lines(ours, theirs, one).SequenceEqual(Lines(ours, theirs, other));

    private static IEnumerable<int> Lines(SourceText ours, SourceText theirs, List<Stretch> stretches) => stretches.SelectMany(stretch =>
        stretch.Change is Change.Theirs ? theirs.Ids.Skip(stretch.Theirs.First).Take(stretch.Theirs.Count) : ours.Ids.Skip(stretch.Ours.First).Take(stretch.Ours.Count));

    /// <summary>Pairs only the lines that both diffs pair with each other: where they disagree, nothing counts as unchanged.</summary>
    private static LineChanges Both(LineChanges one, LineChanges other)
    {
        var both = new LineChanges(one.Old, one.New);
        both.MarkOld(0, one.Old.Length);
        both.MarkNew(0, one.New.Length);
        var partner = Partners(other);
        foreach (var (i, j) in Pairs(one))
        {
            (both.Gone[i], both.Come[j]) = partner[i] == j ? (false, false) : (true, true);
        }

        return both;
    }

    private static int[] Partners(LineChanges changes)
    {
        var partners = new int[changes.Old.Length];
        Array.Fill(partners, -1);
        foreach (var (i, j) in Pairs(changes))
        {
            partners[i] = j;
        }

        return partners;
    }

    private static IEnumerable<(int Old, int New)> Pairs(LineChanges changes)
    {
        for (var (i, j) = (0, 0); i < changes.Old.Length; i++)
        {
            if (changes.Gone[i])
            {
                continue;
            }

            while (changes.Come[j])
            {
                j++;
            }

            yield return (i, j++);
        }
    }
}
