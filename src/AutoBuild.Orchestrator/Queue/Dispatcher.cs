using AutoBuild.Core.Jobs;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Runs;
using AutoBuild.Orchestrator.Worktrees;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Queue;

/// <summary>Claims jobs up to the free slots and launches each; one per process.</summary>
public sealed class Dispatcher(
    IStore store, Launch launch, RunWatches watches, WorktreeLeases leases, Admission admission, OrchestratorOptions options, Bells bells, WorkMetrics metrics, TimeProvider time, ILogger<Dispatcher> log)
    : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    // Of this process start, not of this machine: a name used again would keep the jobs of the dead.
    private readonly string _worker = Guid.CreateVersion7(time.GetUtcNow()).ToString();

    private readonly OwnedTasks _launching = new();

    /// <summary>Looks for claimable jobs now instead of at the next poll.</summary>
    public void Nudge() => bells.Queue.Ring();

    /// <summary>Lets launches under way come to a point where the next server finds them.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await _launching.WhenIdleAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ClaimAsync(stoppingToken);
            }
#pragma warning disable CA1031 // A store that is away for a moment is asked again at the next poll.
            catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
            {
                log.NotClaimed(fault.Message);
            }

            await bells.Queue.WaitAsync(Poll, stoppingToken);
        }
    }

    private async Task ClaimAsync(CancellationToken cancel)
    {
        var allowed = admission.Allow(options.Queue.MaxParallelJobs - watches.Count, watches.Count);
        var reserved = leases.Reserve(allowed);
        IReadOnlyList<Job> claimed = [];
        try
        {
            if (reserved > 0)
            {
                claimed = await store.ClaimAsync(_worker, reserved, cancel);
            }
        }
        finally
        {
            leases.GiveBack(reserved - claimed.Count);
        }

        admission.Took(allowed, claimed.Count);
        foreach (var job in claimed)
        {
            watches.Hold(job);
            metrics.Claimed(job);
            _launching.Add(Task.Run(() => launch.RunAsync(job, cancel), CancellationToken.None));
        }
    }
}
