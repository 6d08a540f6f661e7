using AutoBuild.Merge.Lines;

namespace AutoBuild.Merge.Rules;

/// <summary>Answers chunks in which one side put a paragraph, whole and ended by a blank line, before lines that the other side changed.</summary>
internal static class ParagraphRule
{
    public static Answer? Answer(MergeDraft draft, Piece chunk) =>
        chunk.Base.Count == 0 || chunk.Ours.Count == 0 || chunk.Theirs.Count == 0 || Edits.Of(draft, chunk, MyersDiff.Compare) is not { Overlap: false, FewerWords: <= AdjacentRule.FewWords } edits ? null
            : Before(draft, chunk, edits.Ours, draft.Ours, chunk.Ours, draft.Theirs, chunk.Theirs)
            ?? Before(draft, chunk, edits.Theirs, draft.Theirs, chunk.Theirs, draft.Ours, chunk.Ours);

    private static Answer? Before(MergeDraft draft, Piece chunk, List<Hunk> edits, SourceText adder, LineSpan from, SourceText changer, LineSpan to)
    {
        if (edits is not [{ Old: { First: 0, Count: 0 }, New.Count: var count }])
        {
            return null;
        }

        string[] added = [.. adder.Lines.Skip(from.First).Take(count)];
        return string.IsNullOrWhiteSpace(added[^1]) && BothAddedRule.IsWhole(added) && Indent(draft.Base, chunk.Base) == Indent(changer, to)
            ? new Answer(string.Concat(added) + changer.Slice(to), MergeTier.B, "paragraph", $"One side put a paragraph of {count} lines before lines that the other changed.")
            : null;
    }

    /// <summary>The blanks before the first line that has more; where the other side moved them, the paragraph would stand at the old ones.</summary>
    private static string? Indent(SourceText text, LineSpan span) =>
        text.Lines.Skip(span.First).Take(span.Count).FirstOrDefault(line => !string.IsNullOrWhiteSpace(line)) is { } first ? first[..(first.Length - first.TrimStart().Length)] : null;
}
