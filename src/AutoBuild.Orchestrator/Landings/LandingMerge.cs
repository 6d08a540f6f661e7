using AutoBuild.Core.Landings;
using AutoBuild.Core.Tickets;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Is what merging a candidate onto its target gave.</summary>
public abstract record MergeStep
{
    private MergeStep()
    {
    }

    public sealed record Merged(string Commit, string Tree) : MergeStep;

    public sealed record Contained : MergeStep;

    public sealed record Conflicted(IReadOnlyList<LandingConflict> Files) : MergeStep;
}

/// <summary>Merges a candidate onto the tip of its target; moves nothing. The one place where a merge engine comes in.</summary>
public static class LandingMerge
{
    /// <summary>The message of a merge that takes the source's own commits in.</summary>
    public const string OriginMessage = "Merge origin into the integration tip";

    private const int TextLimit = 64 * 1024;

    /// <param name="tip">Where the target stands after taking origin in; a diverged origin is merged first.</param>
    /// <param name="commit">The candidate.</param>
    public static async Task<MergeStep> MergeAsync(BareClone repository, TipResult tip, string commit, string message, CancellationToken cancel)
    {
        var onto = tip.Tip;
        if (tip is { Diverged: true, Origin: { } origin })
        {
            switch (await repository.MergeAsync(tip.Tip, origin, OriginMessage, cancel))
            {
                case MergeOutcome.Merged merged:
                    onto = merged.Commit;
                    break;
                case MergeOutcome.Conflicted conflicted:
                    return Shown(conflicted);
            }
        }

        return await repository.MergeAsync(onto, commit, message, cancel) switch
        {
            MergeOutcome.Merged merged => new MergeStep.Merged(merged.Commit, merged.Tree),
            MergeOutcome.Conflicted conflicted => Shown(conflicted),
            MergeOutcome.AlreadyContained when onto != tip.Tip => new MergeStep.Merged(onto, await repository.TreeAsync(onto, cancel)),
            _ => new MergeStep.Contained(),
        };
    }

    /// <summary>The message of the merge commit: the ticket's title, then trailers that lead back to ticket and job.</summary>
    public static string Message(Landing landing, Ticket? ticket) => $"""
        {(ticket?.Title ?? landing.BranchName).ReplaceLineEndings(" ")}

        AutoBuild-Ticket: {landing.TicketId}
        AutoBuild-Job: {landing.JobId}
        AutoBuild-Branch: {landing.BranchName}

        """;

    private static MergeStep.Conflicted Shown(MergeOutcome.Conflicted conflicted) =>
        new([.. conflicted.Files.Select(file => new LandingConflict(file.Path, Word(file.Kind), Cut(file.Base), Cut(file.Ours), Cut(file.Theirs)))]);

    private static string Word(ConflictKind kind) => kind switch
    {
        ConflictKind.Content => "content",
        ConflictKind.BothAdded => "add/add",
        ConflictKind.DeletedByOurs => "delete/modify",
        ConflictKind.DeletedByTheirs => "modify/delete",
        ConflictKind.Binary => "binary",
        ConflictKind.Other => "other",
    };

    private static string? Cut(string? text) => text is { Length: > TextLimit } ? text[..TextLimit] : text;
}
