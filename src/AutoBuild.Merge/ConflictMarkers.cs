using System.Text;
using AutoBuild.Merge.Lines;

namespace AutoBuild.Merge;

/// <summary>Writes an open chunk as git does, and finds what was written so.</summary>
internal static class ConflictMarkers
{
    /// <param name="otherwise">The file's line break, for a chunk that has none.</param>
    public static void Write(StringBuilder to, MergeChunk chunk, MergeOptions options, string otherwise)
    {
        var (ours, theirs) = (Lines(chunk.OursText), Lines(chunk.TheirsText));
        var (head, tail) = options.Style is ConflictStyle.Diff3 ? (0, 0) : Common(ours, theirs);
        var lineBreak = ours.Concat(theirs).FirstOrDefault(line => line.EndsWith('\n')) is not { } ended ? otherwise : ended.EndsWith("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        to.AppendJoin("", ours[..head]);
        Marker('<', options.OursLabel);
        Side(ours[head..^tail]);
        if (options.Style is not ConflictStyle.Merge)
        {
            Marker('|', options.BaseLabel);
            Side(Lines(chunk.BaseText));
        }

        Marker('=', "");
        Side(theirs[head..^tail]);
        Marker('>', options.TheirsLabel);
        to.AppendJoin("", ours[^tail..]);

        void Marker(char sign, string label) => to.Append(sign, options.MarkerSize).Append(label.Length > 0 ? " " : "").Append(label).Append(lineBreak);

        void Side(string[] lines)
        {
            to.AppendJoin("", lines);
            if (lines.Length > 0 && !lines[^1].EndsWith('\n'))
            {
                to.Append(lineBreak);
            }
        }
    }

    /// <summary>Whether a text holds a line that git would take for the beginning, the base or the end of a conflict.</summary>
    public static bool AreIn(string text, int size)
    {
        foreach (var sign in "<|>")
        {
            var marker = new string(sign, size);
            for (var at = text.IndexOf(marker, StringComparison.Ordinal); at >= 0; at = text.IndexOf(marker, at + 1, StringComparison.Ordinal))
            {
                if ((at == 0 || text[at - 1] == '\n') && (at + size == text.Length || text[at + size] is ' ' or '\n' or '\r'))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static string[] Lines(string text) => SourceText.Cut(text)[0].Lines;

    private static (int Head, int Tail) Common(string[] ours, string[] theirs)
    {
        var head = ours.AsSpan().CommonPrefixLength(theirs);
        var tail = 0;
        while (tail < ours.Length - head && tail < theirs.Length - head && ours[^(tail + 1)] == theirs[^(tail + 1)])
        {
            tail++;
        }

        return (head, tail);
    }
}
