using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Store;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Runs;

internal static class Persisting
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Tells the store what happened until it has taken it: an end that was seen once must not get lost because the disk is full.</summary>
    /// <param name="continuation">Submitted in the same transaction where the job ends; null where nobody said anything more.</param>
    /// <param name="cancel">Ends the trying, never a write: what was not taken then, the next server finds out anew.</param>
    public static async Task<Result<Job>> PersistAsync(
        this IStore store, Guid id, long fence, JobInput input, TimeProvider time, ILogger log, NewJob? continuation = null, CancellationToken cancel = default)
    {
        while (true)
        {
            try
            {
                return await (continuation is null
                    ? store.ApplyAsync(id, fence, input, CancellationToken.None)
                    : store.EndAsync(id, fence, input, continuation, CancellationToken.None));
            }
#pragma warning disable CA1031 // Whatever is wrong with the store: the fact stays true and is told again.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                log.StoreAway(id, input.GetType().Name, fault.Message);
                await Task.Delay(Pause, time, cancel);
            }
        }
    }
}
