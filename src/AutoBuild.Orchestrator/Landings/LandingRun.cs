using System.Collections.Concurrent;
using AutoBuild.Core;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Store;
using AutoBuild.Core.Telemetry;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Workspaces;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Carries one landing from queued to its end: merge, check, move, push.</summary>
public sealed class LandingRun(IStore store, Clones clones, LandingMerge merges, LandingCheck check, Warming warming, WorkMetrics metrics, TimeProvider time, ILogger<LandingRun> log)
{
    private const int MostTries = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<Guid, (int Count, long Since)> _failures = new();
    private readonly ConcurrentDictionary<Guid, CancellationTokenSource> _running = new();

    /// <summary>Tells whether a landing waits before its next try.</summary>
    public bool IsWaiting(Guid landing) =>
        _failures.TryGetValue(landing, out var failed) && time.GetElapsedTime(failed.Since) < FirstPause * Math.Pow(2, failed.Count - 1);

    /// <summary>Ends the work on a landing that a person took off the train.</summary>
    public void Stop(Guid landing)
    {
        if (_running.TryGetValue(landing, out var running))
        {
            running.Cancel();
        }
    }

    /// <summary>Runs a queued landing until it has landed, stands in conflict or red, has to start over, or is stopped.</summary>
    public async Task RunAsync(Landing landing, CancellationToken cancel)
    {
        var running = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _running[landing.Id] = running;
        var job = Traces.Kept ? await store.GetJobAsync(landing.JobId, cancel) : null;
        using var span = Traces.Join("landing", job?.Trace).About(job)?.SetTag("autobuild.landing_id", landing.Id.ToString()).SetTag("autobuild.target", landing.TargetBranch);
        try
        {
            await CarryAsync(landing, running.Token);
        }
        finally
        {
            // Not disposed: a stop may hold it just now, and it owns no timer.
            _running.TryRemove(landing.Id, out _);
        }
    }

    private async Task CarryAsync(Landing landing, CancellationToken cancel)
    {
        var project = await store.GetProjectAsync(landing.ProjectId, cancel) ?? throw new AutoBuildException("project_not_found", $"There is no project {landing.ProjectId}.");
        var repository = await clones.OpenAsync(project, cancel);
        var tip = await clones.FreshTipAsync(project, landing.TargetBranch, cancel);
        if (!await TellAsync(landing, new LandingInput.Taken(tip.Tip), cancel))
        {
            return;
        }

        switch (await MergeAsync(landing, project, repository, tip, cancel))
        {
            case MergeStep.Contained:
                await TellAsync(landing, new LandingInput.AlreadyContained(), cancel);
                break;
            case MergeStep.Conflicted conflicted:
                log.Conflicted(landing.Id, landing.BranchName, landing.TargetBranch, conflicted.Files.Count);
                await TellAsync(landing, conflicted.Input, cancel);
                break;
            case MergeStep.Merged merged:
                await ProveAsync(landing, project, repository, tip, merged, cancel);
                break;
        }
    }

    private async Task<MergeStep> MergeAsync(Landing landing, Project project, BareClone repository, TipResult tip, CancellationToken cancel)
    {
        using var span = Traces.Step("merge");
        var step = await merges.MergeAsync(landing, project, repository, tip, cancel);
        span?.SetTag("autobuild.conflicted", step is MergeStep.Conflicted);
        return step;
    }

    /// <summary>Sends a landing back to the queue after a fault; one that fails again and again leaves the train with the reason.</summary>
    public async Task TryAgainAsync(Landing landing, string why, CancellationToken cancel)
    {
        await store.ApplyLandingAsync(landing.Id, new LandingInput.StartOver(why), cancel);
        var failed = _failures.AddOrUpdate(landing.Id, _ => (1, time.GetTimestamp()), (_, old) => (old.Count + 1, time.GetTimestamp()));
        if (failed.Count >= MostTries)
        {
            await TellAsync(landing, new LandingInput.Ejected(why), cancel);
            _failures.TryRemove(landing.Id, out _);
        }
    }

    /// <summary>Settles a landing that a server before left half done: what the target holds already has landed, all else starts over.</summary>
    public async Task SettleAsync(Landing landing, CancellationToken cancel)
    {
        await check.SweepAsync(landing.Id);
        var project = await store.GetProjectAsync(landing.ProjectId, cancel) ?? throw new AutoBuildException("project_not_found", $"There is no project {landing.ProjectId}.");
        var repository = await clones.OpenAsync(project, cancel);
        if (landing is { State: LandingState.Moving, MergedCommit: { } merged })
        {
            // The push may have been through before the tip followed.
            await clones.TryFreshTipAsync(project, landing.TargetBranch, cancel);
            if (await IsOnTipAsync(landing, repository, merged, cancel))
            {
                await FinishAsync(landing, project, merged, cancel);
                return;
            }
        }

        await TellAsync(landing, new LandingInput.StartOver("The server was started anew."), cancel);
    }

    private async Task ProveAsync(Landing landing, Project project, BareClone repository, TipResult tip, MergeStep.Merged merged, CancellationToken cancel)
    {
        if (!await TellAsync(landing, new LandingInput.Merged(merged.Commit) { Resolved = merged.Resolved }, cancel))
        {
            return;
        }

        var job = await store.GetJobAsync(landing.JobId, cancel);
        var known = Evidence.Known(landing, project, job, merged.Commit, merged.Tree, merged.IsGuessed);
        var (qa, error) = known is not null ? (known, null) : await CheckAsync(landing, project, repository, tip.Tip, merged.Commit, cancel);
        if (Evidence.Objection(Evidence.IsPersons(landing), qa, error, merged.IsGuessed) is { } objection)
        {
            log.Red(landing.Id, landing.BranchName, landing.TargetBranch, objection);
            await TellAsync(landing, merged.IsGuessed ? LandingMerge.Doubted(merged, objection, qa) : new LandingInput.Failed(qa, objection), cancel);
        }
        else if (await TellAsync(landing, new LandingInput.Passed(qa!), cancel))
        {
            await MoveAsync(landing, project, repository, tip.Tip, merged.Commit);
        }
    }

    private async Task<(QaReport? Qa, string? Error)> CheckAsync(Landing landing, Project project, BareClone repository, string onto, string commit, CancellationToken cancel)
    {
        var report = await check.RunAsync(new Candidate(landing.Id, landing.TargetBranch, landing.TicketId, onto, commit), project, repository, cancel);
        return (report?.Qa, report?.Error?.Message);
    }

    // From here on it is carried to its end: a tip that moved without being told would be a lie. Landed means where others see it, so the
    // source's branch moves first: the tip follows it, and never has to be taken back.
    private async Task MoveAsync(Landing landing, Project project, BareClone repository, string onto, string commit)
    {
        using var span = Traces.Step("move");
        if (project.RepoPath is null && await PushAsync(landing, repository, commit) is { } refusal)
        {
            await TryAgainAsync(landing, refusal, CancellationToken.None);
        }
        else if (await repository.MoveTipAsync(landing.TargetBranch, onto, commit, CancellationToken.None) || await IsOnTipAsync(landing, repository, commit, CancellationToken.None))
        {
            await FinishAsync(landing, project, commit, CancellationToken.None);
        }
        else
        {
            log.TipMoved(landing.Id, landing.TargetBranch);
            await TellAsync(landing, new LandingInput.StartOver($"{landing.TargetBranch} moved meanwhile."), CancellationToken.None);
        }
    }

    private async Task FinishAsync(Landing landing, Project project, string commit, CancellationToken cancel)
    {
        if (await TellAsync(landing, new LandingInput.Moved(), cancel))
        {
            _failures.TryRemove(landing.Id, out _);
            warming.Start(project);
            log.Landed(landing.Id, landing.BranchName, landing.TargetBranch, commit);
        }
    }

    private static async Task<bool> IsOnTipAsync(Landing landing, BareClone repository, string commit, CancellationToken cancel) =>
        await repository.ResolveAsync($"refs/heads/{landing.TargetBranch}", cancel) is { } tip
        && await repository.ResolveAsync(commit, cancel) is not null && await repository.ContainsAsync(commit, tip, cancel);

    private static async Task<string?> PushAsync(Landing landing, BareClone repository, string commit)
    {
        try
        {
            var expected = await repository.ResolveAsync($"refs/remotes/origin/{landing.TargetBranch}", CancellationToken.None);
            return await repository.PushAsync(landing.TargetBranch, commit, expected, CancellationToken.None) is PushOutcome.Refused refused ? $"The remote refused the push: {refused.Reason}" : null;
        }
        catch (WorkspaceException fault)
        {
            return $"The remote can't be pushed to: {fault.Message}";
        }
    }

    // A person may have ejected it meanwhile: then the store refuses, and the work stops here.
    private async Task<bool> TellAsync(Landing landing, LandingInput input, CancellationToken cancel)
    {
        var told = await store.ApplyLandingAsync(landing.Id, input, cancel);
        if (!told.Done)
        {
            log.Refused(landing.Id, input.Trigger, told.Refusal.Code);
            return false;
        }

        metrics.Moved(told.Value);
        if (told.Value.State == LandingState.Landed)
        {
            var jobs = await store.ListJobsAsync(new JobFilter(TicketId: landing.TicketId), new PageRequest(500), CancellationToken.None);
            metrics.TicketLanded(time.GetUtcNow() - jobs.Items.Min(job => job.CreatedAt));
        }

        return true;
    }
}
