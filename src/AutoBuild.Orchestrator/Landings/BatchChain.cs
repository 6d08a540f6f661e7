using AutoBuild.Core.Landings;
using AutoBuild.Core.Store;
using AutoBuild.Core.Telemetry;
using AutoBuild.Workspaces;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Merges the members of a batch one after another, each onto the merge before it; who can't be merged leaves.</summary>
public sealed class BatchChain(IStore store, LandingMerge merges, LandingSteps steps, SendBack sendBack, ILogger<BatchChain> log)
{
    /// <summary>Returns those that are merged, in their order; the others have been told.</summary>
    public async Task<IReadOnlyList<BatchMember>> MergeAsync(Batch batch, IReadOnlyList<Landing> landings, CancellationToken cancel)
    {
        var members = new List<BatchMember>();
        foreach (var landing in landings)
        {
            if (await MergeAsync(batch, landing, members.LastOrDefault()?.Merged, cancel) is { } merged)
            {
                members.Add(new BatchMember(landing, await store.GetJobAsync(landing.JobId, cancel), merged));
            }
        }

        return members;
    }

    private async Task<MergeStep.Merged?> MergeAsync(Batch batch, Landing landing, MergeStep.Merged? before, CancellationToken cancel)
    {
        var step = await StepAsync(batch, landing, before is null ? batch.Tip : new TipResult(before.Commit, null, false, false), cancel);
        if (step is MergeStep.Merged merged)
        {
            return merged;
        }

        switch (before is null ? step : await StepAsync(batch, landing, batch.Tip, cancel))
        {
            case not MergeStep.Contained when step is MergeStep.Contained:
                // Those before it bring what it brings.
                return before! with { Resolved = [] };
            case MergeStep.Merged:
                await steps.StartOverAsync([landing], "It conflicts with work that is tried before it, and waits until that has landed or left.");
                break;
            case MergeStep.Contained:
                await steps.TellAsync(landing, new LandingInput.AlreadyContained(), cancel);
                break;
            case MergeStep.Conflicted conflicted:
                log.Conflicted(landing.Id, landing.BranchName, landing.TargetBranch, conflicted.Files.Count);
                await sendBack.ConflictedAsync(batch, landing, conflicted, cancel);
                break;
        }

        return null;
    }

    private async Task<MergeStep> StepAsync(Batch batch, Landing landing, TipResult onto, CancellationToken cancel)
    {
        using var span = Traces.Step("merge");
        var step = await merges.MergeAsync(landing, batch.Project, batch.Repository, onto, cancel);
        span?.SetTag("autobuild.conflicted", step is MergeStep.Conflicted);
        return step;
    }
}
