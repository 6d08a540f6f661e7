namespace AutoBuild.Merge.Structure;

/// <summary>Merges three orders of items whose identity is known, as sets: who is in, and in which order.</summary>
/// <remarks>
/// An item stands where the side put it that moved or added it, among the base's items; where both sides put something between the same two, the
/// target's come first, unless a comparison knows better. An item both sides still have is in; one that a side dropped is out.
/// </remarks>
internal static class SetMerge
{
    private const int MostPairs = 1_000_000;

    /// <summary>Merges identities, each at most once in a list; null where the lists are too long to compare.</summary>
    /// <param name="compare">Orders two added items; null keeps the target's first.</param>
    /// <param name="meets">Whether what both sides put between the same two items may stand there together; null where anything may.</param>
    /// <param name="kept">Whether an item that one side dropped stays in all the same.</param>
    public static List<int>? Merge(IReadOnlyList<int> start, IReadOnlyList<int> ours, IReadOnlyList<int> theirs, Comparison<int>? compare, Func<int, bool> kept, Func<IReadOnlyList<int>, IReadOnlyList<int>, bool>? meets = null)
    {
        if ((long)start.Count * Math.Max(ours.Count, theirs.Count) > MostPairs)
        {
            return null;
        }

        var (left, right) = (Gaps.Of(start, ours), Gaps.Of(start, theirs));
        var (inOurs, inTheirs, inBase) = (ours.ToHashSet(), theirs.ToHashSet(), start.ToHashSet());
        bool Stays(int item) => !inBase.Contains(item) || (inOurs.Contains(item) && inTheirs.Contains(item)) || kept(item);
        var (merged, done) = (new List<int>(), new HashSet<int>());
        for (var gap = 0; gap <= start.Count; gap++)
        {
            List<int> here = [.. left.Added[gap].Where(Stays)], there = [.. right.Added[gap].Where(Stays)];
            if (meets is not null && here.Count > 0 && there.Count > 0 && !meets(here, there))
            {
                return null;
            }

            merged.AddRange(Joined(here, there, compare).Where(done.Add));
            if (gap < start.Count && Stays(start[gap]) && StandsStill(start[gap], left, right, inOurs, inTheirs))
            {
                done.Add(start[gap]);
                merged.Add(start[gap]);
            }
        }

        return merged;
    }

    /// <summary>Says whether a base item keeps its place: no side that has it moved it.</summary>
    private static bool StandsStill(int item, Gaps left, Gaps right, HashSet<int> inOurs, HashSet<int> inTheirs) =>
        (left.Aligned.Contains(item) || !inOurs.Contains(item)) && (right.Aligned.Contains(item) || !inTheirs.Contains(item));

    private static IEnumerable<int> Joined(List<int> ours, List<int> theirs, Comparison<int>? compare)
    {
        if (compare is null || ours.Count == 0 || theirs.Count == 0)
        {
            return ours.Concat(theirs);
        }

        var joined = ours.ToList();
        foreach (var item in theirs.Where(item => !ours.Contains(item)))
        {
            var at = joined.FindIndex(other => compare(item, other) < 0);
            joined.Insert(at < 0 ? joined.Count : at, item);
        }

        return joined;
    }

    /// <summary>Is where a side's items stand among the base's: those it kept in order, and what it put between.</summary>
    private sealed record Gaps(HashSet<int> Aligned, List<int>[] Added)
    {
        public static Gaps Of(IReadOnlyList<int> start, IReadOnlyList<int> side)
        {
            var lengths = Lengths(start, side);
            var gaps = new Gaps([], [.. Enumerable.Range(0, start.Count + 1).Select(_ => new List<int>())]);
            var (row, column, gap) = (0, 0, 0);
            while (row < start.Count || column < side.Count)
            {
                if (row < start.Count && column < side.Count && start[row] == side[column])
                {
                    gaps.Aligned.Add(start[row++]);
                    (column, gap) = (column + 1, row);
                }
                else if (column < side.Count && (row == start.Count || lengths[row, column + 1] >= lengths[row + 1, column]))
                {
                    gaps.Added[gap].Add(side[column++]);
                }
                else
                {
                    row++;
                }
            }

            return gaps;
        }

        private static int[,] Lengths(IReadOnlyList<int> start, IReadOnlyList<int> side)
        {
            var lengths = new int[start.Count + 1, side.Count + 1];
            for (var row = start.Count - 1; row >= 0; row--)
            {
                for (var column = side.Count - 1; column >= 0; column--)
                {
                    lengths[row, column] = start[row] == side[column] ? lengths[row + 1, column + 1] + 1 : Math.Max(lengths[row + 1, column], lengths[row, column + 1]);
                }
            }

            return lengths;
        }
    }
}
