using AutoBuild.Core.Store;
using Microsoft.Extensions.Hosting;

namespace AutoBuild.Orchestrator.Queue;

/// <summary>Claims jobs up to the free slots and launches each.</summary>
public sealed class Dispatcher(IStore store, Bells bells) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    /// <summary>Looks for claimable jobs now instead of at the next poll.</summary>
    public void Nudge() => bells.Queue.Ring();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await bells.Queue.WaitAsync(Poll, stoppingToken);
            await store.PromoteDueAsync(stoppingToken);
        }
    }
}
