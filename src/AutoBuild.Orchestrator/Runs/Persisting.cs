using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;
using AutoBuild.Core.Store;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Runs;

internal static class Persisting
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Tells the store what happened until it has taken it: an end that was seen once must not get lost because the disk is full.</summary>
    /// <param name="continuation">Submitted in the same transaction where the job ends; null where nobody said anything more.</param>
    /// <param name="cancel">Ends the trying, never a write: what was not taken then, the next server finds out anew.</param>
    public static Task<Result<Job>> PersistAsync(
        this IStore store, Guid id, long fence, JobInput input, TimeProvider time, ILogger log, NewJob? continuation = null, CancellationToken cancel = default) =>
        UntilTakenAsync(id, input.GetType().Name, time, log, () => continuation is null
            ? store.ApplyAsync(id, fence, input, CancellationToken.None)
            : store.EndAsync(id, fence, input, continuation, CancellationToken.None), cancel);

    /// <summary>Counts in the store what the events of an attempt tell of usage, until it has taken it; returns a cap that is reached.</summary>
    public static async Task<Cap?> CountUsageAsync(this IStore store, Job job, IEnumerable<RunEvent> events, TimeProvider time, ILogger log, CancellationToken cancel)
    {
        List<UsageTold> told = [.. events.Where(happened => happened.Usage is { } usage && usage != new RunUsage())
            .Select(happened => new UsageTold(happened.Seq, happened.At, happened.Name, happened.SessionId, happened.Usage!))];
        return told.Count == 0 ? null : await UntilTakenAsync(job.Id, nameof(UsageTold), time, log, () => store.CountUsageAsync(job.Id, job.Attempt, told, CancellationToken.None), cancel);
    }

    /// <summary>Tells something to the store until it has taken it.</summary>
    internal static async Task<T> UntilTakenAsync<T>(Guid id, string what, TimeProvider time, ILogger log, Func<Task<T>> tell, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await tell();
            }
#pragma warning disable CA1031 // Whatever is wrong with the store: the fact stays true and is told again.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                log.StoreAway(id, what, fault.Message);
                await Task.Delay(Pause, time, cancel);
            }
        }
    }
}
