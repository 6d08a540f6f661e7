namespace AutoBuild.Workspaces;

/// <summary>A tree given to a ticket for one run.</summary>
/// <param name="Project">The project's folder name.</param>
/// <param name="Ticket">The ticket's folder name.</param>
/// <param name="Repository">The project's bare clone; empty when an earlier process leased the place and never filled it.</param>
/// <param name="Directory">Holds tree, git and our own folder; the same for every run of the ticket.</param>
/// <param name="Since">When it was leased.</param>
/// <param name="Warm">True when the files are already at the start commit.</param>
public sealed record TreeLease(string Project, string Ticket, string Repository, string Directory, DateTimeOffset Since, bool Warm)
{
    /// <summary>For <see cref="TreePlan.Path"/>.</summary>
    public string Tree => Path.Combine(Directory, "tree");

    /// <summary>For <see cref="TreePlan.GitDir"/>.</summary>
    public string GitDir => Path.Combine(Directory, "git");
}

/// <summary>What the pool holds.</summary>
public sealed record TreePoolStats(int Active, int Idle, long Bytes);

/// <summary>Trees that are made once and used again: a slot waits at the tip, is renamed to a ticket's path for a run, and comes back cleaned.</summary>
/// <remarks>
/// On disk: root/&lt;project&gt;/&lt;ticket&gt;/{tree,git,slot} for leases, root/&lt;project&gt;/.idle/&lt;n&gt;/{tree,slot} for slots that wait,
/// root/.work for slots being cleaned or warmed and for what is being deleted. What is leased is what is on disk, so a restart loses nothing.
/// </remarks>
/// <param name="root">DATA/worktrees; one process owns it.</param>
/// <param name="maxIdle">Idle slots kept per project; 4.</param>
/// <param name="maxAge">An idle slot not used for longer is removed; 2 h.</param>
/// <param name="time">The clock.</param>
/// <param name="maxActive">Leases at the same time; 20.</param>
public sealed class TreePool(string root, int maxIdle = 4, TimeSpan? maxAge = null, TimeProvider? time = null, int maxActive = 20)
{
    private readonly string _root = Path.GetFullPath(root);
    private readonly TimeSpan _maxAge = maxAge ?? TimeSpan.FromHours(2);
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _leased = [];
    private readonly HashSet<string> _working = [];

    /// <summary>Gives a ticket its tree: an idle slot renamed, or an empty place that the runner fills.</summary>
    /// <remarks>What an earlier process left at the ticket's place stays there; <see cref="JobTree.PrepareAsync"/> rescues it.</remarks>
    /// <exception cref="WorkspaceException">worktrees_full: maxActive is reached. worktree_busy: the ticket's tree is in use.</exception>
    public Task<TreeLease> LeaseAsync(string project, string ticket, BareClone clone, string startCommit, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var place = Place(project, ticket);
        lock (_gate)
        {
            if (_leased.Contains(place))
            {
                throw new WorkspaceException("worktree_busy", $"The worktree of ticket '{ticket}' is in use by another run.");
            }
            if (_leased.Count >= maxActive)
            {
                throw new WorkspaceException("worktrees_full", $"All {maxActive} worktrees are in use. Wait for a run to end, or raise worktree.max_active.");
            }
            var warm = false;
            if (!Directory.Exists(place))
            {
                warm = TakeIdle(project, place, startCommit);
            }
            _leased.Add(place);
            return Task.FromResult(new TreeLease(project, ticket, clone.Path, place, _time.GetUtcNow(), warm));
        }
    }

    /// <summary>Takes a tree back, saving up to <see cref="Rescue.DefaultLimit"/>.</summary>
    public Task<RescueEntry?> ReturnAsync(TreeLease lease, string rescueName, IReadOnlyList<string>? cache = null, CancellationToken cancellation = default) =>
        ReturnAsync(lease, rescueName, cache, Rescue.DefaultLimit, cancellation);

    /// <summary>Takes a tree back: what is dirty or unpushed is rescued, then the slot is cleaned and waits for the next run.</summary>
    /// <param name="lease">What was leased.</param>
    /// <param name="rescueName">&lt;job&gt;-&lt;attempt&gt;.</param>
    /// <param name="cache">Ignored paths a rescue leaves out, as patterns; null takes the list the tree was prepared with.</param>
    /// <param name="limit">Most bytes of a rescue.</param>
    /// <param name="cancellation">Stops before anything is dropped.</param>
    /// <returns>The rescue; null when there was nothing to save.</returns>
    /// <exception cref="WorkspaceException">rescue_too_large, rescue_unreadable: the tree is kept as it is and a person has to decide.</exception>
    public async Task<RescueEntry?> ReturnAsync(TreeLease lease, string rescueName, IReadOnlyList<string>? cache, long limit, CancellationToken cancellation)
    {
        var slot = Path.Combine(lease.Directory, "slot");
        string? work;
        RescueEntry? rescued = null;
        try
        {
            if (SlotMark.Read(slot) is null && !SlotMark.IsHalfMade(slot))
            {
                rescued = await Rescue.SaveAsync(lease.Tree, lease.GitDir, BareClone.At(lease.Repository), rescueName, cache, limit, cancellation);
            }
            work = TakeForWork(lease.Directory);
        }
        finally
        {
            lock (_gate)
            {
                _leased.Remove(lease.Directory);
            }
        }
        if (work is not null)
        {
            await RecycleAsync(lease.Project, work, CancellationToken.None);
        }
        return rescued;
    }

    /// <summary>Brings the project's idle slots to a commit and makes new ones until there are <paramref name="count"/> (at most maxIdle).</summary>
    public async Task WarmAsync(string project, BareClone clone, string tip, int count = 1, CancellationToken cancellation = default)
    {
        foreach (var idle in Idle(project).Where(idle => idle.Mark?.Commit != tip).ToList())
        {
            if (TakeForWork(idle.Path) is { } work)
            {
                var since = idle.Mark?.IdleSince ?? _time.GetUtcNow();
                await PutBackAsync(project, work, () => TreeSlot.MoveToAsync(work, clone.Path, tip, since, cancellation));
            }
        }
        for (var have = Idle(project).Count; have < Math.Min(count, maxIdle); have++)
        {
            var work = NewWork();
            await PutBackAsync(project, work, () => TreeSlot.MoveToAsync(work, clone.Path, tip, _time.GetUtcNow(), cancellation));
        }
    }

    /// <summary>The leases on disk, also those of an earlier process.</summary>
    public IReadOnlyList<TreeLease> Leases() => [.. Projects().SelectMany(project => Directory.EnumerateDirectories(project)
        .Where(place => !Path.GetFileName(place).StartsWith('.'))
        .Select(place => new TreeLease(Path.GetFileName(project), Path.GetFileName(place), TreeSlot.RepositoryOf(place) ?? "", place,
            new DateTimeOffset(Directory.GetLastWriteTimeUtc(place)), false)))];

    /// <summary>Counts slots and the disk they take; walks all files.</summary>
    public TreePoolStats Stats() => new(Leases().Count, Projects().Sum(project => Idle(Path.GetFileName(project)).Count),
        TreeFiles.Bytes(_root));

    /// <summary>Takes leases back that no one holds any more, removes idle slots that are too old, and deletes what a crash left half done.</summary>
    /// <param name="isHeld">True while a run uses the lease.</param>
    /// <param name="cancellation">Stops between two trees.</param>
    /// <returns>What was rescued, and the faults of trees that had to be kept.</returns>
    public async Task<IReadOnlyList<string>> SweepAsync(Func<TreeLease, bool> isHeld, CancellationToken cancellation = default)
    {
        var notes = new List<string>();
        foreach (var lease in Leases().Where(lease => !IsLeased(lease.Directory) && !isHeld(lease)))
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                if (await ReturnAsync(lease, lease.Ticket + "-orphan", cancellation: cancellation) is { } rescue)
                {
                    notes.Add($"The tree of {lease.Ticket} held unsaved work; it is in the rescue {rescue.Name}.");
                }
            }
            catch (WorkspaceException e)
            {
                notes.Add($"The tree of {lease.Ticket} was kept: {e.Message}");
            }
        }
        var oldest = _time.GetUtcNow() - _maxAge;
        foreach (var idle in Projects().SelectMany(project => Idle(Path.GetFileName(project))).Where(idle => idle.Mark is null || idle.Mark.IdleSince < oldest).ToList())
        {
            Drop(TakeForWork(idle.Path));
        }
        foreach (var stale in Work().Where(work => !IsWorking(work)).ToList())
        {
            TreeFiles.Delete(stale);
        }
        return notes;
    }

    /// <summary>Drops all idle slots, for the space they take; only speed is lost.</summary>
    public void DropIdle()
    {
        foreach (var idle in Projects().SelectMany(project => Idle(Path.GetFileName(project))).ToList())
        {
            Drop(TakeForWork(idle.Path));
        }
    }

    private string WorkFolder => Path.Combine(_root, ".work");

    private async Task RecycleAsync(string project, string work, CancellationToken cancellation)
    {
        if (Idle(project).Count >= maxIdle || TreeSlot.RepositoryOf(work) is not { } repository)
        {
            Drop(work);
            return;
        }
        await PutBackAsync(project, work, () => TreeSlot.CleanAsync(work, repository, _time.GetUtcNow(), cancellation));
    }

    // A slot that cannot be made clean is not worth keeping; what it held was rescued.
    private async Task PutBackAsync(string project, string work, Func<Task> prepare)
    {
        try
        {
            await prepare();
        }
        catch (Exception e) when (e is WorkspaceException or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            Drop(work);
            if (e is OperationCanceledException or WorkspaceException { Code: "disk_full" or "git_missing" })
            {
                throw;
            }
            return;
        }
        lock (_gate)
        {
            // Others may have come back while this one was cleaned.
            if (Idle(project).Count < maxIdle)
            {
                var folder = Directory.CreateDirectory(Path.Combine(_root, project, ".idle")).FullName;
                Directory.Move(work, Path.Combine(folder, Path.GetFileName(work)));
                _working.Remove(work);
                return;
            }
        }
        Drop(work);
    }

    private bool TakeIdle(string project, string place, string startCommit)
    {
        var best = Idle(project).Where(idle => idle.Mark is not null)
            .OrderByDescending(idle => idle.Mark!.Commit == startCommit).ThenByDescending(idle => idle.Mark!.IdleSince).FirstOrDefault();
        Directory.CreateDirectory(best.Path is null ? place : Path.GetDirectoryName(place)!);
        if (best.Path is not null)
        {
            Directory.Move(best.Path, place);
            Directory.SetLastWriteTimeUtc(place, _time.GetUtcNow().UtcDateTime);
        }
        return best.Mark?.Commit == startCommit;
    }

    private string? TakeForWork(string path)
    {
        lock (_gate)
        {
            if (!Directory.Exists(path))
            {
                return null;
            }
            var work = NewWork();
            Directory.Move(path, work);
            return work;
        }
    }

    private string NewWork()
    {
        Directory.CreateDirectory(WorkFolder);
        var work = Path.Combine(WorkFolder, Guid.NewGuid().ToString("N")[..12]);
        lock (_gate)
        {
            _working.Add(work);
        }
        return work;
    }

    private void Drop(string? work)
    {
        if (work is not null)
        {
            TreeFiles.Delete(work);
            lock (_gate)
            {
                _working.Remove(work);
            }
        }
    }

    private List<(string Path, SlotMark? Mark)> Idle(string project)
    {
        var folder = Path.Combine(_root, project, ".idle");
        return Directory.Exists(folder) ? [.. Directory.EnumerateDirectories(folder).Select(path => (path, SlotMark.Read(Path.Combine(path, "slot"))))] : [];
    }

    private IEnumerable<string> Projects() => Directory.Exists(_root)
        ? Directory.EnumerateDirectories(_root).Where(path => !Path.GetFileName(path).StartsWith('.')) : [];

    private IEnumerable<string> Work() => Directory.Exists(WorkFolder) ? Directory.EnumerateDirectories(WorkFolder) : [];

    private bool IsLeased(string place)
    {
        lock (_gate)
        {
            return _leased.Contains(place);
        }
    }

    private bool IsWorking(string work)
    {
        lock (_gate)
        {
            return _working.Contains(work);
        }
    }

    private string Place(string project, string ticket)
    {
        foreach (var name in (string[])[project, ticket])
        {
            if (name.Length == 0 || name.StartsWith('.') || name.AsSpan().ContainsAny('/', '\\', '\0'))
            {
                throw new WorkspaceException("path_escapes", $"'{name}' cannot name a folder.");
            }
        }
        return Path.Combine(_root, project, ticket);
    }
}
