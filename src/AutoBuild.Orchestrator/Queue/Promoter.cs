using AutoBuild.Core.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Queue;

/// <summary>Queues jobs whose backoff, quota or hour is over.</summary>
public sealed class Promoter(IStore store, Bells bells, TimeProvider time, ILogger<Promoter> log) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ticks = new PeriodicTimer(Poll, time);
        while (await ticks.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await store.PromoteDueAsync(stoppingToken) > 0)
                {
                    bells.Queue.Ring();
                }
            }
#pragma warning disable CA1031 // Tried again in a second.
            catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
            {
                log.NotPromoted(fault.Message);
            }
        }
    }
}
