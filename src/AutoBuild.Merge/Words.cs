namespace AutoBuild.Merge;

/// <summary>Counts the words of a text without knowing its language: names, numbers, and signs that compute or compare.</summary>
/// <remarks>Brackets and separators are not among them: they come and go as lists and lines are put together. <see cref="Rules.WordsAndSigns"/> has them.</remarks>
internal static class Words
{
    private const string Signs = "!<>=+-*/%&|^~?@#\\";

    public static Dictionary<string, int> Count(string text)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int at = 0, end; at < text.Length; at = end)
        {
            end = at + 1;
            if (IsPart(text[at]))
            {
                while (end < text.Length && IsPart(text[end]))
                {
                    end++;
                }
            }
            else if (!Signs.Contains(text[at], StringComparison.Ordinal))
            {
                continue;
            }

            var word = text[at..end];
            counts[word] = counts.GetValueOrDefault(word) + 1;
        }

        return counts;
    }

    private static bool IsPart(char sign) => char.IsLetterOrDigit(sign) || sign is '_' or '$' || char.IsSurrogate(sign);
}
