using System.Collections.Concurrent;
using AutoBuild.Core;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;
using AutoBuild.Core.Telemetry;
using AutoBuild.Orchestrator.Projects;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Takes the first landings of a train together, from queued to their ends; sets right what broke off.</summary>
public sealed class LandingRun(IStore store, Clones clones, BatchChain chain, BatchRun batches, LandingCheck check, LandingSteps steps, OrchestratorOptions options, TimeProvider time)
{
    private const int MostTries = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<Guid, (int Count, long Since)> _failures = new();
    private readonly ConcurrentDictionary<Guid, RunningBatch> _running = new();

    /// <summary>Tells whether a landing waits before its next try.</summary>
    public bool IsWaiting(Guid landing) =>
        _failures.TryGetValue(landing, out var failed) && time.GetElapsedTime(failed.Since) < FirstPause * Math.Pow(2, failed.Count - 1);

    /// <summary>Ends the work on a landing that a person took off the train; the others of its batch go on.</summary>
    public void Stop(Guid landing)
    {
        if (_running.TryGetValue(landing, out var running))
        {
            running.Stop(landing);
        }
    }

    /// <summary>Runs the first landings of a train until they have landed, stand in conflict or red, or have to start over.</summary>
    /// <param name="head">The first of them.</param>
    public async Task RunAsync(Landing head, CancellationToken cancel)
    {
        var train = await store.GetTrainAsync(head.ProjectId, head.TargetBranch, cancel);
        var limit = BatchLimit.Of(train.BatchLimit, options.Landing.MaxBatch);
        var landings = train.Open.Where(landing => landing.State == LandingState.Queued).Take(limit).ToList();
        var running = new RunningBatch();
        landings.ForEach(landing => _running[landing.Id] = running);
        var job = Traces.Kept ? await store.GetJobAsync(head.JobId, cancel) : null;
        using var span = Traces.Join("landing", job?.Trace).About(job)?.SetTag("autobuild.landing_id", head.Id.ToString()).SetTag("autobuild.target", head.TargetBranch).SetTag("autobuild.batch", landings.Count);
        try
        {
            await CarryAsync(head, landings, limit, train.Reds, running, cancel);
        }
        finally
        {
            landings.ForEach(landing => _running.TryRemove(landing.Id, out _));
        }
    }

    /// <summary>
    /// Sends what is under way on a train back to the queue after a fault. After one that several met, each is tried alone, so that it is
    /// known whose it is; one that meets it again and again alone leaves the train with the reason.
    /// </summary>
    public async Task TryAgainAsync(Landing head, string why, CancellationToken cancel)
    {
        var underWay = (await store.GetTrainAsync(head.ProjectId, head.TargetBranch, cancel)).Open.Where(landing => landing.State != LandingState.Queued).ToList();
        await steps.StartOverAsync(underWay, why);
        var failed = _failures.AddOrUpdate(head.Id, _ => (1, time.GetTimestamp()), (_, old) => (old.Count + 1, time.GetTimestamp()));
        if (underWay.Count > 1)
        {
            await store.SetBatchLimitAsync(head.ProjectId, head.TargetBranch, 1, cancel);
        }
        else if (failed.Count >= MostTries)
        {
            await steps.TellAsync(head, new LandingInput.Ejected(why), cancel);
            _failures.TryRemove(head.Id, out _);
        }
    }

    /// <summary>Settles a landing that a server before left half done: what the target holds already has landed, all else starts over.</summary>
    public async Task SettleAsync(Landing landing, CancellationToken cancel)
    {
        await check.SweepAsync(landing.Id);
        if (landing is { State: LandingState.Moving, MergedCommit: { } merged })
        {
            var project = await ProjectAsync(landing, cancel);
            var repository = await clones.OpenAsync(project, cancel);

            // The push may have been through before the tip followed.
            await clones.TryFreshTipAsync(project, landing.TargetBranch, cancel);
            if (await TipMove.IsDoneAsync(repository, landing.TargetBranch, merged, cancel))
            {
                await steps.TellAsync(landing, new LandingInput.Moved(), cancel);
                return;
            }
        }

        await steps.TellAsync(landing, new LandingInput.StartOver("The server was started anew."), cancel);
    }

    private async Task CarryAsync(Landing head, List<Landing> landings, int limit, IReadOnlyList<RedTree> reds, RunningBatch running, CancellationToken cancel)
    {
        var project = await ProjectAsync(head, cancel);
        var repository = await clones.OpenAsync(project, cancel);
        var tip = await clones.FreshTipAsync(project, head.TargetBranch, cancel);
        var batch = new Batch(Guid.CreateVersion7(time.GetUtcNow()), project, repository, tip, head, limit, reds);
        if (await TakeAsync(batch, landings, cancel) && await MergeAsync(batch, landings, running, cancel))
        {
            if (await batches.RunAsync(batch, running, cancel) is { } refused)
            {
                await TryAgainAsync(head, refused, CancellationToken.None);
                return;
            }
        }

        landings.ForEach(landing => _failures.TryRemove(landing.Id, out _));
    }

    private Task<bool> TakeAsync(Batch batch, List<Landing> landings, CancellationToken cancel) =>
        steps.TellAsync([.. landings.Select((landing, at) => (landing, (LandingInput)new LandingInput.Taken(batch.Tip.Tip, new LandingBatch(batch.Id, landings.Count, at + 1))))], cancel);

    // False where nobody is left, or one left meanwhile whose work may be in the merges of the others: then all start over.
    private async Task<bool> MergeAsync(Batch batch, List<Landing> landings, RunningBatch running, CancellationToken cancel)
    {
        if (await running.TryAsync([.. landings.Select(landing => landing.Id)], async either => batch.Members = await chain.MergeAsync(batch, landings, either), cancel)
            && await steps.TellAsync([.. batch.Members.Select((member, at) => (member.Landing, (LandingInput)new LandingInput.Merged(member.Merged.Commit)
            {
                Resolved = member.Merged.Resolved,
                Batch = new LandingBatch(batch.Id, batch.Members.Count, at + 1),
            }))], cancel))
        {
            return batch.Members.Count > 0;
        }

        var underWay = (await store.GetTrainAsync(batch.Project.Id, batch.Target, cancel)).Open.Where(landing => landing.State == LandingState.Merging);
        await steps.StartOverAsync(underWay, "One that was to be tried with it left the train; it is merged again without that.");
        return false;
    }

    private async Task<Project> ProjectAsync(Landing landing, CancellationToken cancel) =>
        await store.GetProjectAsync(landing.ProjectId, cancel) ?? throw new AutoBuildException("project_not_found", $"There is no project {landing.ProjectId}.");
}
