using System.Collections.Concurrent;
using AutoBuild.Core.Projects;
using AutoBuild.Workspaces;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Projects;

/// <summary>Keeps the bare clone of each project open and its integration tip fresh.</summary>
public sealed class Clones(OrchestratorOptions options, ILogger<Clones> log) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Guid, Task<BareClone>> _open = new();
    private readonly OwnedTasks _refreshing = new();
    private readonly CancellationTokenSource _end = new();

    /// <summary>Where a project's clone stands, whether it is there or not.</summary>
    public string PathOf(Guid project) => Path.Combine(options.DataDirectory, "repositories", $"{project}.git");

    /// <summary>Those on disk, open or not.</summary>
    public IEnumerable<BareClone> All() => Directory.Exists(Path.Combine(options.DataDirectory, "repositories"))
        ? Directory.EnumerateDirectories(Path.Combine(options.DataDirectory, "repositories"), "*.git").Select(BareClone.At) : [];

    /// <summary>Tells whether a path is one of our own places, whatever name it goes by.</summary>
    public bool Owns(string path) => RealPath.IsWithin(path, options.DataDirectory) || RealPath.IsWithin(path, options.WorktreeRoot);

    /// <summary>Opens the clone, making it first where it is missing.</summary>
    public async Task<BareClone> OpenAsync(Project project, CancellationToken cancel)
    {
        // Shared by all callers, so it is not stopped by one of them.
        var opening = _open.GetOrAdd(project.Id, id => BareClone.OpenAsync(PathOf(id), project.Source, null, _end.Token));
        try
        {
            return await opening.WaitAsync(cancel);
        }
        catch when (opening.IsFaulted || opening.IsCanceled)
        {
            // The next one tries anew: whatever was wrong (no network, a full disk) may be over by then.
            _open.TryRemove(new(project.Id, opening));
            throw;
        }
    }

    /// <summary>Forgets a clone and removes its directory.</summary>
    public void Drop(Guid project)
    {
        _open.TryRemove(project, out _);
        if (Directory.Exists(PathOf(project)))
        {
            Directory.Delete(PathOf(project), recursive: true);
        }

        if (Directory.Exists(BareClone.TipsFolder(PathOf(project))))
        {
            Directory.Delete(BareClone.TipsFolder(PathOf(project)), recursive: true);
        }

        if (File.Exists(PathOf(project) + ".lock"))
        {
            File.Delete(PathOf(project) + ".lock");
        }
    }

    /// <summary>Returns the tip that work starts from; waits for a fetch only where that is cheap or nothing is known yet.</summary>
    /// <remarks>A local source is asked whether it moved; a remote one is refreshed in the background, at most once in 5 s.</remarks>
    public async Task<TipResult> TipAsync(Project project, string target, CancellationToken cancel)
    {
        var clone = await OpenAsync(project, cancel);
        var known = await clone.ResolveAsync($"refs/heads/{target}", cancel);
        if (known is null || project.RepoPath is not null)
        {
            await FetchWhereNeededAsync(clone, project, target, known, cancel);
        }
        else
        {
            _refreshing.Add(RefreshAsync(clone, project));
        }

        return Told(project, target, await clone.TakeOriginInAsync(target, cancel));
    }

    /// <summary>Returns the tip after a fetch, for what must not build upon an old one.</summary>
    public async Task<TipResult> FreshTipAsync(Project project, string target, CancellationToken cancel)
    {
        var clone = await OpenAsync(project, cancel);
        await clone.FetchAsync(TimeSpan.Zero, cancel);
        return Told(project, target, await clone.TakeOriginInAsync(target, cancel));
    }

    /// <summary>Takes the source in where it can be reached.</summary>
    public async Task TryFreshTipAsync(Project project, string target, CancellationToken cancel)
    {
        try
        {
            await FreshTipAsync(project, target, cancel);
        }
        catch (WorkspaceException fault)
        {
            log.FetchFailed(project.Id, fault.Message);
        }
    }

    private TipResult Told(Project project, string target, TipResult tip)
    {
        if (tip.PutBack is { } rescue)
        {
            log.TipPutBack(project.Id, target, tip.Tip, rescue);
        }

        return tip;
    }

    /// <summary>The branch that work of a project lands on where nothing else is said.</summary>
    public async Task<string> TargetAsync(Project project, string? asked, CancellationToken cancel) =>
        asked ?? project.DefaultBranch ?? await (await OpenAsync(project, cancel)).DefaultBranchAsync(cancel);

    /// <summary>Stops what is cloned or fetched, and returns when no git of it is alive.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await ((Task)Task.WhenAll(_open.Values)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _refreshing.WhenIdleAsync(CancellationToken.None);
        _end.Dispose();
    }

    private async Task FetchWhereNeededAsync(BareClone clone, Project project, string target, string? known, CancellationToken cancel)
    {
        try
        {
            if (known is null)
            {
                await clone.FetchAsync(cancellation: cancel);
            }
            else if (!await clone.IsUpToDateAsync(project.RepoPath!, target, cancel))
            {
                await clone.FetchAsync(TimeSpan.Zero, cancel);
            }
        }
        catch (WorkspaceException fault) when (known is not null)
        {
            log.FetchFailed(project.Id, fault.Message);
        }
    }

    private async Task RefreshAsync(BareClone clone, Project project)
    {
        try
        {
            await clone.FetchAsync(cancellation: _end.Token);
        }
        catch (Exception fault) when (fault is WorkspaceException or IOException)
        {
            log.FetchFailed(project.Id, fault.Message);
        }
        catch (OperationCanceledException)
        {
            // The server stops; the next one fetches.
        }
    }
}
