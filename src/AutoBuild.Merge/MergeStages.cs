using AutoBuild.Merge.Rules;
using AutoBuild.Merge.Structure;
using AutoBuild.Merge.Tokens;

namespace AutoBuild.Merge;

/// <summary>Is the table of what is tried on the open chunks, in this order. What has an answer is not asked again.</summary>
internal static class MergeStages
{
    public static readonly IReadOnlyList<Action<MergeDraft>> All =
    [
        Each(WhitespaceRule.Answer),
        ImportRule.Run,
        Each(ReindentRule.Answer),
        Each(AdjacentRule.Strict),
        BlockRule.Run,
        Each(TokenMerge.Answer),
        Each(ReindentLinesRule.Answer),
        Each(BothAddedRule.Answer),
        Each(SupersetRule.Answer),
        Each(AdjacentRule.Loose),
        Each(ParagraphRule.Answer),
        Each(VersionRule.Answer),
        GoneWords.Check,
        WholeFile.Check,
        Company.Check,
    ];

    /// <summary>Runs them; when the time is up before the last check is through, no answer stands.</summary>
    public static void Run(MergeDraft draft)
    {
        foreach (var stage in All)
        {
            if (draft.IsLate)
            {
                draft.ReopenAll();
                return;
            }

            stage(draft);
        }
    }

    /// <summary>Makes a stage of a rule that looks at one chunk at a time: the chunk, its surroundings through the draft, and null where it has no answer.</summary>
    public static Action<MergeDraft> Each(Func<MergeDraft, Piece, Answer?> rule) => draft =>
    {
        foreach (var chunk in draft.Open)
        {
            if (draft.IsLate)
            {
                return;
            }

            if (rule(draft, chunk) is { } answer)
            {
                draft.Answer(chunk, answer);
            }
        }
    };
}
