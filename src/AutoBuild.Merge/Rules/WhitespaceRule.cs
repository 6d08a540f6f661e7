namespace AutoBuild.Merge.Rules;

/// <summary>Answers chunks whose sides differ in blanks alone.</summary>
internal static class WhitespaceRule
{
    public static Answer? Answer(MergeDraft draft, Piece chunk)
    {
        var (ours, theirs) = (draft.OursText(chunk), draft.TheirsText(chunk));
        return Squeezed(ours) == Squeezed(theirs)
            ? new Answer(ours, MergeTier.A, "same-after-whitespace", "Both sides made the same change; they differ in blanks alone.") { AccountsForItself = true }
            : null;
    }

    public static string Squeezed(string text) => string.Concat(text.Where(character => !char.IsWhiteSpace(character)));
}
