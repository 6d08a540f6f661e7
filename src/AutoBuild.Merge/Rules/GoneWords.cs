using AutoBuild.Merge.Lines;

namespace AutoBuild.Merge.Rules;

/// <summary>Takes answers back that hold a word which one side took out of the whole file: it renamed or removed what the other side uses.</summary>
internal static class GoneWords
{
    public static void Check(MergeDraft draft)
    {
        // What one side has whole was written with all of the other's change in view.
        Piece[] answered = [.. draft.Pieces.Where(piece => piece is { IsChunk: true, Answer: { } answer } && !Same(answer.Text, draft.OursText(piece)) && !Same(answer.Text, draft.TheirsText(piece)))];
        if (answered.Length == 0)
        {
            return;
        }

        var (start, ours, theirs) = (In(draft.Base), In(draft.Ours), In(draft.Theirs));
        foreach (var piece in answered)
        {
            if (WordsAndSigns.In(piece.Answer!.Text).FirstOrDefault(word => char.IsLetter(word[0]) && start.Contains(word) && (!ours.Contains(word) || !theirs.Contains(word))) is { } gone)
            {
                var open = piece with { Answer = null };
                draft.Reopen(piece);
                draft.Hold(open, "word-gone", $"One side took \"{gone}\" out of the whole file, the other side's change uses it.");
            }
        }
    }

    private static bool Same(string answer, string side) => WhitespaceRule.Squeezed(answer) == WhitespaceRule.Squeezed(side);

    private static HashSet<string> In(SourceText text) => [.. WordsAndSigns.In(text.Text)];
}
