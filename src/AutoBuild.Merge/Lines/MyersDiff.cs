namespace AutoBuild.Merge.Lines;

/// <summary>Compares two texts by lines with the linear-space algorithm of Myers, and gives up on the shortest answer where git does, so that what comes out is what git sees.</summary>
internal static class MyersDiff
{
    public static LineChanges Compare(int[] old, int[] @new)
    {
        var changes = new LineChanges(old, @new);
        Mark(changes);
        HunkSliding.Apply(changes);
        return changes;
    }

    /// <summary>Marks what changed, without sliding.</summary>
    public static void Mark(LineChanges changes)
    {
        var (old, @new) = (changes.Old, changes.New);
        var head = old.AsSpan().CommonPrefixLength(@new);
        var (oldEnd, newEnd) = (old.Length, @new.Length);
        while (oldEnd > head && newEnd > head && old[oldEnd - 1] == @new[newEnd - 1])
        {
            (oldEnd, newEnd) = (oldEnd - 1, newEnd - 1);
        }

        var (keptOld, keptNew) = RareLines.Select(changes, head, oldEnd, newEnd);
        var path = new MiddleSnake([.. keptOld.Select(i => old[i])], [.. keptNew.Select(i => @new[i])]);
        var boxes = new Stack<(Box Box, bool Exact)>();
        boxes.Push((new Box(0, keptOld.Length, 0, keptNew.Length), false));
        while (boxes.TryPop(out var next))
        {
            var box = path.Shrink(next.Box);
            if (box.Left < box.Right && box.Top < box.Bottom)
            {
                var split = path.Split(box, next.Exact);
                boxes.Push((box with { Left = split.X, Top = split.Y }, split.ExactAfter));
                boxes.Push((box with { Right = split.X, Bottom = split.Y }, split.ExactBefore));
                continue;
            }

            for (var i = box.Left; i < box.Right; i++)
            {
                changes.Gone[keptOld[i]] = true;
            }

            for (var i = box.Top; i < box.Bottom; i++)
            {
                changes.Come[keptNew[i]] = true;
            }
        }
    }
}

/// <summary>Is a range of old lines (left to right) against a range of new lines (top to bottom).</summary>
internal readonly record struct Box(int Left, int Right, int Top, int Bottom);

/// <summary>Is where a box falls into two, and whether the halves are worth the shortest answer.</summary>
internal readonly record struct Split(int X, int Y, bool ExactBefore, bool ExactAfter);
