using AutoBuild.Core.Jobs;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Runs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Queue;

/// <summary>Gives up jobs whose lease ran out and that nobody here answers for.</summary>
public sealed class Rescuer(IStore store, RunWatches watches, LateMessages late, OrchestratorOptions options, Bells bells, TimeProvider time, ILogger<Rescuer> log)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ticks = new PeriodicTimer(options.Queue.Sweep, time);
        while (await ticks.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
#pragma warning disable CA1031 // Tried again at the next sweep.
            catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
            {
                log.NotSwept(fault.Message);
            }
        }
    }

    private async Task SweepAsync(CancellationToken cancel)
    {
        foreach (var job in await store.ListExpiredAsync(cancel))
        {
            if (await IsOursToEndAsync(job, cancel))
            {
                await RescueAsync(job, cancel);
            }
        }
    }

    // Asked anew for each: rescuing the one before took its time, and whoever renewed meanwhile answers for the job.
    private async Task<bool> IsOursToEndAsync(Job job, CancellationToken cancel) =>
        !watches.Holds(job) && (await store.ListExpiredAsync(cancel)).Any(still => still.Id == job.Id && still.Fence == job.Fence);

    private async Task RescueAsync(Job job, CancellationToken cancel)
    {
        // Killed before the job may start anew, so that it never runs twice; what can't be killed yet keeps the job until the next sweep.
        var run = Run.Find(RunFolder.Of(options.DataDirectory, job.Id, job.Attempt), job.Id);
        if (!await run.KillAsync())
        {
            log.Survives(job.Id, job.Attempt);
            return;
        }

        await watches.CountAsync(job, run, cancel);
        JobInput input = run.ReadReport() is { } report ? new JobInput.Reported(report) : new JobInput.LeaseExpired();
        var rescued = late.After(job) is { } continuation
            ? await store.EndAsync(job.Id, job.Fence, input, continuation, cancel)
            : await store.ApplyAsync(job.Id, job.Fence, input, cancel);
        if (rescued.Done)
        {
            log.Rescued(job.Id, job.Attempt);
            bells.Queue.Ring();
        }
    }
}
