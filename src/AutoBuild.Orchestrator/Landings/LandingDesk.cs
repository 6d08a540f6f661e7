using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Projects;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Is where people approve, order and settle landings.</summary>
public sealed class LandingDesk(IStore store, Clones clones, Resolutions resolutions, LandingRun landings, WorkMetrics metrics, Bells bells)
{
    /// <summary>
    /// Puts a completed job on the train of its target; one that stands in conflict, red or ejected is tried again, one under way is returned.
    /// Refusals: job_not_found, not_landable, qa_failed, already_landed, pull_request_unavailable.
    /// </summary>
    public async Task<Result<Landing>> ApproveAsync(Guid job, string by, CancellationToken cancel)
    {
        if (await store.GetJobAsync(job, cancel) is not { } found)
        {
            return Refusals.JobNotFound(job);
        }

        if (await store.GetProjectAsync(found.ProjectId, cancel) is not { } project)
        {
            return Refusals.ProjectNotFound(found.ProjectId);
        }

        if (Objection(found, (await store.GetTicketAsync(found.TicketId, cancel))?.Landing ?? project.Landing) is { } refusal)
        {
            return refusal;
        }

        return Rung(await store.QueueLandingAsync(job, by, await clones.TargetAsync(project, found.BaseBranch, cancel), cancel));
    }

    /// <summary>Tries one that stands in conflict, red or ejected again.</summary>
    public Task<Result<Landing>> RequeueAsync(Guid landing, CancellationToken cancel) => TellAsync(landing, new LandingInput.Requeued(), cancel);

    /// <summary>Moves a waiting one within its train.</summary>
    public async Task<Result<Landing>> MoveAsync(Guid landing, TrainPlace place, CancellationToken cancel) => Rung(await store.MoveLandingAsync(landing, place, cancel));

    /// <summary>Takes an open one off the train.</summary>
    public async Task<Result<Landing>> EjectAsync(Guid landing, string why, CancellationToken cancel)
    {
        var ejected = await TellAsync(landing, new LandingInput.Ejected(why), cancel);
        if (ejected.Done)
        {
            landings.Stop(landing);
        }

        return ejected;
    }

    /// <summary>Gives a landing up for good; one under way is ejected first.</summary>
    public Task<Result<Landing>> CancelAsync(Guid landing, string why, CancellationToken cancel) => TellAsync(landing, new LandingInput.Cancelled(why), cancel);

    /// <summary>Takes a person's answers to a conflict; where they settle all of it, the landing is queued again. Refusals: those of <see cref="Resolutions"/>.</summary>
    public async Task<Result<Landing>> ResolveAsync(Guid landing, LandingResolution resolution, string by, CancellationToken cancel)
    {
        var taken = await resolutions.TakeAsync(landing, resolution, by, cancel);
        if (taken is not { Done: true, Value.State: LandingState.Queued })
        {
            return taken;
        }

        metrics.Resolved(ChunkStage.Person);
        return Rung(taken);
    }

    /// <summary>Lets the train of a target branch stand; null is the project's default branch.</summary>
    public Task<Result<bool>> PauseAsync(Guid project, string? targetBranch, CancellationToken cancel) => SetPausedAsync(project, targetBranch, true, cancel);

    public Task<Result<bool>> ResumeAsync(Guid project, string? targetBranch, CancellationToken cancel) => SetPausedAsync(project, targetBranch, false, cancel);

    private static Refusal? Objection(Job job, LandingPolicy policy)
    {
        if (job.State != JobState.Completed || job.HeadCommit is null || job.Outcome != RunOutcome.Changed)
        {
            return Refusals.Conflict("not_landable", "Only a completed job that changed something can land.");
        }

        if (job.Qa?.Verdict == QaVerdict.Failed)
        {
            return Refusals.Conflict("qa_failed", "Work whose required checks fail never lands. Send it back with a message, or retry the job.");
        }

        return policy == LandingPolicy.PullRequest
            ? Refusals.Conflict("pull_request_unavailable", "It lands by pull request, and GitHub is not configured here. Set the landing of project or ticket to manual or auto.")
            : null;
    }

    private async Task<Result<bool>> SetPausedAsync(Guid project, string? targetBranch, bool paused, CancellationToken cancel)
    {
        if (await store.GetProjectAsync(project, cancel) is not { } found)
        {
            return Refusals.ProjectNotFound(project);
        }

        await store.SetTrainPausedAsync(project, await clones.TargetAsync(found, targetBranch, cancel), paused, cancel);
        bells.Trains.Ring();
        return paused;
    }

    private async Task<Result<Landing>> TellAsync(Guid landing, LandingInput input, CancellationToken cancel) =>
        await store.GetLandingAsync(landing, cancel) is null
            ? Refusals.LandingNotFound(landing)
            : Rung(await store.ApplyLandingAsync(landing, input, cancel));

    private Result<Landing> Rung(Result<Landing> result)
    {
        if (result.Done)
        {
            metrics.Moved(result.Value);
        }

        bells.Trains.Ring();
        return result;
    }
}
