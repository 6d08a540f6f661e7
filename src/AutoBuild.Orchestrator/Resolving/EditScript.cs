using System.Text;
using AutoBuild.Merge;

namespace AutoBuild.Orchestrator.Resolving;

/// <summary>Shows what one side changed, line by line, as a diff without context numbers.</summary>
internal static class EditScript
{
    // The table of a chunk beyond it would cost more than the picture is worth.
    private const int MostCells = 1_000_000;

    public static string Of(string from, string to)
    {
        var (before, after) = (Plain(from), Plain(to));
        if ((long)before.Count * after.Count > MostCells)
        {
            return "(too long to show)\n";
        }

        var same = Same(before, after);
        var script = new StringBuilder();
        for (int i = 0, j = 0; i < before.Count || j < after.Count;)
        {
            if (i < before.Count && j < after.Count && before[i] == after[j])
            {
                script.Append("  ").Append(before[i++]).Append('\n');
                j++;
            }
            else if (j == after.Count || (i < before.Count && same[i + 1, j] >= same[i, j + 1]))
            {
                script.Append("- ").Append(before[i++]).Append('\n');
            }
            else
            {
                script.Append("+ ").Append(after[j++]).Append('\n');
            }
        }

        return script.Length > 0 ? script.ToString() : "(nothing)\n";
    }

    // How many lines of the rests are the same, in order.
    private static int[,] Same(List<string> before, List<string> after)
    {
        var same = new int[before.Count + 1, after.Count + 1];
        for (var i = before.Count - 1; i >= 0; i--)
        {
            for (var j = after.Count - 1; j >= 0; j--)
            {
                same[i, j] = before[i] == after[j] ? same[i + 1, j + 1] + 1 : Math.Max(same[i + 1, j], same[i, j + 1]);
            }
        }

        return same;
    }

    private static List<string> Plain(string text) => [.. ChunkText.Lines(text).Select(line => line.TrimEnd('\r', '\n'))];
}
