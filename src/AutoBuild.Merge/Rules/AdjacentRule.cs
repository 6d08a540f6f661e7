using System.Text;
using AutoBuild.Merge.Lines;

namespace AutoBuild.Merge.Rules;

/// <summary>Answers chunks whose sides changed neighbouring lines, not the same ones: git calls that a conflict since the one may depend on the other.</summary>
internal static class AdjacentRule
{
    /// <summary>What the smaller of two edits may hold at most: two large ones beside each other are seldom independent.</summary>
    public const int FewWords = 10;

    /// <summary>A line put in beside a changed one has more to do with it than two changed ones with each other.</summary>
    public static Answer? Strict(MergeDraft draft, Piece chunk) => Answer(draft, chunk, MergeTier.A, "adjacent", words: FewWords, lines: 4, inserts: false);

    public static Answer? Loose(MergeDraft draft, Piece chunk) => Answer(draft, chunk, MergeTier.A, "adjacent-loose", words: 32, lines: 8, inserts: true);

    private static Answer? Answer(MergeDraft draft, Piece chunk, MergeTier tier, string rule, int words, int lines, bool inserts) =>
        chunk.Base.Count == 0 ? null
            : Answer(draft, chunk, Edits.Of(draft, chunk, MyersDiff.Compare), tier, rule, words, lines, inserts)
            ?? Answer(draft, chunk, Edits.Of(draft, chunk, HistogramDiff.Compare), tier, rule, words, lines, inserts);

    private static Answer? Answer(MergeDraft draft, Piece chunk, Edits edits, MergeTier tier, string rule, int words, int lines, bool inserts) =>
        edits.Overlap || edits.Words > words || edits.FewerWords > FewWords || edits.Lines > lines || (!inserts && edits.Insert) || NoneInPlace(chunk) || BringsBack(draft, chunk) || Indents(draft.Base, chunk.Base, draft.Ours, chunk.Ours, edits.Ours) || Indents(draft.Base, chunk.Base, draft.Theirs, chunk.Theirs, edits.Theirs) || Alike(draft, chunk, edits)
            ? null
            : new Answer(Weave(draft, chunk, edits), tier, rule, $"The sides changed neighbouring lines, not the same ones: {edits.Count} edits of at most {edits.Lines} lines and {edits.Words} words a side.");

    /// <summary>Whether lines come or go on both sides: then nothing in the chunk tells where the lines of the one stand among those of the other.</summary>
    private static bool NoneInPlace(Piece chunk) => chunk.Ours.Count != chunk.Base.Count && chunk.Theirs.Count != chunk.Base.Count;

    /// <summary>Whether one side brings back a word that the other took out of the chunk: a rename or removal that the first didn't know of.</summary>
    internal static bool BringsBack(MergeDraft draft, Piece chunk)
    {
        var (start, ours, theirs) = (WordsAndSigns.Count(draft.Base.Of(chunk.Base)), WordsAndSigns.Count(draft.Ours.Of(chunk.Ours)), WordsAndSigns.Count(draft.Theirs.Of(chunk.Theirs)));
        return start.Any(word => char.IsLetterOrDigit(word.Key[0])
            && ((!ours.ContainsKey(word.Key) && theirs.GetValueOrDefault(word.Key) > word.Value) || (!theirs.ContainsKey(word.Key) && ours.GetValueOrDefault(word.Key) > word.Value)));
    }

    /// <summary>Whether a side moved the indent of lines that it kept: what the other side puts beside them would stand at the old one.</summary>
    private static bool Indents(SourceText start, LineSpan from, SourceText side, LineSpan to, List<Hunk> hunks) => hunks.Any(hunk =>
    {
        var old = start.Lines[(from.First + hunk.Old.First)..(from.First + hunk.Old.End)];
        return side.Lines[(to.First + hunk.New.First)..(to.First + hunk.New.End)].Any(line => old.Any(other => other != line && other.Trim() == line.Trim() && line.Any(char.IsLetter)));
    });

    /// <summary>Whether lines that the sides wrote resemble each other more than what they stand for: then both did the same thing in their own way.</summary>
    private static bool Alike(MergeDraft draft, Piece chunk, Edits edits)
    {
        var (ours, theirs) = (Written(draft, chunk.Base, draft.Ours, chunk.Ours, edits.Ours), Written(draft, chunk.Base, draft.Theirs, chunk.Theirs, edits.Theirs));
        return ours.Any(line => theirs.Any(other => Likeness(line.Words, other.Words) is var likeness and > 0.6 && likeness >= line.Kept && likeness >= other.Kept));
    }

    private static List<(Dictionary<string, int> Words, double Kept)> Written(MergeDraft draft, LineSpan start, SourceText side, LineSpan span, List<Hunk> hunks)
    {
        var written = new List<(Dictionary<string, int>, double)>();
        foreach (var hunk in hunks)
        {
            var old = Counted(draft.Base, start.First, hunk.Old);
            written.AddRange(Counted(side, span.First, hunk.New).Select(line => (line, old.Count == 0 ? 0 : old.Max(from => Likeness(line, from)))));
        }

        return written;
    }

    private static List<Dictionary<string, int>> Counted(SourceText text, int from, LineSpan span) =>
        [.. text.Lines.Skip(from + span.First).Take(span.Count).Where(line => line.Any(char.IsLetterOrDigit)).Select(line => WordsAndSigns.Count([line]))];

    private static double Likeness(Dictionary<string, int> one, Dictionary<string, int> other)
    {
        double size = one.Values.Sum() + other.Values.Sum();
        return (size - WordsAndSigns.Missing(one, other) - WordsAndSigns.Missing(other, one)) / size;
    }

    private static string Weave(MergeDraft draft, Piece chunk, Edits edits)
    {
        var woven = new StringBuilder();
        var (at, l, r) = (0, 0, 0);
        while (l < edits.Ours.Count || r < edits.Theirs.Count)
        {
            var ours = r == edits.Theirs.Count || (l < edits.Ours.Count && ComesFirst(edits.Ours[l].Old, edits.Theirs[r].Old));
            var hunk = ours ? edits.Ours[l++] : edits.Theirs[r++];
            woven.Append(draft.Base.Slice(new LineSpan(chunk.Base.First + at, hunk.Old.First - at)));
            var (side, from) = ours ? (draft.Ours, chunk.Ours.First) : (draft.Theirs, chunk.Theirs.First);
            woven.Append(side.Slice(new LineSpan(from + hunk.New.First, hunk.New.Count)));
            at = hunk.Old.End;
        }

        return woven.Append(draft.Base.Slice(new LineSpan(chunk.Base.First + at, chunk.Base.Count - at))).ToString();
    }

    private static bool ComesFirst(LineSpan one, LineSpan other) => one.First != other.First ? one.First < other.First : one.Count == 0;
}
