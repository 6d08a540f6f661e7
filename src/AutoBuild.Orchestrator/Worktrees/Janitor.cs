using AutoBuild.Core.Jobs;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Runs;
using AutoBuild.Workspaces;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Worktrees;

/// <summary>Tidies up: trees that nobody holds, idle slots that are too old, folders of runs long over, old events.</summary>
public sealed class Janitor(
    IStore store, WorktreeLeases leases, RunWatches watches, TreePool pool, OrchestratorOptions options, TimeProvider time, ILogger<Janitor> log) : BackgroundService
{
    /// <summary>How long logs, events and reports of an ended job are kept.</summary>
    private static readonly TimeSpan RunAge = TimeSpan.FromDays(14);

    /// <summary>Does one round.</summary>
    public async Task TidyAsync(CancellationToken cancel)
    {
        foreach (var held in leases.All().Where(held => held.Row.JobId is { } job && !watches.Holds(job) && !held.Ended.IsCompleted))
        {
            await leases.ReturnAsync(held, $"{held.Row.JobId}-left");
        }

        foreach (var note in await pool.SweepAsync(leases.IsHeld, cancel))
        {
            log.Swept(note);
        }

        await DropRunsAsync(cancel);
        await store.PruneEventsAsync(cancel);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ticks = new PeriodicTimer(options.Worktrees.CleanupInterval, time);
        do
        {
            try
            {
                await TidyAsync(stoppingToken);
            }
#pragma warning disable CA1031 // What can't be tidied now is tidied in the next round.
            catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
            {
                log.NotTidied(fault, fault.Message);
            }
        }
        while (await ticks.WaitForNextTickAsync(stoppingToken));
    }

    private async Task DropRunsAsync(CancellationToken cancel)
    {
        var root = Path.Combine(options.DataDirectory, "runs");
        if (!Directory.Exists(root))
        {
            return;
        }

        var oldest = time.GetUtcNow() - RunAge;
        foreach (var folder in new DirectoryInfo(root).EnumerateDirectories().Where(folder => folder.LastWriteTimeUtc < oldest))
        {
            if (Guid.TryParse(folder.Name, out var id) && await IsOverAsync(id, oldest, cancel))
            {
                folder.Delete(recursive: true);
            }
        }
    }

    // A folder is a job's or a landing's; of what the store does not know nothing is dropped.
    private async Task<bool> IsOverAsync(Guid id, DateTimeOffset oldest, CancellationToken cancel)
    {
        if (await store.GetJobAsync(id, cancel) is { } job)
        {
            return job.State.IsOver() && job.CompletedAt < oldest;
        }

        return await store.GetLandingAsync(id, cancel) is { } landing && landing.UpdatedAt < oldest;
    }
}
