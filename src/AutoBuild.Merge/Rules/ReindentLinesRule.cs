using System.Text;
using AutoBuild.Merge.Lines;
using AutoBuild.Merge.Tokens;

namespace AutoBuild.Merge.Rules;

/// <summary>Answers chunks in which a side changed lines, and the blanks of lines that the other side left; blanks aside, the sides changed different lines.</summary>
/// <remarks>One side put a block around code in which the other changed a line: that line is indented as its neighbours are.</remarks>
internal sealed class ReindentLinesRule
{
    /// <summary>What the smaller of both changes may hold at most.</summary>
    private const int FewWords = 16;

    private const int ManyWords = 64;

    private readonly string[] _base;
    private readonly Side _ours;
    private readonly Side _theirs;

    private ReindentLinesRule(string[] start, Side ours, Side theirs) => (_base, _ours, _theirs) = (start, ours, theirs);

    public static Answer? Answer(MergeDraft draft, Piece chunk)
    {
        string[] start = [.. draft.Base.Of(chunk.Base)], ours = [.. draft.Ours.Of(chunk.Ours)], theirs = [.. draft.Theirs.Of(chunk.Theirs)];
        if (TokenMerge.IsProse(draft.Path) || new[] { start, ours, theirs }.Any(lines => lines.Length == 0 || !lines[^1].EndsWith('\n')))
        {
            return null;
        }

        var cut = SourceText.Cut(Squeezed(start), Squeezed(ours), Squeezed(theirs));
        var rule = new ReindentLinesRule(start, Side.Of(cut[0], cut[1], ours), Side.Of(cut[0], cut[2], theirs));
        return rule.PutsAround() && rule.IsSmall() && !rule.Overlap && !AdjacentRule.BringsBack(draft, chunk) && rule.Merged() is { } text
            ? new Answer(text, MergeTier.B, "re-indent-lines", "Blanks aside, the sides changed different lines; what one side wrote is indented as the other indents its neighbours.") { AccountsForItself = true }
            : null;
    }

    private static string Squeezed(string[] lines) => string.Concat(lines.Select(line => WhitespaceRule.Squeezed(line) + "\n"));

    /// <summary>Whether one side alone moved blanks, and changed no line besides: it put lines around others, or between them.</summary>
    private bool PutsAround() => MovesBlanks(_ours) != MovesBlanks(_theirs) && (MovesBlanks(_ours) ? _ours : _theirs).Hunks.TrueForAll(hunk => hunk.Old.Count == 0);

    private bool MovesBlanks(Side side) => Enumerable.Range(0, _base.Length).Any(i => side.Partner[i] >= 0 && side.Lines[side.Partner[i]] != _base[i]);

    private bool Overlap => _ours.Hunks.Any(ours => _theirs.Hunks.Any(theirs => Edits.Meet(ours.Old, theirs.Old)));

    private bool IsSmall()
    {
        var (ours, theirs) = (WordsIn(_ours), WordsIn(_theirs));
        return Math.Min(ours, theirs) <= FewWords && Math.Max(ours, theirs) <= ManyWords;
    }

    private int WordsIn(Side side) => side.Hunks.Sum(hunk =>
    {
        var (old, @new) = (WordsAndSigns.Count(_base.AsSpan(hunk.Old.First, hunk.Old.Count)), WordsAndSigns.Count(side.Lines.AsSpan(hunk.New.First, hunk.New.Count)));
        return Math.Max(WordsAndSigns.Missing(old, @new), WordsAndSigns.Missing(@new, old));
    });

    private string? Merged()
    {
        var text = new StringBuilder();
        var (ours, theirs) = (new Queue<Hunk>(_ours.Hunks), new Queue<Hunk>(_theirs.Hunks));
        for (var i = 0; i < _base.Length || ours.Count + theirs.Count > 0;)
        {
            var (mine, other) = (At(ours, i), At(theirs, i));
            // What a side put in stands before the line that the other changed.
            var isMine = other is null || mine is { Old.Count: 0 };
            if (mine is null && other is null)
            {
                if (Kept(i++) is not { } line)
                {
                    return null;
                }

                text.Append(line);
            }
            else if (isMine ? Put(text, _ours, _theirs, ours.Peek()) : Put(text, _theirs, _ours, theirs.Peek()))
            {
                i = (isMine ? ours : theirs).Dequeue().Old.End;
            }
            else
            {
                return null;
            }
        }

        return text.ToString();
    }

    private static Hunk? At(Queue<Hunk> hunks, int index) => hunks.TryPeek(out var hunk) && hunk.Old.First == index ? hunk : null;

    /// <summary>A line that both sides left but for blanks: as the side has it that changed them; null where both did in their own way.</summary>
    private string? Kept(int index)
    {
        if (_ours.Partner[index] < 0 || _theirs.Partner[index] < 0)
        {
            return null;
        }

        var (ours, theirs) = (_ours.Lines[_ours.Partner[index]], _theirs.Lines[_theirs.Partner[index]]);
        return ours == theirs || theirs == _base[index] ? ours
            : ours == _base[index] ? theirs
            : Indent(ours) == Indent(theirs) ? (ours.Length >= theirs.Length ? ours : theirs)
            : null;
    }

    /// <summary>Puts in what a side wrote, with the indent that the other side gave to what stands there.</summary>
    private bool Put(StringBuilder text, Side side, Side beside, Hunk hunk)
    {
        if (Span(hunk.Old).Any(i => beside.Partner[i] < 0) || Indents(beside, hunk.Old) is not var (from, to))
        {
            return false;
        }

        foreach (var line in side.Lines.AsSpan(hunk.New.First, hunk.New.Count))
        {
            var isBlank = string.IsNullOrWhiteSpace(line);
            if (!isBlank && from != to && !line.StartsWith(from, StringComparison.Ordinal))
            {
                // A line that stands further out than what was moved need not be in the block that moved it.
                return false;
            }

            text.Append(isBlank ? line : to + line[from.Length..]);
        }

        return true;
    }

    /// <summary>The indent that a place had, and the one that a side gave it; null where the lines around it were moved in different ways.</summary>
    private (string From, string To)? Indents(Side side, LineSpan place)
    {
        var moves = (place.Count > 0 ? Span(place) : new[] { place.First - 1, place.First }.Where(i => i >= 0 && i < _base.Length))
            .Where(i => side.Partner[i] >= 0 && !string.IsNullOrWhiteSpace(_base[i]))
            .Select(i => (From: Indent(_base[i]), To: Indent(side.Lines[side.Partner[i]])))
            .ToList();
        return moves.All(move => move.From == move.To) ? ("", "")
            : moves.Select(move => move.To.Length - move.From.Length).Distinct().Count() == 1 ? moves.MinBy(move => move.From.Length)
            : null;
    }

    private static IEnumerable<int> Span(LineSpan span) => Enumerable.Range(span.First, span.Count);

    private static string Indent(string line) => line[..(line.Length - line.TrimStart(' ', '\t').Length)];

    /// <summary>Is one side's lines, what it changed but for blanks, and for each line of the base its partner; -1 where it has none.</summary>
    private sealed record Side(string[] Lines, List<Hunk> Hunks, int[] Partner)
    {
        public static Side Of(SourceText start, SourceText squeezed, string[] lines)
        {
            var changes = HistogramDiff.Compare(start.Ids, squeezed.Ids);
            var partner = new int[start.Count];
            for (var (i, j) = (0, 0); i < partner.Length; i++)
            {
                if (changes.Gone[i])
                {
                    partner[i] = -1;
                    continue;
                }

                while (changes.Come[j])
                {
                    j++;
                }

                partner[i] = j++;
            }

            return new Side(lines, changes.Hunks(), partner);
        }
    }
}
