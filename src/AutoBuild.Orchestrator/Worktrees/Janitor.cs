using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Orchestrator.Runs;
using AutoBuild.Workspaces;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Worktrees;

/// <summary>Tidies up: trees that nobody holds, idle slots that are too old, folders of runs long over, old events.</summary>
public sealed class Janitor(
    IStore store, WorktreeLeases leases, RunWatches watches, TreePool pool, Retention retention, RescueDesk rescues, Clones clones, Admission admission, OrchestratorOptions options, TimeProvider time, ILogger<Janitor> log) : BackgroundService
{
    private const int MostBatches = 50;

    /// <summary>Does one round. A duty that fails is told to the log and keeps no other from being done.</summary>
    public async Task TidyAsync(CancellationToken cancel)
    {
        foreach (var held in leases.All().Where(IsLeft))
        {
            await TryAsync(() => leases.ReturnAsync(held, $"{held.Row.JobId ?? held.Row.Id}-left"));
        }

        await TryAsync(() => SweepAsync(cancel));
        await TryAsync(() => retention.DropAsync(cancel));
        await TryAsync(() => rescues.ExpireAsync(cancel));
        await TryAsync(() => PruneAsync(cancel));
        await TryAsync(() => PackAsync(cancel));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ticks = new PeriodicTimer(options.Worktrees.CleanupInterval, time);
        do
        {
            await TidyAsync(stoppingToken);
        }
        while (await ticks.WaitForNextTickAsync(stoppingToken));
    }

    // Its run is over and nobody takes it back, or whoever did so broke off.
    private bool IsLeft(HeldTree held) =>
        held.BrokeOff || (held.Row.JobId is { } job && !watches.Holds(job) && !held.Ended.IsCompleted);

    private async Task SweepAsync(CancellationToken cancel)
    {
        foreach (var note in await pool.SweepAsync(leases.IsHeld, cancel))
        {
            log.Swept(note);
        }

        if (admission.Hold is { Reason: "disk" })
        {
            pool.DropIdle();
        }
    }

    // In short transactions, so that nobody waits long for the writer.
    private async Task PruneAsync(CancellationToken cancel)
    {
        for (var batches = 0; batches < MostBatches && await store.PruneEventsAsync(cancel) > 0; batches++)
        {
            await Task.Yield();
        }
    }

    // One clone a round: packing is work, and nothing waits for it.
    private async Task PackAsync(CancellationToken cancel)
    {
        foreach (var clone in clones.All())
        {
            if (await clone.PackAsync(cancellation: cancel))
            {
                log.Packed(clone.Path);
                return;
            }
        }
    }

    private async Task TryAsync(Func<Task> duty)
    {
        try
        {
            await duty();
        }
#pragma warning disable CA1031 // What can't be tidied now is tidied in the next round.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            log.NotTidied(fault, fault.Message);
        }
    }
}
