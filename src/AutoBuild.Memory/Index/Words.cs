using System.Globalization;

namespace AutoBuild.Memory.Index;

/// <summary>Finds the words of a text: a letter or an underscore, and letters, digits and underscores after it.</summary>
internal static class Words
{
    /// <summary>What is longer is data and no name.</summary>
    public const int Longest = 128;

    private const byte Begins = 1;
    private const byte GoesOn = 2;

    private static readonly byte[] Signs = [.. Enumerable.Range(0, 128).Select(sign =>
        char.IsAsciiLetter((char)sign) || sign == '_' ? (byte)(Begins | GoesOn) : char.IsAsciiDigit((char)sign) ? GoesOn : (byte)0)];

    /// <summary>The next word from an offset on, which moves behind it; empty where there is none.</summary>
    public static ReadOnlySpan<char> Next(ReadOnlySpan<char> text, ref int at)
    {
        while (at < text.Length)
        {
            if (!Is(text, at, Begins))
            {
                at++;
                continue;
            }

            var start = at++;
            while (at < text.Length && Is(text, at, GoesOn))
            {
                at++;
            }

            if (at - start <= Longest)
            {
                return text[start..at];
            }
        }

        return [];
    }

    private static bool Is(ReadOnlySpan<char> text, int at, byte what)
    {
        var sign = text[at];
        return sign < 128 ? (Signs[sign] & what) != 0 : IsLetter(text, at, what);
    }

    // Of a pair of surrogates the second belongs to what the first is.
    private static bool IsLetter(ReadOnlySpan<char> text, int at, byte what)
    {
        if (char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
        {
            return char.IsLetter(char.ConvertFromUtf32(char.ConvertToUtf32(text[at], text[at + 1])), 0);
        }

        return char.IsLowSurrogate(text[at])
            ? what == GoesOn && at > 0 && char.IsHighSurrogate(text[at - 1])
            : char.IsLetter(text[at]) || (what == GoesOn && char.GetUnicodeCategory(text[at])
                is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber);
    }
}
