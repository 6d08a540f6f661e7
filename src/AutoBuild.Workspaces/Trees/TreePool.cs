namespace AutoBuild.Workspaces;

/// <summary>A tree given to a ticket for one run.</summary>
/// <param name="Project">The project's folder name.</param>
/// <param name="Ticket">The ticket's folder name.</param>
/// <param name="Repository">The project's bare clone.</param>
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
/// <param name="root">DATA/worktrees; one process owns it.</param>
/// <param name="maxIdle">Idle slots kept per project; 4.</param>
/// <param name="maxAge">An idle slot older than this is removed; 2 h.</param>
/// <param name="time">The clock.</param>
/// <param name="maxActive">Leases at the same time; 20.</param>
public sealed class TreePool(string root, int maxIdle = 4, TimeSpan? maxAge = null, TimeProvider? time = null, int maxActive = 20)
{
    private readonly string _root = Path.GetFullPath(root);
    private readonly TimeSpan _maxAge = maxAge ?? TimeSpan.FromHours(2);
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>The most leases at the same time.</summary>
    public int MaxActive => maxActive;

    /// <summary>The most idle slots kept per project.</summary>
    public int MaxIdle => maxIdle;

    /// <summary>Gives a ticket its tree: an idle slot renamed, or an empty place that the runner fills.</summary>
    /// <exception cref="WorkspaceException">worktrees_full, worktree_busy.</exception>
    public Task<TreeLease> LeaseAsync(string project, string ticket, BareClone clone, string startCommit, CancellationToken cancellation = default) => throw new NotSupportedException();

    /// <summary>Takes a tree back: what is dirty or unpushed is rescued, then the slot is cleaned and waits for the next run.</summary>
    /// <param name="lease">What was leased.</param>
    /// <param name="rescueName">&lt;job&gt;-&lt;attempt&gt;.</param>
    /// <param name="cache">Ignored paths a rescue leaves out.</param>
    /// <param name="cancellation">Stops before anything is dropped.</param>
    /// <returns>The rescue; null when there was nothing to save.</returns>
    /// <exception cref="WorkspaceException">rescue_too_large: the tree is kept as it is and a person has to decide.</exception>
    public Task<RescueEntry?> ReturnAsync(TreeLease lease, string rescueName, IReadOnlyList<string>? cache = null, CancellationToken cancellation = default) => throw new NotSupportedException();

    /// <summary>Brings the project's idle slots to a commit and makes new ones until there are <paramref name="count"/>.</summary>
    public Task WarmAsync(string project, BareClone clone, string tip, int count = 1, CancellationToken cancellation = default) => throw new NotSupportedException();

    /// <summary>The leases on disk, also those of an earlier process.</summary>
    public IReadOnlyList<TreeLease> Leases() => throw new NotSupportedException();

    /// <summary>Counts slots and the disk they take; walks all files.</summary>
    public TreePoolStats Stats() => throw new NotSupportedException();

    /// <summary>Removes idle slots that are too old, takes leases back that no one holds any more, and empties the trash.</summary>
    public Task SweepAsync(Func<TreeLease, bool> isHeld, CancellationToken cancellation = default) => throw new NotSupportedException();
}
