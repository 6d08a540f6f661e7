namespace AutoBuild.Merge.Lines;

/// <summary>Compares two texts by pairing the runs with the rarest lines first, which keeps a moved brace from pairing with another; what git merges branches with.</summary>
internal static class HistogramDiff
{
    /// <summary>Lines more frequent than that in a region do not begin a pair.</summary>
    private const int Frequent = 64;

    public static LineChanges Compare(int[] old, int[] @new)
    {
        var changes = new LineChanges(old, @new);
        var boxes = new Stack<Box>();
        boxes.Push(new Box(0, old.Length, 0, @new.Length));
        while (boxes.TryPop(out var box))
        {
            if (box.Left == box.Right || box.Top == box.Bottom)
            {
                changes.MarkOld(box.Left, box.Right);
                changes.MarkNew(box.Top, box.Bottom);
                continue;
            }

            var search = new RarestRun(changes, box);
            if (search.Find() is { } run)
            {
                boxes.Push(new Box(run.Right, box.Right, run.Bottom, box.Bottom));
                boxes.Push(new Box(box.Left, run.Left, box.Top, run.Top));
            }
            else if (search.OnlyFrequent)
            {
                Fall(changes, box);
            }
            else
            {
                changes.MarkOld(box.Left, box.Right);
                changes.MarkNew(box.Top, box.Bottom);
            }
        }

        HunkSliding.Apply(changes);
        return changes;
    }

    private static void Fall(LineChanges changes, Box box)
    {
        var part = new LineChanges(changes.Old[box.Left..box.Right], changes.New[box.Top..box.Bottom]);
        MyersDiff.Mark(part);
        part.Gone.CopyTo(changes.Gone, box.Left);
        part.Come.CopyTo(changes.Come, box.Top);
    }

    /// <summary>Looks through one box for the run of equal lines that holds the rarest line, the longest of those.</summary>
    private sealed class RarestRun(LineChanges changes, Box box)
    {
        private readonly int[] _old = changes.Old;
        private readonly int[] _new = changes.New;
        private readonly Dictionary<int, (int First, int Count)> _seen = [];

        /// <summary>For each old line the next equal one below it in the box; 0 where there is none.</summary>
        private readonly int[] _next = new int[box.Right - box.Left];
        private Box? _best;
        private int _rarity = Frequent + 1;
        private bool _common;

        /// <summary>Whether the box has equal lines, but only frequent ones.</summary>
        public bool OnlyFrequent => _common && _rarity > Frequent;

        public Box? Find()
        {
            for (var i = box.Right - 1; i >= box.Left; i--)
            {
                var (first, count) = _seen.GetValueOrDefault(_old[i]);
                _next[i - box.Left] = first;
                _seen[_old[i]] = (i, count + 1);
            }

            for (var j = box.Top; j < box.Bottom;)
            {
                j = Try(j);
            }

            return OnlyFrequent ? null : _best;
        }

        private int Try(int j)
        {
            if (!_seen.TryGetValue(_new[j], out var seen))
            {
                return j + 1;
            }

            _common = true;
            if (seen.Count > _rarity)
            {
                return j + 1;
            }

            var after = j + 1;
            for (var i = seen.First; ;)
            {
                var (run, rarity) = Extend(i, j, seen.Count);
                after = Math.Max(after, run.Bottom);
                if (_best is not { } best || best.Right - best.Left < run.Right - run.Left || rarity < _rarity)
                {
                    (_best, _rarity) = (run, rarity);
                }

                while (i < run.Right)
                {
                    var next = _next[i - box.Left];
                    if (next == 0)
                    {
                        return after;
                    }

                    i = next;
                }
            }
        }

        private (Box Run, int Rarity) Extend(int i, int j, int rarity)
        {
            var (left, right, top, bottom) = (i, i + 1, j, j + 1);
            while (left > box.Left && top > box.Top && _old[left - 1] == _new[top - 1])
            {
                (left, top) = (left - 1, top - 1);
                rarity = Math.Min(rarity, _seen[_old[left]].Count);
            }

            while (right < box.Right && bottom < box.Bottom && _old[right] == _new[bottom])
            {
                rarity = Math.Min(rarity, _seen[_old[right]].Count);
                (right, bottom) = (right + 1, bottom + 1);
            }

            return (new Box(left, right, top, bottom), rarity);
        }
    }
}
