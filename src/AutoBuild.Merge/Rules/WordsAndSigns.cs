namespace AutoBuild.Merge.Rules;

/// <summary>Cuts lines into words and signs, whatever the language: what two texts share and where they differ, every sign included.</summary>
internal static class WordsAndSigns
{
    public static Dictionary<string, int> Count(ReadOnlySpan<string> lines)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            foreach (var word in In(line))
            {
                counts[word] = counts.GetValueOrDefault(word) + 1;
            }
        }

        return counts;
    }

    /// <summary>How many of the one are not in the other.</summary>
    public static int Missing(Dictionary<string, int> one, Dictionary<string, int> other) => one.Sum(word => Math.Max(0, word.Value - other.GetValueOrDefault(word.Key)));

    /// <summary>Runs of letters, digits and underscores; every other sign that is no blank by itself.</summary>
    public static IEnumerable<string> In(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var start = at++;
            if (IsWord(text[start]))
            {
                while (at < text.Length && IsWord(text[at]))
                {
                    at++;
                }
            }

            if (!char.IsWhiteSpace(text[start]))
            {
                yield return text[start..at];
            }
        }
    }

    private static bool IsWord(char character) => char.IsLetterOrDigit(character) || character == '_';
}
