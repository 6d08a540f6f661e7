using System.Collections.Concurrent;
using AutoBuild.Core;
using AutoBuild.Memory.Search;
using AutoBuild.Memory.Segments;
using AutoBuild.Workspaces;

namespace AutoBuild.Memory.Index;

/// <summary>Is the index of all projects: brought up to date, asked for its state, opened for a search.</summary>
public sealed class MemoryIndex : IAsyncDisposable
{
    private readonly Catalogue _catalogue;
    private readonly string _folder;
    private readonly Indexer _indexer;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<Guid, ProjectIndex> _projects = new();
    private readonly ConcurrentDictionary<Guid, Run> _runs = new();
    private readonly CancellationTokenSource _ended = new();
    private long _failures;
    private Task _merging = Task.CompletedTask;

    /// <summary>Stands on an open catalogue, which stays its owner's.</summary>
    /// <param name="catalogue">Segments and views.</param>
    /// <param name="folder">The same data directory; what is indexed from where stands below it.</param>
    /// <param name="limits">How large chunks are.</param>
    /// <param name="time">For freshness.</param>
    /// <param name="workers">How many read at once; default one for each processor.</param>
    public MemoryIndex(Catalogue catalogue, string folder, OutlineLimits? limits = null, TimeProvider? time = null, int? workers = null)
    {
        (_catalogue, _folder, _time) = (catalogue, Path.Combine(folder, "projects"), time ?? TimeProvider.System);
        _indexer = new Indexer(catalogue, limits ?? OutlineLimits.Default, workers ?? Environment.ProcessorCount);
    }

    /// <summary>Whether any project is being indexed.</summary>
    public bool IsBusy => !_runs.IsEmpty;

    /// <summary>Files that the runs which are on have still to read.</summary>
    internal long Pending => _runs.Keys.Sum(id => (long)Math.Max(0, Of(id).Progress.Total - Of(id).Progress.Done));

    /// <summary>Runs of this process that failed; one that was stopped did not.</summary>
    internal long Failures => Interlocked.Read(ref _failures);

    /// <summary>Begins to index a project and returns at once; a run that is on is not begun twice.</summary>
    /// <returns>Refused with index_source_missing where nobody ever said what to index.</returns>
    public Result<IndexStatus> Start(IndexRequest request)
    {
        var project = Of(request.Project);
        if (ProjectSource.Of(request, project.Source) is not { } source)
        {
            return new Refusal(RefusalKind.Invalid, "index_source_missing", "Give repo_path or repo_url: nothing was indexed for this project before.");
        }

        var run = new Run();
        if (_runs.TryAdd(request.Project, run))
        {
            project.Last = new IndexStatus(request.Project, IndexState.Indexing) { StartedAt = _time.GetUtcNow() };
            _ = Task.Run(() => RunAsync(request.Project, source, run));
        }

        return Status(request.Project)!;
    }

    /// <summary>Indexes a project to the end.</summary>
    public async Task<Result<IndexStatus>> IndexAsync(IndexRequest request, CancellationToken cancel)
    {
        var started = Start(request);
        if (started.Done && _runs.TryGetValue(request.Project, out var run))
        {
            await run.Done.Task.WaitAsync(cancel);
        }

        return started.Done ? Status(request.Project)! : started;
    }

    /// <summary>How far the index of a project is; null where nothing was ever asked for.</summary>
    public IndexStatus? Status(Guid id)
    {
        var project = Of(id);
        var status = project.Last ?? (project.OwnView is null && project.Source is null ? null : new IndexStatus(id, project.OwnView is null ? IndexState.Pending : IndexState.Completed));
        if (status is null || project.OwnView is not { } view)
        {
            return status is null ? null : Counted(status, project);
        }

        return Counted(status, project) with { Files = view.Files.Count, Chunks = Chunks(view), Commit = view.Commit, FinishedAt = status.FinishedAt ?? view.IndexedAt };
    }

    /// <summary>Says what indexing would read; nothing is written but a clone, where a URL is given.</summary>
    /// <exception cref="WorkspaceException">As of git.</exception>
    public async Task<Result<IndexPlan>> PlanAsync(IndexRequest request, CancellationToken cancel) =>
        ProjectSource.Of(request, Of(request.Project).Source) is { } source
            ? IndexPlan.Of(await source.ListAsync(_folder, request.Project, fetch: true, cancel))
            : new Refusal(RefusalKind.Invalid, "index_source_missing", "Give repo_path or repo_url: nothing was indexed for this project before.");

    /// <summary>Takes files in as they are given, beside what a repository holds.</summary>
    public Task<(int Files, int Chunks)> AddFilesAsync(Guid project, IEnumerable<(string Path, string Content)> files, CancellationToken cancel) => Of(project).AddAsync(files, cancel);

    /// <summary>Forgets a project; false where nothing is known of it. Texts that nobody else holds go with the next merge.</summary>
    public async Task<bool> DeleteAsync(Guid project, CancellationToken cancel)
    {
        if (_runs.TryGetValue(project, out var run))
        {
            await run.Ended.CancelAsync();
            await run.Done.Task.WaitAsync(cancel);
        }

        var known = await Of(project).DeleteAsync(cancel);
        Of(project).Last = null;
        MergeSoon();
        return known;
    }

    /// <summary>Opens a project's index for a search, brought up to date first; a run that is on is not waited for.</summary>
    /// <param name="project">Whose.</param>
    /// <param name="reference">A branch, a commit, the path of a working tree; null is what the project was indexed from.</param>
    /// <returns>Refused with index_missing or ref_unknown.</returns>
    public async Task<Result<SearchScope>> OpenAsync(Guid project, string? reference, CancellationToken cancel)
    {
        var index = Of(project);
        if (reference is null && index.OwnView is null && !_runs.ContainsKey(project) && index.Source is null)
        {
            return ProjectIndex.Missing(project);
        }

        var found = await index.ViewAsync(reference, cancel);
        if (!found.Done)
        {
            return found.Refusal;
        }

        var view = found.Value;
        var snapshot = _catalogue.Snapshot();
        var repository = view.Commit is null ? null : index.Source?.RepositoryIn(_folder, project);
        return new SearchScope(snapshot, view, repository, new Freshness(view.Commit, view.Files.Count(file => (file.Marks & FileMarks.Dirty) != 0), view.IndexedAt, view.In(snapshot).Unknown));
    }

    /// <summary>Where git reads a project that was indexed, and the branch or commit that counts there; null where there is no such place yet.</summary>
    public async Task<(string Directory, string Tip)?> RepositoryAsync(Guid project, CancellationToken cancel) =>
        Of(project).Source is { } source && source.RepositoryIn(_folder, project) is var directory && Directory.Exists(directory)
            ? (directory, await source.TipAsync(_folder, project, cancel))
            : null;

    /// <summary>Grows whenever what the project's index answers may change.</summary>
    public long Version(Guid project) => Of(project).Version;

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await Task.WhenAll(_runs.Values.Select(run => run.Done.Task));
        await _merging.ContinueWith(_ => { }, TaskScheduler.Default);
        foreach (var project in _projects.Values)
        {
            project.Dispose();
        }

        _ended.Dispose();
    }

    private ProjectIndex Of(Guid project) => _projects.GetOrAdd(project, id => new ProjectIndex(id, _catalogue, _indexer, _folder, _time));

    private async Task RunAsync(Guid id, ProjectSource source, Run run)
    {
        var project = Of(id);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token, run.Ended.Token);
        var begun = project.Last!;
        try
        {
            var (_, listing) = await project.IndexAsync(source, cancel.Token);
            project.Last = begun with
            {
                State = IndexState.Completed,
                FinishedAt = _time.GetUtcNow(),
                Bytes = listing.Files.Sum(file => file.Size),
                Skipped = listing.Skipped.CountBy(file => file.Reason).ToDictionary(),
            };
        }
#pragma warning disable CA1031 // Whatever it was, the status says it; the run was begun by nobody who waits.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Interlocked.Add(ref _failures, fault is OperationCanceledException ? 0 : 1);
            project.Last = begun with { State = IndexState.Failed, FinishedAt = _time.GetUtcNow(), Error = fault is OperationCanceledException ? "It was stopped." : Redaction.Of(fault.Message, "").Text };
        }

        _runs.TryRemove(id, out _);
        MergeSoon();
        run.Done.SetResult();
    }

    private void MergeSoon()
    {
        lock (_projects)
        {
            _merging = _merging.ContinueWith(_ => _catalogue.MergeAsync(_ended.Token), TaskScheduler.Default).Unwrap();
        }
    }

    private static IndexStatus Counted(IndexStatus status, ProjectIndex project) => status with { FilesIndexed = project.Progress.Done, FilesTotal = project.Progress.Total };

    private long Chunks(View view) => _catalogue.Read(snapshot =>
        view.In(snapshot).Places.Sum(place => place is { } at ? (long)snapshot.Segments[at.Segment].FirstChunks[at.Document + 1] - snapshot.Segments[at.Segment].FirstChunks[at.Document] : 0));

    private sealed class Run
    {
        public CancellationTokenSource Ended { get; } = new();

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
