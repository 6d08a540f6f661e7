using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Runs;

namespace AutoBuild.Orchestrator.Queue;

/// <summary>Stops jobs that people no longer want.</summary>
public sealed class Cancellation(IStore store, RunWatches watches, Bells bells)
{
    /// <summary>Cancels a waiting job at once; a running one is told to stop and shown as cancelled when nothing of it is alive.</summary>
    public async Task<Result<Job>> CancelAsync(Guid job, string reason, CancellationToken cancel)
    {
        if (await store.GetJobAsync(job, cancel) is null)
        {
            return Refusals.JobNotFound(job);
        }

        var asked = await store.ApplyAsync(job, null, new JobInput.CancelAsked(reason), cancel);
        if (asked.Value is { State: JobState.Cancelling })
        {
            watches.Stop(job, reason);
        }

        bells.Queue.Ring();
        return asked;
    }
}
