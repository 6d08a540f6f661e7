namespace AutoBuild.Merge;

/// <summary>Finds in a file that somebody settled as a whole what they put in the place of each chunk.</summary>
public static class ChunkAnswers
{
    private const int LinesAround = 3;

    /// <summary>
    /// Returns the answers by the index of their chunk, as whole lines. A chunk is left out where the lines around it were changed too, or stand in the
    /// file more than once: then nobody can say what was meant for it.
    /// </summary>
    /// <param name="merged">What the engine made of the same three texts.</param>
    public static IReadOnlyDictionary<int, string> Locate(MergeResult merged, string settled)
    {
        var found = new Dictionary<int, string>();
        if (merged.Outline is not { Between: var between })
        {
            return found;
        }

        var lines = ChunkText.Lines(settled);
        for (var (index, from) = (0, 0); index < merged.Chunks.Count; index++)
        {
            var (before, after) = (ChunkText.Lines(between[index]), ChunkText.Lines(between[index + 1]));
            if (End(lines, [.. before.TakeLast(LinesAround)], from, atStart: before.Count <= LinesAround && index == 0) is { } start
                && Start(lines, [.. after.Take(LinesAround)], start, atEnd: after.Count <= LinesAround && index == merged.Chunks.Count - 1) is { } end)
            {
                found[merged.Chunks[index].Index] = string.Concat(lines.Skip(start).Take(end - start));
                from = end;
            }
        }

        return found;
    }

    // Where the lines before a chunk end; null where they are not there, or not only once.
    private static int? End(IReadOnlyList<string> lines, List<string> before, int from, bool atStart) =>
        before.Count == 0 ? (atStart ? 0 : null)
        : atStart ? (StandsAt(lines, before, 0) ? before.Count : null)
        : Only(lines, before, from) + before.Count;

    private static int? Start(IReadOnlyList<string> lines, List<string> after, int from, bool atEnd) =>
        after.Count == 0 ? (atEnd ? lines.Count : null)
        : atEnd ? (lines.Count - after.Count >= from && StandsAt(lines, after, lines.Count - after.Count) ? lines.Count - after.Count : null)
        : Only(lines, after, from);

    private static int? Only(IReadOnlyList<string> lines, List<string> wanted, int from)
    {
        int? found = null;
        for (var at = from; at + wanted.Count <= lines.Count; at++)
        {
            if (StandsAt(lines, wanted, at))
            {
                if (found is not null)
                {
                    return null;
                }

                found = at;
            }
        }

        return found;
    }

    private static bool StandsAt(IReadOnlyList<string> lines, List<string> wanted, int at) =>
        at >= 0 && at + wanted.Count <= lines.Count && wanted.Select((line, index) => Same(line, lines[at + index])).All(same => same);

    private static bool Same(string one, string other) => one.AsSpan().TrimEnd().SequenceEqual(other.AsSpan().TrimEnd());
}
