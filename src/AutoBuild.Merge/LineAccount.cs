namespace AutoBuild.Merge;

/// <summary>Checks that a text is what both sides' edits make of the base, line by line and whatever their order.</summary>
internal static class LineAccount
{
    /// <summary>
    /// Whether every line that either side added is there once, and every one that either took away is gone. A line that both added is there once;
    /// brackets and blanks may be there twice. Blanks at the ends of lines do not count.
    /// </summary>
    public static bool Holds(ReadOnlySpan<string> start, ReadOnlySpan<string> ours, ReadOnlySpan<string> theirs, string merged)
    {
        var counts = new Dictionary<string, (int Base, int Ours, int Theirs, int Merged)>(StringComparer.Ordinal);
        foreach (var line in start)
        {
            Of(line).Base++;
        }

        foreach (var line in ours)
        {
            Of(line).Ours++;
        }

        foreach (var line in theirs)
        {
            Of(line).Theirs++;
        }

        foreach (var line in merged.Split('\n'))
        {
            Of(line).Merged++;
        }

        return counts.All(line => IsExplained(line.Key, line.Value));

        ref (int Base, int Ours, int Theirs, int Merged) Of(string line) =>
            ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, line.Trim(), out _);
    }

    private static bool IsExplained(string line, (int Base, int Ours, int Theirs, int Merged) count)
    {
        var (ours, theirs) = (count.Ours - count.Base, count.Theirs - count.Base);
        var sum = count.Base + ours + theirs;
        if (line.Length == 0 || Math.Sign(ours) * Math.Sign(theirs) <= 0)
        {
            return line.Length == 0 || count.Merged == sum;
        }

        var once = count.Base + (ours > 0 ? Math.Max(ours, theirs) : Math.Min(ours, theirs));
        return count.Merged == once || (count.Merged == sum && !line.Any(char.IsLetterOrDigit));
    }
}
