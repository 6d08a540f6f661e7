namespace AutoBuild.Merge;

/// <summary>Checks that a text has the words and brackets that both sides' edits make of the base, whatever their order.</summary>
internal static class WordAccount
{
    /// <summary>
    /// Whether each word is there as often as both edits together explain. What both sides put in or took out may be the same change or two:
    /// the smaller of both changes, and whole lines that both put in, may count once.
    /// </summary>
    /// <param name="excused">Words that are not counted.</param>
    public static bool Holds(string start, string ours, string theirs, string merged, IReadOnlySet<string> excused)
    {
        var (before, left, right, after) = (Count(start), Count(ours), Count(theirs), Count(merged));
        var (lines, mine, other) = (Lines(start), Lines(ours), Lines(theirs));
        var added = Within(mine.ToDictionary(line => line.Key, line => Math.Min(line.Value, other.GetValueOrDefault(line.Key)) - lines.GetValueOrDefault(line.Key)));
        return before.Keys.Union(left.Keys).Union(right.Keys).Union(after.Keys).All(word => excused.Contains(word) || IsExplained(word));

        bool IsExplained(string word)
        {
            var was = before.GetValueOrDefault(word);
            var (here, there) = (left.GetValueOrDefault(word) - was, right.GetValueOrDefault(word) - was);
            var apart = after.GetValueOrDefault(word) - (was + here + there);
            return apart >= -Math.Max(added.GetValueOrDefault(word), Math.Min(here, there)) && apart <= Math.Max(0, Math.Min(-here, -there));
        }
    }

    private static Dictionary<string, int> Count(string text)
    {
        var counts = Words.Count(text);
        foreach (var bracket in text.Where(sign => "()[]{}".Contains(sign, StringComparison.Ordinal)).CountBy(sign => sign))
        {
            counts[$"{bracket.Key}"] = bracket.Value;
        }

        return counts;
    }

    private static Dictionary<string, int> Lines(string text) => text.Split('\n').Select(line => line.Trim()).CountBy(line => line).ToDictionary();

    /// <summary>Counts the words of lines that stand there several times.</summary>
    private static Dictionary<string, int> Within(Dictionary<string, int> lines)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (line, times) in lines.Where(line => line.Value > 0))
        {
            foreach (var (word, count) in Count(line))
            {
                counts[word] = counts.GetValueOrDefault(word) + (times * count);
            }
        }

        return counts;
    }
}
