namespace AutoBuild.Memory.Index;

/// <summary>Finds literals that look drawn by lot: long, of capitals, small letters and digits without order, in quotes.</summary>
/// <remarks>Checksums and ids in hexadecimal are none, nor what says that it is a checksum, nor data of several hundred signs.</remarks>
internal static class RandomLiterals
{
    private const int Least = 32;
    private const int Most = 256;
    private const double LeastRandom = 4.3;

    /// <summary>Whether a run of signs is such a literal.</summary>
    public static bool Is(ReadOnlySpan<char> text, int start, int end) =>
        end - start is >= Least and <= Most && start > 0 && text[start - 1] is '"' or '\'' or '`' && end < text.Length && text[end] == text[start - 1] && IsRandom(text[start..end]);

    private static bool IsRandom(ReadOnlySpan<char> literal)
    {
        if (IsChecksum(literal) || IsPathOrName(literal))
        {
            return false;
        }

        var digits = 0;
        var changes = 0;
        for (var i = 0; i < literal.Length; i++)
        {
            digits += char.IsAsciiDigit(literal[i]) ? 1 : 0;
            changes += i > 0 && Kind(literal[i]) != Kind(literal[i - 1]) ? 1 : 0;
        }

        // In names letters of one kind follow each other; the alphabet itself is in order.
        return digits >= 2 && changes * 3 >= literal.Length && literal.ContainsAnyInRange('A', 'Z') && literal.ContainsAnyInRange('a', 'z') && Randomness.OfSigns(literal) >= LeastRandom;
    }

    private static bool IsChecksum(ReadOnlySpan<char> literal) =>
        literal.StartsWith("sha", StringComparison.OrdinalIgnoreCase) || literal.StartsWith("md5", StringComparison.OrdinalIgnoreCase);

    private static bool IsPathOrName(ReadOnlySpan<char> literal) =>
        literal[0] == '/' || literal.Contains('.') || literal.Count('/') > 3 || literal.Count('-') > 3 || literal.Count('_') > 3;

    private static int Kind(char sign) => char.IsAsciiDigit(sign) ? 0 : char.IsAsciiLetterUpper(sign) ? 1 : char.IsAsciiLetterLower(sign) ? 2 : 3;
}
