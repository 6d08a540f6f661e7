using AutoBuild.Core.Landings;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Projects;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Carries a merged batch to its end: checks what the plan asks for, lands what is proven, and puts the rest back into the queue without the one to blame.</summary>
public sealed class BatchRun(IStore store, BatchCheck check, LandingSteps steps, SendBack sendBack, Warming warming, OrchestratorOptions options, WorkMetrics metrics, ILogger<BatchRun> log)
{
    /// <summary>Returns why the source took no push, where that is so: then all are still under way.</summary>
    public async Task<string?> RunAsync(Batch batch, RunningBatch running, CancellationToken cancel)
    {
        var plan = Enumerable.Range(1, batch.Members.Count).Aggregate(new BatchPlan(batch.Members.Count), (known, place) => Heed(batch, known, place));
        while (true)
        {
            plan = await WithoutThoseWhoLeftAsync(batch, plan, cancel);
            switch (plan.Next)
            {
                case BatchMove.Check(var place):
                    plan = await CheckAsync(batch, plan, place, running, cancel);
                    break;
                case BatchMove.Settle(var land, var culprit) when await ReadyAsync(batch, land):
                    return await SettleAsync(batch, land, culprit);
            }
        }
    }

    private static BatchPlan Heed(Batch batch, BatchPlan plan, int place)
    {
        if (BatchCheck.Known(batch, place) is not { } known)
        {
            return plan;
        }

        batch.Proofs[place] = new BatchProof(known, null);
        return plan.After(place, passed: true);
    }

    private async Task<BatchPlan> CheckAsync(Batch batch, BatchPlan plan, int place, RunningBatch running, CancellationToken cancel)
    {
        BatchProof? proof = null;
        log.Checks(batch.Id, batch.Target, place, batch.Members.Count);
        if (!await running.TryAsync([.. batch.Members.Take(place).Select(member => member.Landing.Id)], async either => proof = await check.RunAsync(batch, place, either), cancel))
        {
            return plan;
        }

        batch.Proofs[place] = proof!;
        return plan.After(place, proof!.Objection is null);
    }

    // The merges of those behind one that left hold its work: they are merged anew.
    private async Task<BatchPlan> WithoutThoseWhoLeftAsync(Batch batch, BatchPlan plan, CancellationToken cancel)
    {
        var open = (await store.GetTrainAsync(batch.Project.Id, batch.Target, cancel)).Open
            .Where(landing => landing.State == LandingState.Testing && landing.Batch?.Id == batch.Id).Select(landing => landing.Id).ToHashSet();
        var standing = batch.Members.TakeWhile(member => open.Contains(member.Landing.Id)).Count();
        if (standing == batch.Members.Count)
        {
            return plan;
        }

        var behind = batch.Members.Skip(standing).Select(member => member.Landing).Where(landing => open.Contains(landing.Id));
        batch.Members = [.. batch.Members.Take(standing)];
        await steps.StartOverAsync(behind, "One that was tried before it left the train; it is merged again without that.");
        return plan.Cut(standing);
    }

    // False where one left just now: then it is looked at again.
    private Task<bool> ReadyAsync(Batch batch, int land) =>
        steps.TellAsync([.. batch.Members.Take(land).Select(member => (member.Landing, (LandingInput)new LandingInput.Passed(batch.Proofs[land].Qa!)))], CancellationToken.None);

    private async Task<string?> SettleAsync(Batch batch, int land, int? culprit)
    {
        if (land > 0)
        {
            switch (await TipMove.RunAsync(batch.Project, batch.Repository, batch.Target, batch.Tip.Tip, batch.Members[land - 1].Merged.Commit))
            {
                case TipMoved.Refused refused:
                    return refused.Why;
                case TipMoved.Behind:
                    log.TipMoved(batch.Head.Id, batch.Target);
                    await steps.StartOverAsync(batch.Members.Select(member => member.Landing), $"{batch.Target} moved meanwhile.");
                    return null;
                case TipMoved.Done:
                    await LandedAsync(batch, land);
                    break;
            }
        }

        if (culprit is { } place)
        {
            await sendBack.RedAsync(batch, batch.Members[place - 1], batch.Proofs[place], CancellationToken.None);
            await steps.StartOverAsync(batch.Members.Skip(place).Select(member => member.Landing), "One that was tried before it is red; it is merged again without that.");
        }

        await LearnAsync(batch, culprit is null);
        return null;
    }

    private async Task LandedAsync(Batch batch, int land)
    {
        await steps.TellAsync([.. batch.Members.Take(land).Select(member => (member.Landing, (LandingInput)new LandingInput.Moved()))], CancellationToken.None);
        warming.Start(batch.Project);
        foreach (var member in batch.Members.Take(land))
        {
            log.Landed(member.Landing.Id, member.Landing.BranchName, batch.Target, member.Merged.Commit);
        }
    }

    private async Task LearnAsync(Batch batch, bool isWhole)
    {
        metrics.Batched(batch.Members.Count, isWhole);
        var limit = isWhole ? BatchLimit.Grown(batch.Limit, batch.Members.Count, options.Landing.MaxBatch) : BatchLimit.Shrunk(batch.Limit);
        if (limit != batch.Limit)
        {
            await store.SetBatchLimitAsync(batch.Project.Id, batch.Target, limit, CancellationToken.None);
        }
    }
}
