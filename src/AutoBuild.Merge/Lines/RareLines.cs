namespace AutoBuild.Merge.Lines;

/// <summary>Leaves out the lines that no diff could pair, or hardly usefully: those the other text lacks, and frequent ones among them. As git does, so that hunks fall as git's do.</summary>
internal static class RareLines
{
    private const int Window = 100;

    /// <summary>Marks what is left out as changed, and returns the numbers of the lines that remain.</summary>
    public static (int[] Old, int[] New) Select(LineChanges changes, int from, int oldEnd, int newEnd)
    {
        var inOld = Count(changes.Old);
        var inNew = Count(changes.New);
        return (Keep(changes.Old, from, oldEnd, inNew, changes.Gone), Keep(changes.New, from, newEnd, inOld, changes.Come));
    }

    /// <summary>A power of two near the root.</summary>
    public static int Root(int number)
    {
        var root = 1;
        for (; number > 0; number >>= 2)
        {
            root <<= 1;
        }

        return root;
    }

    private static Dictionary<int, int> Count(int[] ids)
    {
        var counts = new Dictionary<int, int>(ids.Length);
        foreach (var id in ids)
        {
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, id, out _)++;
        }

        return counts;
    }

    private static int[] Keep(int[] ids, int from, int end, Dictionary<int, int> other, bool[] changed)
    {
        var frequent = Math.Min(Root(ids.Length), 1024);
        var kinds = new byte[ids.Length];
        for (var i = from; i < end; i++)
        {
            var matches = other.GetValueOrDefault(ids[i]);
            kinds[i] = (byte)(matches == 0 ? 0 : matches >= frequent ? 2 : 1);
        }

        var kept = new List<int>(end - from);
        for (var i = from; i < end; i++)
        {
            if (kinds[i] == 1 || (kinds[i] == 2 && !IsAmongStrangers(kinds, i, from, end - 1)))
            {
                kept.Add(i);
            }
            else
            {
                changed[i] = true;
            }
        }

        return [.. kept];
    }

    /// <summary>Whether the lines around a frequent one are mostly such as the other text lacks, on both sides.</summary>
    private static bool IsAmongStrangers(byte[] kinds, int at, int first, int last)
    {
        var (strangersBefore, frequentBefore) = Around(kinds, at, -1, Math.Max(first, at - Window));
        if (strangersBefore == 0)
        {
            return false;
        }

        var (strangersAfter, frequentAfter) = Around(kinds, at, 1, Math.Min(last, at + Window));
        var (strangers, frequent) = (strangersBefore + strangersAfter, frequentBefore + frequentAfter);
        return strangersAfter > 0 && frequent * 4 < frequent + strangers;
    }

    private static (int Strangers, int Frequent) Around(byte[] kinds, int at, int step, int limit)
    {
        var (strangers, frequent) = (0, 1);
        for (var i = at + step; (step < 0 ? i >= limit : i <= limit) && kinds[i] != 1; i += step)
        {
            if (kinds[i] == 0)
            {
                strangers++;
            }
            else
            {
                frequent++;
            }
        }

        return (strangers, frequent);
    }
}
