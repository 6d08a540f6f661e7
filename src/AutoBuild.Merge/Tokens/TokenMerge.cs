namespace AutoBuild.Merge.Tokens;

/// <summary>Merges a chunk in which both sides changed the same lines, but not the same words.</summary>
/// <remarks>
/// Within limits only: the more two edits hold, the likelier it is that people chose between them. Nothing is answered where one side brings back
/// a word that the other took out of the chunk, which is a rename that the first didn't know, or where one side moved the indent and the other adds lines.
/// </remarks>
internal static class TokenMerge
{
    /// <summary>Tokens of a text beyond which no comparison is begun.</summary>
    private const int MostTokens = 2_000;

    private const int FewTokens = 16;

    private const int ManyTokens = 32;

    private const int MostEdits = 6;

    /// <summary>Prose, of which less is taken: one edit of each side.</summary>
    private static readonly string[] Prose = [".md", ".mdx", ".rst", ".txt", ".adoc"];

    public static Answer? Answer(MergeDraft draft, Piece chunk)
    {
        var most = IsProse(draft.Path) ? 2 : MostEdits;
        return Answer(draft.BaseText(chunk), draft.OursText(chunk), draft.TheirsText(chunk), most);
    }

    internal static bool IsProse(string? path) => path is not null && Prose.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private static Answer? Answer(string start, string ours, string theirs, int most)
    {
        if (TokenText.Cut(MostTokens, start, ours, theirs) is not [var common, var left, var right]
            || Math.Abs(left.Count - common.Count) > ManyTokens || Math.Abs(right.Count - common.Count) > ManyTokens)
        {
            return null;
        }

        var edits = new TokenEdits(common, left, right);
        if (edits.Count < 2 || edits.Count > most || edits.Busier > ManyTokens || edits.Kept * 2 < common.Count || edits.Meet || edits.MixIndents || edits.BringBack)
        {
            return null;
        }

        return Distance(edits) is var (tier, rule, apart)
            ? new Answer(edits.Apply(), tier, rule, $"{edits.Count} edits of at most {edits.Busier} tokens a side, {apart}.") { AccountsForItself = true }
            : null;
    }

    private static (MergeTier Tier, string Rule, string Apart)? Distance(TokenEdits edits) =>
        edits.OnDifferentLines
            ? edits.Busier > FewTokens ? (MergeTier.B, "tokens-lines-large", "on different lines")
            : edits.KeepLines ? (MergeTier.A, "tokens-lines", "on different lines")
            : (MergeTier.B, "tokens-lines-added", "on different lines, of which some are new or gone")
        : edits.InDifferentItems ? edits.Busier <= FewTokens ? (MergeTier.B, "tokens-items", "in different items of a list") : null
        : edits.Count <= 2 ? (MergeTier.B, "tokens-line", "on one line, without touching") : null;
}
