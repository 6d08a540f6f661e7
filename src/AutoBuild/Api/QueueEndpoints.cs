using AutoBuild.Core.Jobs;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Queue;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoBuild.Api;

internal static class QueueEndpoints
{
    public static void MapQueue(this IEndpointRouteBuilder api)
    {
        var queue = api.MapGroup("/queue").WithTags("queue");
        queue.MapGet("", Get).Produces<QueueBody>();
        queue.MapPost("/pause", Pause).Produces<Message>();
        queue.MapPost("/resume", Resume).Produces<Message>();
    }

    /// <summary>Counts the queue.</summary>
    internal static async Task<IResult> Get(IStore store, Admission admission, CancellationToken cancel) =>
        TypedResults.Ok(QueueBody.Of(await store.GetQueueStatsAsync(cancel), admission.Hold));

    /// <summary>Stops claiming; running jobs finish.</summary>
    internal static async Task<IResult> Pause(IStore store, CancellationToken cancel)
    {
        await store.SetQueuePausedAsync(true, cancel);
        return TypedResults.Ok(new Message("The queue is paused; running jobs finish."));
    }

    /// <summary>Goes on claiming.</summary>
    internal static async Task<IResult> Resume(IStore store, Dispatcher dispatcher, CancellationToken cancel)
    {
        await store.SetQueuePausedAsync(false, cancel);
        dispatcher.Nudge();
        return TypedResults.Ok(new Message("The queue goes on."));
    }
}

/// <summary>Is the queue as the wire shows it.</summary>
/// <param name="PendingJobs">Those that wait in any way.</param>
/// <param name="JobsByProject">Unfinished jobs by project id.</param>
/// <param name="ByPriority">Waiting jobs by priority, 0 to 3.</param>
/// <param name="Hold">Why ready jobs are not started for now: too little disk, memory or processor; null where they are.</param>
/// <param name="Limits">The agents whose providers take no more for now, and until when their jobs wait.</param>
internal sealed record QueueBody(
    int TotalJobs, int PendingJobs, int RunningJobs, int CompletedJobs, int FailedJobs, int CancelledJobs,
    IReadOnlyDictionary<string, int> JobsByProject, int ActiveWorkers, int MaxWorkers,
    IReadOnlyDictionary<string, int> ByPriority, double? OldestPendingSeconds, bool Paused, QueueHold? Hold, IReadOnlyList<AgentLimit> Limits)
{
    public static QueueBody Of(QueueStats stats, QueueHold? hold) => new(
        stats.TotalJobs, stats.PendingJobs, stats.RunningJobs, stats.CompletedJobs, stats.FailedJobs, stats.CancelledJobs,
        stats.JobsByProject.ToDictionary(entry => entry.Key.ToString(), entry => entry.Value),
        stats.RunningJobs, stats.MaxWorkers,
        Enum.GetValues<Priority>().ToDictionary(priority => ((int)priority).ToString(System.Globalization.CultureInfo.InvariantCulture), priority => stats.ByPriority.GetValueOrDefault(priority)),
        stats.OldestPendingSeconds, stats.Paused, hold, stats.Limits);
}
