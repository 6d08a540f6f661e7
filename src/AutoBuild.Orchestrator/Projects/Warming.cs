using System.Collections.Concurrent;
using AutoBuild.Core.Projects;
using AutoBuild.Orchestrator.Worktrees;
using AutoBuild.Workspaces;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Projects;

/// <summary>Brings idle trees to the tip in the background, so that a start needs no checkout.</summary>
public sealed class Warming(Clones clones, TreePool pool, ILogger<Warming> log) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Guid, Task> _busy = new();
    private readonly CancellationTokenSource _end = new();

    /// <summary>Begins unless the project is being warmed already.</summary>
    public void Start(Project project) =>
        _busy.AddOrUpdate(project.Id, _ => Task.Run(() => WarmAsync(project)), (_, running) => running.IsCompleted ? Task.Run(() => WarmAsync(project)) : running);

    /// <summary>Completes when nothing is being warmed.</summary>
    public Task WhenIdleAsync() => Task.WhenAll(_busy.Values);

    /// <summary>Stops, and returns when nothing is being warmed any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await WhenIdleAsync();
        _end.Dispose();
    }

    private async Task WarmAsync(Project project)
    {
        try
        {
            var target = await clones.TargetAsync(project, null, _end.Token);
            var clone = await clones.OpenAsync(project, _end.Token);
            if (await clone.ResolveAsync($"refs/heads/{target}", _end.Token) is { } tip)
            {
                await pool.WarmAsync(WorktreeLeases.FolderOf(project.Id), clone, tip, 1, _end.Token);
            }
        }
        catch (Exception fault) when (fault is WorkspaceException or IOException or OperationCanceledException)
        {
            // Only speed is lost: the runner checks out by itself.
            log.NotWarmed(project.Id, fault.Message);
        }
    }
}
