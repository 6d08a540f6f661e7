using System.Text;

namespace AutoBuild.Memory.Context;

/// <summary>Puts text of others between marks that it can't close: what stands there is data.</summary>
internal static class DataFence
{
    private const int Shortest = 3;

    /// <summary>Returns the text between two lines of backticks, more of them than stand together anywhere in it.</summary>
    public static string Around(string text)
    {
        var marks = new string('`', Math.Max(Shortest, LongestRun(text) + 1));
        return $"{marks}\n{text.TrimEnd('\n', '\r')}\n{marks}\n";
    }

    /// <summary>Returns a name or a sentence as one line, whatever line breaks and control signs it holds.</summary>
    public static string Line(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var one in text)
        {
            line.Append(char.IsControl(one) || one is '\u2028' or '\u2029' ? ' ' : one);
        }

        return line.ToString().Trim();
    }

    private static int LongestRun(string text)
    {
        var (longest, run) = (0, 0);
        foreach (var one in text)
        {
            run = one == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
