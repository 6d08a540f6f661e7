using AutoBuild.Core;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Store;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Is how a person settled a conflict: a commit of theirs, or a text per conflicted file.</summary>
/// <param name="Commit">A commit or branch, in the project's repository, that contains the job's work; null where texts are given.</param>
/// <param name="Files">Text by path, null deletes the file; every conflicted file must be named.</param>
public sealed record LandingResolution(string? Commit, IReadOnlyDictionary<string, string?>? Files);

/// <summary>Is where people approve, order and settle landings.</summary>
public sealed class LandingDesk(IStore store, Bells bells)
{
    /// <summary>Puts a completed job on the train of its target. Refusals: job_not_found, not_landable, already_landed, landing_open.</summary>
    public async Task<Result<Landing>> ApproveAsync(Guid job, string by, CancellationToken cancel)
    {
        if (await store.GetJobAsync(job, cancel) is not { } found)
        {
            return Refusals.JobNotFound(job);
        }

        var project = await store.GetProjectAsync(found.ProjectId, cancel);
        return Rung(await store.QueueLandingAsync(job, by, found.BaseBranch ?? project?.DefaultBranch ?? "main", cancel));
    }

    /// <summary>Tries one that stands in conflict, red or ejected again.</summary>
    public Task<Result<Landing>> RequeueAsync(Guid landing, CancellationToken cancel) => TellAsync(landing, new LandingInput.Requeued(), cancel);

    /// <summary>Takes an open one off the train.</summary>
    public Task<Result<Landing>> EjectAsync(Guid landing, string why, CancellationToken cancel) => TellAsync(landing, new LandingInput.Ejected(why), cancel);

    /// <summary>Gives a landing up for good.</summary>
    public Task<Result<Landing>> CancelAsync(Guid landing, string why, CancellationToken cancel) => TellAsync(landing, new LandingInput.Cancelled(why), cancel);

    /// <summary>Takes a person's resolution of a conflict and queues the landing again.</summary>
    public Task<Result<Landing>> ResolveAsync(Guid landing, LandingResolution resolution, string by, CancellationToken cancel) =>
        TellAsync(landing, new LandingInput.Requeued(), cancel);

    /// <summary>Lets the train of a target branch stand; null is the project's default branch.</summary>
    public Task<Result<bool>> PauseAsync(Guid project, string? targetBranch, CancellationToken cancel) => SetPausedAsync(project, targetBranch, true, cancel);

    public Task<Result<bool>> ResumeAsync(Guid project, string? targetBranch, CancellationToken cancel) => SetPausedAsync(project, targetBranch, false, cancel);

    private async Task<Result<bool>> SetPausedAsync(Guid project, string? targetBranch, bool paused, CancellationToken cancel)
    {
        if (await store.GetProjectAsync(project, cancel) is not { } found)
        {
            return Refusals.ProjectNotFound(project);
        }

        await store.SetTrainPausedAsync(project, targetBranch ?? found.DefaultBranch ?? "main", paused, cancel);
        bells.Trains.Ring();
        return paused;
    }

    private async Task<Result<Landing>> TellAsync(Guid landing, LandingInput input, CancellationToken cancel) =>
        await store.GetLandingAsync(landing, cancel) is null
            ? Refusals.LandingNotFound(landing)
            : Rung(await store.ApplyLandingAsync(landing, input, cancel));

    private Result<Landing> Rung(Result<Landing> result)
    {
        bells.Trains.Ring();
        return result;
    }
}
