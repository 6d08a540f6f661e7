using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Resolving;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Merges a candidate onto the tip of its target; moves nothing. The one place where the merge engine comes in.</summary>
public sealed class LandingMerge(IStore store, Resolver resolver, LandingCheck check, OrchestratorOptions options)
{
    /// <summary>The message of a merge that takes the source's own commits in.</summary>
    public const string OriginMessage = "Merge origin into the integration tip";

    /// <summary>Merges what a landing brings: a person's answer to its conflict where there is one, else the commit that was approved.</summary>
    /// <param name="tip">Where the target stands after taking origin in; a diverged origin is merged first.</param>
    public async Task<MergeStep> MergeAsync(Landing landing, Project project, BareClone repository, TipResult tip, CancellationToken cancel)
    {
        var ticket = await store.GetTicketAsync(landing.TicketId, cancel);
        var answer = await repository.ResolveAsync($"refs/heads/{Resolutions.BranchOf(landing)}", cancel);
        var persons = landing.Resolved.Where(file => answer is not null && file.IsPersons()).Select(file => file.Path).ToHashSet();
        var makers = new Makers(options, check, landing, project, repository);
        var work = new ConflictWork(repository, resolver, new ResolveContext(landing, ticket, await store.GetJobAsync(landing.JobId, cancel)), persons, makers);
        var (onto, resolved) = (tip.Tip, answer is null ? [] : landing.Resolved);
        if (tip is { Diverged: true, Origin: { } origin })
        {
            switch (await MergeAsync(repository, work, onto, origin, OriginMessage, cancel))
            {
                case MergeStep.Merged merged:
                    (onto, resolved) = (merged.Commit, Joined(resolved, merged.Resolved));
                    break;
                case MergeStep.Conflicted conflicted:
                    return conflicted with
                    {
                        Resolved = Joined(Without(resolved, conflicted.Files), conflicted.Resolved),
                        Error = $"It is not this work that is in conflict: commits of the source on '{landing.TargetBranch}' and what has landed change the same lines in {string.Join(", ", conflicted.Files.Select(file => file.Path))}. {UserCheckout.MergeByHand(repository, landing.TargetBranch)}",
                    };
            }
        }

        return await MergeAsync(repository, work, onto, answer ?? landing.Commit, LandingMessage.Of(landing, ticket), cancel) switch
        {
            MergeStep.Merged merged => await makers.MakeAsync(merged with { Resolved = Joined(resolved, merged.Resolved) }, cancel),
            MergeStep.Conflicted conflicted => conflicted with { Resolved = Joined(Without(resolved, conflicted.Files), conflicted.Resolved) },
            MergeStep.Contained when onto != tip.Tip => new MergeStep.Merged(onto, await repository.TreeAsync(onto, cancel), tip.Tip, resolved),
            var contained => contained,
        };
    }

    /// <summary>
    /// Says of a merge whose checks failed after answers that were guesses that these may be at fault: each of them is open again, with what was
    /// answered as a proposal, and a person decides.
    /// </summary>
    public static LandingInput Doubted(MergeStep.Merged merged, string objection, QaReport? qa)
    {
        var guessed = merged.Resolved.Where(file => file.IsGuessed()).ToList();
        var files = guessed.Select(file => file.Doubted()).ToList();
        return new LandingInput.Conflicted(files)
        {
            Onto = merged.Onto,
            Resolved = [.. merged.Resolved.Except(guessed)],
            Qa = qa,
            Error = $"{objection} The merge itself may be at fault: in {string.Join(", ", files.Select(file => file.Path))} it took answers that hold only if the checks pass. Look at them, and settle them or take them as they are.",
        };
    }

    private static async Task<MergeStep> MergeAsync(BareClone repository, ConflictWork work, string onto, string commit, string message, CancellationToken cancel) =>
        await repository.MergeAsync(onto, commit, message, cancel) switch
        {
            MergeOutcome.Merged merged => new MergeStep.Merged(merged.Commit, merged.Tree, onto, []),
            MergeOutcome.Conflicted conflicted => await work.SettleAsync(conflicted, message, cancel),
            _ => new MergeStep.Contained(),
        };

    // The newer word on a file holds.
    private static IReadOnlyList<LandingConflict> Joined(IReadOnlyList<LandingConflict> before, IReadOnlyList<LandingConflict> now) => [.. Without(before, now), .. now];

    private static IReadOnlyList<LandingConflict> Without(IReadOnlyList<LandingConflict> files, IReadOnlyList<LandingConflict> others) =>
        [.. files.Where(file => others.All(other => other.Path != file.Path))];
}
