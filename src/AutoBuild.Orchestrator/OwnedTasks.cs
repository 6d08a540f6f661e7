using System.Collections.Concurrent;

namespace AutoBuild.Orchestrator;

/// <summary>Owns tasks that nobody awaits where they are started, so that a stop can wait for them.</summary>
internal sealed class OwnedTasks
{
    private readonly ConcurrentDictionary<Task, byte> _running = new();

    public void Add(Task task)
    {
        _running.TryAdd(task, 0);
        _ = task.ContinueWith(done => _running.TryRemove(done, out _), TaskScheduler.Default);
    }

    /// <summary>Returns when none of them runs any more, or nobody waits any longer; never throws.</summary>
    public async Task WhenIdleAsync(CancellationToken cancel) =>
        await Task.WhenAll(_running.Keys).WaitAsync(cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
