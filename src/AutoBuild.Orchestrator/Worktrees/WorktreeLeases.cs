using System.Collections.Concurrent;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;
using AutoBuild.Core.Worktrees;
using AutoBuild.Core;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Workspaces;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Worktrees;

/// <summary>Asks for a tree.</summary>
/// <param name="Key">Folder name within the project; equal keys never hold a tree at once.</param>
/// <param name="Base">The commit the work is measured against.</param>
/// <param name="Start">The commit the tree starts at.</param>
public sealed record TreeRequest(Project Project, BareClone Repository, string Key, Guid? Ticket, Guid? Job, string Branch, string Base, string Start);

/// <summary>Is a tree held for a run, with its row in the store and its block of ports.</summary>
public sealed class HeldTree(Worktree row, TreeLease lease, bool hasSlot)
{
    private bool _hasSlot = hasSlot;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private Task<RescueEntry?>? _return;

    public Worktree Row => row;

    public TreeLease Lease => lease;

    /// <summary>Takes its share of the cap away; false where it has none: it was kept, or a server before had leased it under a larger cap.</summary>
    internal bool TakeSlot() => Interlocked.Exchange(ref _hasSlot, false);

    /// <summary>Completes when it was given back, or could not be.</summary>
    internal Task Ended => _ended.Task;

    /// <summary>Whether taking it back broke off, so that somebody has to try again.</summary>
    internal bool BrokeOff { get; private set; }

    internal void End() => _ended.TrySetResult();

    /// <summary>Takes it back, once for all who want to; anew where that failed before.</summary>
    internal Task<RescueEntry?> ReturnAsync(Func<Task<RescueEntry?>> take)
    {
        lock (_gate)
        {
            BrokeOff = false;
            return _return ??= Task.Run(take);
        }
    }

    /// <summary>Says that it is held as before, and may be taken back another time.</summary>
    internal void Keep(bool brokeOff)
    {
        lock (_gate)
        {
            (_return, BrokeOff) = (null, brokeOff);
        }
    }
}

/// <summary>Lends working trees to runs: at most so many at once, each with ports of its own, and takes them back with nothing lost.</summary>
public sealed class WorktreeLeases(IStore store, Clones clones, TreePool pool, OrchestratorOptions options, TimeProvider time, ILogger<WorktreeLeases> log) : IDisposable
{
    private const string CheckPrefix = "check-";

    /// <summary>How long a run waits for the tree of the run before it: that one is being taken back.</summary>
    private static readonly TimeSpan BusyPatience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<Guid, HeldTree> _held = new();
    private readonly SemaphoreSlim _slots = new(options.Worktrees.MaxActive, options.Worktrees.MaxActive);
    private readonly Lock _ports = new();

    /// <summary>The folder of a project, and of a ticket within it.</summary>
    public static string FolderOf(Guid id) => ShortId.Of(id, 12);

    /// <summary>The folder of a landing's check, which no later server takes over.</summary>
    public static string FolderOfCheck(Guid landing) => CheckPrefix + FolderOf(landing);

    public int Held => _held.Count;

    /// <summary>Sets up to so many leases aside and returns how many; each is used by <see cref="LeaseAsync"/> or given back.</summary>
    public int Reserve(int wanted)
    {
        var got = 0;
        while (got < wanted && _slots.Wait(TimeSpan.Zero))
        {
            got++;
        }

        return got;
    }

    /// <summary>Waits until a lease is free and sets it aside.</summary>
    public Task ReserveAsync(CancellationToken cancel) => _slots.WaitAsync(cancel);

    public void GiveBack(int reserved)
    {
        if (reserved > 0)
        {
            _slots.Release(reserved);
        }
    }

    /// <summary>Takes over what the store says is leased; called once, before anything is leased.</summary>
    public async Task RecoverAsync(CancellationToken cancel)
    {
        var onDisk = pool.Leases().ToDictionary(lease => lease.Tree);
        foreach (var row in await store.ListWorktreesAsync(null, cancel))
        {
            // A check of a landing starts over after a restart, in a tree taken anew.
            if (onDisk.TryGetValue(row.Path, out var lease) && !lease.Ticket.StartsWith(CheckPrefix, StringComparison.Ordinal))
            {
                var isKept = row.Status == WorktreeState.Kept;
                var held = _held[row.Id] = new HeldTree(row, lease with { Repository = clones.PathOf(row.ProjectId) }, !isKept && _slots.Wait(TimeSpan.Zero, cancel));
                if (isKept)
                {
                    held.End();
                }
            }
            else
            {
                await EndRowAsync(row, cancel);
            }
        }
    }

    /// <summary>Uses one reserved lease. It is given back where this fails.</summary>
    public async Task<HeldTree> LeaseAsync(TreeRequest request, CancellationToken cancel)
    {
        TreeLease? lease = null;
        try
        {
            var project = FolderOf(request.Project.Id);
            await WaitForEarlierAsync(project, request.Key, cancel);
            lease = await pool.LeaseAsync(project, request.Key, request.Repository, request.Start, cancel);
            var held = TakePorts(Row(request, lease, time.GetUtcNow()), lease);
            await store.AddWorktreeAsync(held.Row, cancel);
            return held;
        }
        catch
        {
            await UndoAsync(lease);
            throw;
        }
    }

    /// <summary>Finds what a job holds; null where it holds nothing.</summary>
    public HeldTree? Of(Guid job) => _held.Values.FirstOrDefault(held => held.Row.JobId == job);

    public HeldTree? Find(Guid worktree) => _held.GetValueOrDefault(worktree);

    public IReadOnlyCollection<HeldTree> All() => [.. _held.Values];

    public bool IsHeld(TreeLease lease) => _held.Values.Any(held => held.Lease.Directory == lease.Directory);

    /// <summary>Takes a tree back: what is nowhere else is rescued, then the slot is clean for the next. A tree too large to rescue is kept as it is.</summary>
    /// <param name="rescue">Name of a rescue, should there be one.</param>
    /// <param name="limit">Most bytes of a rescue; a person who drops a tree by force sets none.</param>
    /// <returns>What was rescued; null where nothing had to be.</returns>
    public Task<RescueEntry?> ReturnAsync(HeldTree held, string rescue, long limit = Rescue.DefaultLimit) => held.ReturnAsync(() => ReturnNowAsync(held, rescue, limit));

    /// <summary>Takes a tree back as far as that can be done now; the janitor or the tree's next run does the rest.</summary>
    public async Task TryReturnAsync(HeldTree held, string rescue)
    {
        try
        {
            await ReturnAsync(held, rescue);
        }
#pragma warning disable CA1031 // What was done in the tree stands, whatever became of the tree.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            log.NotReturned(held.Lease.Tree, (fault as WorkspaceException)?.Code ?? "fault", fault.Message);
        }
    }

    public void Dispose() => _slots.Dispose();

    private async Task<RescueEntry?> ReturnNowAsync(HeldTree held, string rescue, long limit)
    {
        try
        {
            await store.ApplyWorktreeAsync(held.Row.Id, WorktreeTrigger.Release, CancellationToken.None);
            var saved = await pool.ReturnAsync(held.Lease, rescue, null, limit, CancellationToken.None);
            await store.ApplyWorktreeAsync(held.Row.Id, WorktreeTrigger.Dropped, CancellationToken.None);
            Forget(held);
            held.End();
            if (saved is not null)
            {
                log.Rescued(held.Lease.Tree, saved.Name);
            }

            return saved;
        }
        catch (WorkspaceException fault) when (fault.Code is "rescue_too_large" or "rescue_unreadable")
        {
            // Only a person can decide. The tree stays leased and on disk: better full than lost.
            log.NotReturned(held.Lease.Tree, fault.Code, fault.Message);
            await store.ApplyWorktreeAsync(held.Row.Id, WorktreeTrigger.Keep, CancellationToken.None);
            held.Keep(brokeOff: false);
            GiveBackSlot(held);
            held.End();
            return null;
        }
        catch
        {
            // Store, disk or git are in trouble for now: the ticket's next run or the janitor tries again, and until then no run gets this tree.
            held.Keep(brokeOff: true);
            throw;
        }
    }

    private void Forget(HeldTree held)
    {
        _held.TryRemove(held.Row.Id, out _);
        GiveBackSlot(held);
    }

    private void GiveBackSlot(HeldTree held)
    {
        if (held.TakeSlot())
        {
            _slots.Release();
        }
    }

    private async Task UndoAsync(TreeLease? lease)
    {
        if (lease is not null)
        {
            foreach (var held in _held.Values.Where(held => held.Lease.Directory == lease.Directory))
            {
                _held.TryRemove(held.Row.Id, out _);
            }

            await pool.ReturnAsync(lease, "unused");
        }

        _slots.Release();
    }

    private async Task WaitForEarlierAsync(string project, string key, CancellationToken cancel)
    {
        while (_held.Values.FirstOrDefault(held => held.Lease.Project == project && held.Lease.Ticket == key) is { } earlier)
        {
            if (earlier.Ended.IsCompleted)
            {
                throw new WorkspaceException("worktree_kept", $"'{earlier.Lease.Tree}' holds work that could not be saved. Look at it, then remove it by force: autobuild worktree remove --force.");
            }

            try
            {
                // A ticket has one unfinished job and a landing one check, so what an earlier one holds is left over: by a server that was killed, or by a return that broke off.
                await ReturnAsync(earlier, $"{earlier.Row.JobId ?? earlier.Row.Id}-left").WaitAsync(BusyPatience, time, cancel);
            }
            catch (TimeoutException)
            {
                throw new WorkspaceException("worktree_busy", $"'{earlier.Lease.Tree}' is still used by another run.");
            }
        }
    }

    private HeldTree TakePorts(Worktree row, TreeLease lease)
    {
        lock (_ports)
        {
            var taken = _held.Values.Select(other => other.Row.PortBase).OfType<int>().ToHashSet();
            return _held[row.Id] = new HeldTree(row with { PortBase = PortBlock.Allocate(lease.Directory, taken) }, lease, true);
        }
    }

    private async Task EndRowAsync(Worktree row, CancellationToken cancel)
    {
        if (row.Status is not WorktreeState.Cleanup)
        {
            await store.ApplyWorktreeAsync(row.Id, WorktreeTrigger.Release, cancel);
        }

        await store.ApplyWorktreeAsync(row.Id, WorktreeTrigger.Dropped, cancel);
    }

    private static Worktree Row(TreeRequest request, TreeLease lease, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        ProjectId = request.Project.Id,
        TicketId = request.Ticket,
        JobId = request.Job,
        Path = lease.Tree,
        BranchName = request.Branch,
        BaseCommit = request.Base,
        Status = WorktreeState.Active,
        CreatedAt = now,
        LastUsedAt = now,
    };
}
