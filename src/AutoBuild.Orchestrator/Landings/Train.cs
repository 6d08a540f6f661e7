using System.Collections.Concurrent;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Takes the head of each target's train, one at a time, to its end.</summary>
public sealed class Train(IStore store, LandingRun landings, Bells bells, TimeProvider time, ILogger<Train> log) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly LandingState[] UnderWay = [LandingState.Merging, LandingState.Testing, LandingState.Moving];

    private readonly ConcurrentDictionary<(Guid Project, string Target), Task> _busy = new();

    /// <summary>Settles what a server before left half done, before anything new moves.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var state in UnderWay)
        {
            foreach (var landing in (await store.ListLandingsAsync(new LandingFilter(State: state), new PageRequest(500), cancellationToken)).Items)
            {
                await SettleAsync(landing, cancellationToken);
            }
        }

        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(_busy.Values).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (var head in await store.ListTrainHeadsAsync(stoppingToken))
                {
                    Take(head, stoppingToken);
                }
            }
#pragma warning disable CA1031 // Asked again at the next poll.
            catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
            {
                log.NoHeads(fault.Message);
            }

            await bells.Trains.WaitAsync(Poll, stoppingToken);
        }
    }

    private void Take(Landing head, CancellationToken cancel)
    {
        var key = (head.ProjectId, head.TargetBranch);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (head.State == LandingState.Queued && !landings.IsWaiting(head.Id) && _busy.TryAdd(key, ended.Task))
        {
            _ = Task.Run(() => RunAsync(head, ended, cancel), CancellationToken.None);
        }
    }

    private async Task RunAsync(Landing head, TaskCompletionSource ended, CancellationToken cancel)
    {
        try
        {
            await landings.RunAsync(head, cancel);
        }
        catch (OperationCanceledException)
        {
            // The server stops; the next one settles it.
        }
#pragma warning disable CA1031 // One landing that breaks must not stop the trains; it starts over or leaves.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            log.Broke(fault, head.Id);
            await TryAgainAsync(head, fault.Message, cancel);
        }
        finally
        {
            _busy.TryRemove((head.ProjectId, head.TargetBranch), out _);
            ended.SetResult();
            bells.Trains.Ring();
            bells.Queue.Ring();
        }
    }

    // Told until it is heard: a landing that stayed under way would hold up its train until the next start.
    private async Task TryAgainAsync(Landing head, string why, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await landings.TryAgainAsync(head, why, cancel);
                return;
            }
#pragma warning disable CA1031 // The store is away: asked again in a moment.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                log.Broke(fault, head.Id);
            }

            await Task.Delay(Poll, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SettleAsync(Landing landing, CancellationToken cancel)
    {
        try
        {
            await landings.SettleAsync(landing, cancel);
        }
#pragma warning disable CA1031 // A repository that is gone must not keep the server from starting.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            log.Broke(fault, landing.Id);
            await store.ApplyLandingAsync(landing.Id, new LandingInput.StartOver(fault.Message), cancel);
        }
    }
}
