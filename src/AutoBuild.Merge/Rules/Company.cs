namespace AutoBuild.Merge.Rules;

/// <summary>Trusts an answer less, or not at all, for what else happened in its file.</summary>
internal static class Company
{
    /// <summary>Rules that ask where lines stand, not what they are for: how a chunk is settled that no rule understands often decides about its neighbours too.</summary>
    private static readonly string[] ByPlace = ["adjacent", "adjacent-loose", "re-indent"];

    /// <summary>The weakest guess: with a second one in the file, both are right too seldom.</summary>
    private static readonly string[] Weak = ["tokens-lines-added"];

    public static void Check(MergeDraft draft)
    {
        if (draft.Pieces.Count(piece => piece.Answer is { Tier: MergeTier.B }) > 1)
        {
            foreach (var piece in draft.Pieces.Where(piece => piece.Answer is { } answer && Weak.Contains(answer.Rule)).ToList())
            {
                draft.Reopen(piece);
            }
        }

        if (draft.Pieces.Any(piece => piece.IsOpen))
        {
            foreach (var piece in draft.Pieces.Where(piece => piece.Answer is { } answer && ByPlace.Contains(answer.Rule)).ToList())
            {
                draft.Doubt(piece);
            }
        }
    }
}
