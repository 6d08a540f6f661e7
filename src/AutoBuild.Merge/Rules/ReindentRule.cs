using System.Text;
using AutoBuild.Merge.Lines;

namespace AutoBuild.Merge.Rules;

/// <summary>Answers chunks that one side only indented anew, or whose blanks alone it changed: what the other side wrote is indented likewise.</summary>
internal static class ReindentRule
{
    public static Answer? Answer(MergeDraft draft, Piece chunk) =>
        Replay(draft.Base.Of(chunk.Base), draft.Ours.Of(chunk.Ours), draft.Theirs.Of(chunk.Theirs), "ours")
        ?? Replay(draft.Base.Of(chunk.Base), draft.Theirs.Of(chunk.Theirs), draft.Ours.Of(chunk.Ours), "theirs");

    private static Answer? Replay(ReadOnlySpan<string> start, ReadOnlySpan<string> indented, ReadOnlySpan<string> edited, string side)
    {
        if (start.Length == 0 || start.Length != indented.Length || !SameWords(start, indented))
        {
            return null;
        }

        var partner = Partners(start, edited);
        if (LosesBlanks(start, indented, partner))
        {
            return null;
        }

        var text = new StringBuilder();
        var nearest = 0;
        for (var i = 0; i < edited.Length; i++)
        {
            if (partner[i] >= 0)
            {
                nearest = partner[i];
                text.Append(edited[i].Trim() == start[nearest].Trim() ? indented[nearest] : null);
                continue;
            }

            if (Indented(edited[i], Indent(start[nearest]), Indent(indented[nearest])) is not { } line)
            {
                return null;
            }

            text.Append(line);
        }

        // What was the last line of the file without a break would run into what the other side put behind it.
        return JoinsLines(indented, partner) ? null : new Answer(text.ToString(), MergeTier.A, "re-indent", $"The side {side} changed blanks alone; the other side's edit is indented likewise.") { AccountsForItself = true };
    }

    private static bool SameWords(ReadOnlySpan<string> one, ReadOnlySpan<string> other)
    {
        for (var i = 0; i < one.Length; i++)
        {
            if (WhitespaceRule.Squeezed(one[i]) != WhitespaceRule.Squeezed(other[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the one side changed blanks within a line that the other side wrote anew.</summary>
    private static bool LosesBlanks(ReadOnlySpan<string> start, ReadOnlySpan<string> indented, int[] partner)
    {
        for (var i = 0; i < start.Length; i++)
        {
            if (start[i].Trim() != indented[i].Trim() && !partner.Contains(i))
            {
                return true;
            }
        }

        return false;
    }

    private static bool JoinsLines(ReadOnlySpan<string> indented, int[] partner) =>
        !indented[^1].EndsWith('\n') && partner.AsSpan().IndexOf(indented.Length - 1) is >= 0 and var at && at < partner.Length - 1;

    /// <summary>For each edited line the base line that it is but for blanks; -1 where it is new.</summary>
    private static int[] Partners(ReadOnlySpan<string> start, ReadOnlySpan<string> edited)
    {
        var cut = SourceText.Cut(Trimmed(start), Trimmed(edited));
        var changes = HistogramDiff.Compare(cut[0].Ids, cut[1].Ids);
        var partners = new int[edited.Length];
        for (var (i, j) = (0, 0); j < partners.Length; j++)
        {
            if (changes.Come[j])
            {
                partners[j] = -1;
                continue;
            }

            while (changes.Gone[i])
            {
                i++;
            }

            partners[j] = i++;
        }

        return partners;
    }

    private static string Trimmed(ReadOnlySpan<string> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            text.Append(line.AsSpan().Trim()).Append('\n');
        }

        return text.ToString();
    }

    private static string? Indented(string line, string from, string to) =>
        string.IsNullOrWhiteSpace(line) ? line
        : line.StartsWith(from, StringComparison.Ordinal) ? to + line[from.Length..]
        : null;

    private static string Indent(string line) => line[..(line.Length - line.TrimStart(' ', '\t').Length)];
}
