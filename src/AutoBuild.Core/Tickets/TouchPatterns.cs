using System.Text.RegularExpressions;

namespace AutoBuild.Core.Tickets;

/// <summary>Compares the patterns by which tickets declare what they touch.</summary>
public static partial class TouchPatterns
{
    // Beyond it two patterns are taken to meet where their plain beginnings do.
    private const int MostSteps = 40_000;

    /// <summary>A pair of patterns that some path fits both of, one of each list; null where there is none. <c>*</c> stays within a folder, <c>**</c> doesn't; a plain path stands for all below it too.</summary>
    public static (string One, string Other)? Overlap(IReadOnlyList<string> one, IReadOnlyList<string> other)
    {
        foreach (var first in one)
        {
            foreach (var second in other)
            {
                if (Meet(first, second))
                {
                    return (first, second);
                }
            }
        }

        return null;
    }

    private static bool Meet(string one, string other)
    {
        var (first, second) = (Plain(one), Plain(other));
        var (start, begin) = (Beginning(first), Beginning(second));
        if (!start.StartsWith(begin, StringComparison.Ordinal) && !begin.StartsWith(start, StringComparison.Ordinal))
        {
            return false;
        }

        return (long)first.Length * second.Length > MostSteps || Meets(first, second) || Meets(first + "/**", second) || Meets(first, second + "/**");
    }

    private static string Plain(string pattern)
    {
        var path = pattern.StartsWith("./", StringComparison.Ordinal) ? pattern[2..] : pattern.TrimStart('/');
        path = Sets().Replace(path.Replace("**/", "**", StringComparison.Ordinal), "**");
        return path.EndsWith('/') ? path + "**" : path;
    }

    private static string Beginning(string pattern)
    {
        var wild = pattern.AsSpan().IndexOfAny('*', '?');
        return wild < 0 ? pattern : pattern[..wild];
    }

    // Whether from each pair of places on some text fits both, from the ends to the beginnings.
    private static bool Meets(string one, string other)
    {
        var meets = new bool[one.Length + 1, other.Length + 1];
        for (var i = one.Length; i >= 0; i--)
        {
            for (var j = other.Length; j >= 0; j--)
            {
                meets[i, j] = (i == one.Length && j == other.Length) || MeetByStar(one, other, i, j, meets) || MeetBySign(one, other, i, j, meets);
            }
        }

        return meets[0, 0];
    }

    private static bool MeetByStar(string one, string other, int i, int j, bool[,] meets) =>
        (IsStar(one, i) && (meets[i + 1, j] || (j < other.Length && Takes(one, i, other, j) && meets[i, j + 1])))
        || (IsStar(other, j) && (meets[i, j + 1] || (i < one.Length && Takes(other, j, one, i) && meets[i + 1, j])));

    private static bool MeetBySign(string one, string other, int i, int j, bool[,] meets) =>
        i < one.Length && j < other.Length && !IsStar(one, i) && !IsStar(other, j) && Same(one[i], other[j]) && meets[i + 1, j + 1];

    private static bool IsStar(string pattern, int at) => at < pattern.Length && pattern[at] == '*';

    // A star takes what it stands for; two together take the slash as well.
    private static bool Takes(string pattern, int at, string other, int taken) =>
        other[taken] != '/' || (at + 1 < pattern.Length && pattern[at + 1] == '*') || (at > 0 && pattern[at - 1] == '*');

    private static bool Same(char one, char other) => one == other || (one == '?' && other != '/') || (other == '?' && one != '/');

    // Taken for anything: rather held back once too often.
    [GeneratedRegex(@"\[[^\]]*\]|\{[^}]*\}")]
    private static partial Regex Sets();
}
