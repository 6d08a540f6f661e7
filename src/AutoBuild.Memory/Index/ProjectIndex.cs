using AutoBuild.Core;
using AutoBuild.Memory.Segments;
using AutoBuild.Workspaces;

namespace AutoBuild.Memory.Index;

/// <summary>Is one project's part of the index: where its files come from, its views, and the run that is on.</summary>
internal sealed class ProjectIndex(Guid project, Catalogue catalogue, Indexer indexer, string folder, TimeProvider time) : IDisposable
{
    // What the project itself holds, and what was handed in file by file.
    private const string Own = "";
    private const string Added = "+";
    private const int MostCommits = 16;

    /// <summary>A state that is no older is taken as it is.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<string, (long At, int Damaged)> _looked = [];
    private long _version;

    public IndexProgress Progress { get; } = new();

    /// <summary>Of the run that was last; null before the first of this process.</summary>
    public IndexStatus? Last { get; set; }

    /// <summary>Grows whenever a view changes.</summary>
    public long Version => Interlocked.Read(ref _version);

    public ProjectSource? Source => ProjectSource.Read(folder, project);

    public View? OwnView => catalogue.Views.Find(project, Own);

    /// <summary>Indexes the project's own source as it stands.</summary>
    public async Task<(View View, SourceListing Listing)> IndexAsync(ProjectSource source, CancellationToken cancel)
    {
        source.Write(folder, project);
        await _gate.WaitAsync(cancel);
        try
        {
            var listing = await source.ListAsync(folder, project, fetch: true, cancel);
            return (await UpdateAsync(Own, listing, source.Rules, cancel), listing);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The view of a ref, brought up to date first where it was not looked at for two seconds. While a run is on, the view as it is.</summary>
    public async Task<Result<View>> ViewAsync(string? reference, CancellationToken cancel)
    {
        var source = Source;
        var name = reference is null ? Own : await NameAsync(source, reference, cancel);
        if (name is null)
        {
            return new Refusal(RefusalKind.NotFound, "ref_unknown", $"'{reference}' is no branch, commit or working tree of the project.");
        }

        if (catalogue.Views.Find(project, name) is { } view && (source is null || IsFresh(name) || _gate.CurrentCount == 0))
        {
            return view;
        }

        if (source is null)
        {
            return Missing(project);
        }

        await _gate.WaitAsync(cancel);
        try
        {
            return IsFresh(name) && catalogue.Views.Find(project, name) is { } now ? now : await RefreshAsync(name, source, cancel);
        }
        catch (WorkspaceException fault)
        {
            // A branch that is gone, a folder that is: nothing of it was ever indexed, so there is nothing to answer from.
            return new Refusal(RefusalKind.NotFound, fault.Code, fault.Message);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Takes files in that no repository holds; they stay until the project is deleted. Returns how many chunks they have.</summary>
    public async Task<(int Files, int Chunks)> AddAsync(IEnumerable<(string Path, string Content)> files, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            using var hold = catalogue.Hold();
            var builder = new SegmentBuilder(new TermTable());
            var taken = new Dictionary<string, ViewFile>(StringComparer.Ordinal);
            var chunks = 0;
            foreach (var (path, content) in files.Where(file => SourceRules.Default.Skips(file.Path, file.Content.Length) is null))
            {
                var (key, outline) = indexer.Read(path, content);
                builder.Add(key, outline);
                chunks += outline.Chunks.Count;
                taken[path] = new ViewFile(path, key, PathFlags.Of(path));
            }

            await catalogue.AddAsync(builder, cancel);
            Save(Over(catalogue.Views.Find(project, Added), Added, taken));
            Save(Over(OwnView, Own, taken));
            return (taken.Count, chunks);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Forgets all of the project.</summary>
    public async Task<bool> DeleteAsync(CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            var known = Source is not null;
            ProjectSource.Delete(folder, project);
            lock (_looked)
            {
                _looked.Clear();
            }

            Interlocked.Increment(ref _version);
            return catalogue.Views.Delete(project) > 0 || known;
        }
        finally
        {
            _gate.Release();
        }
    }

    internal static Refusal Missing(Guid project) => new(RefusalKind.NotFound, "index_missing", $"The project {project} is not indexed. Index it first: POST /api/v1/index/repository, or autobuild index.");

    // A path of a working tree, or the commit that a name stands for now; null where it is neither.
    private async Task<string?> NameAsync(ProjectSource? source, string reference, CancellationToken cancel) =>
        Path.IsPathRooted(reference) ? Directory.Exists(reference) ? Path.GetFullPath(reference) : null
        : source?.RepositoryIn(folder, project) is { } repository && Directory.Exists(repository) ? await SourceTree.ResolveAsync(repository, reference, cancel)
        : null;

    private bool IsFresh(string name)
    {
        lock (_looked)
        {
            return _looked.TryGetValue(name, out var looked) && looked.Damaged == catalogue.Damaged && (IsCommit(name) || time.GetElapsedTime(looked.At) < Fresh);
        }
    }

    private static bool IsCommit(string name) => name.Length >= 40 && !Path.IsPathRooted(name);

    private async Task<View> RefreshAsync(string name, ProjectSource source, CancellationToken cancel)
    {
        var before = catalogue.Views.Find(project, name);
        try
        {
            var listing = name == Own ? await source.ListAsync(folder, project, fetch: false, cancel)
                : Path.IsPathRooted(name) ? await SourceTree.WorkingTreeAsync(name, source.Rules, cancel)
                : await SourceTree.AtCommitAsync(source.RepositoryIn(folder, project), name, source.Rules, cancel);
            return await UpdateAsync(name, listing, source.Rules, cancel);
        }
        catch (WorkspaceException) when (before is not null)
        {
            // The folder is away, or git is: what is known is better than nothing, and says how old it is.
            return before;
        }
    }

    private async Task<View> UpdateAsync(string name, SourceListing listing, SourceRules rules, CancellationToken cancel)
    {
        var (at, damaged) = (time.GetTimestamp(), catalogue.Damaged);
        var stamp = SourceTree.Stamp(listing);
        var view = catalogue.Views.Find(project, name);
        if (view is null || view.Stamp != stamp || catalogue.Read(snapshot => view.In(snapshot).Unknown) > 0)
        {
            using var hold = catalogue.Hold();
            // What has a view already keeps it until the new one is whole.
            var files = await indexer.RunAsync(listing, rules.MostBytes, Progress, view is null ? early => Save(Make(name, early, listing, stamp)) : null, cancel);
            view = Make(name, files, listing, stamp);
            Save(view);
            Forget(name);
        }

        lock (_looked)
        {
            _looked[name] = (at, damaged);
        }

        return view;
    }

    // Each job starts from a commit of its own, in a tree of its own: views of the last few are kept, and none of a tree that is gone.
    private void Forget(string justMade)
    {
        if (justMade == Own)
        {
            return;
        }

        var commits = catalogue.Views.Of(project).Where(view => IsCommit(view.Ref)).OrderByDescending(view => view.IndexedAt).Skip(MostCommits);
        var trees = catalogue.Views.Of(project).Where(view => Path.IsPathRooted(view.Ref) && !Directory.Exists(view.Ref));
        foreach (var old in commits.Concat(trees).Where(view => view.Ref != justMade).ToList())
        {
            catalogue.Views.Delete(project, old.Ref);
            lock (_looked)
            {
                _looked.Remove(old.Ref);
            }
        }
    }

    public void Dispose() => _gate.Dispose();

    private View Make(string name, IReadOnlyList<ViewFile> files, SourceListing listing, string stamp)
    {
        var added = name == Own ? catalogue.Views.Find(project, Added)?.Files ?? [] : [];
        var all = added.Count == 0 ? files : files.ExceptBy(added.Select(file => file.Path), file => file.Path).Concat(added);
        return new View(project, name, View.Of(project, name, all).Files) { Commit = listing.Commit, IndexedAt = time.GetUtcNow(), Stamp = stamp };
    }

    private View Over(View? below, string name, Dictionary<string, ViewFile> files) =>
        new(project, name, View.Of(project, name, (below?.Files ?? []).Where(file => !files.ContainsKey(file.Path)).Concat(files.Values)).Files)
        {
            Commit = below?.Commit,
            IndexedAt = time.GetUtcNow(),
            Stamp = below?.Stamp ?? "",
        };

    private void Save(View view)
    {
        catalogue.Views.Save(view);
        Interlocked.Increment(ref _version);
    }
}
