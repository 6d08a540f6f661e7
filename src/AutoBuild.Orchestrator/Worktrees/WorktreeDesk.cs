using AutoBuild.Core;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;
using AutoBuild.Core.Worktrees;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Worktrees;

/// <summary>Counts the working trees.</summary>
/// <param name="Active">Leased now.</param>
/// <param name="Idle">Warm slots that wait for a lease.</param>
/// <param name="DiskBytes">Measured at most once in 30 s.</param>
public sealed record WorktreeStats(int Active, int MaxActive, int Idle, long DiskBytes);

/// <summary>Is where people make and drop working trees.</summary>
public sealed class WorktreeDesk(IStore store, Clones clones, WorktreeLeases leases, TreePool pool, OrchestratorOptions options, TimeProvider time)
{
    private static readonly TimeSpan StatsAge = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private Task<TreePoolStats>? _stats;
    private TreePoolStats? _measured;
    private long _statsAt;

    /// <summary>Makes a working tree for a person, on a branch of the clone, else of the source, else a new one from the default branch.</summary>
    /// <param name="at">Where a new branch begins; null is the tip of the default branch.</param>
    /// <remarks>Refusals: project_not_found, branch_invalid, branch_reserved, branch_taken, worktrees_full.</remarks>
    public async Task<Result<Worktree>> CreateAsync(Guid project, Guid? ticket, string branch, CancellationToken cancel, string? at = null)
    {
        if (await store.GetProjectAsync(project, cancel) is not { } found)
        {
            return Refusals.ProjectNotFound(project);
        }

        try
        {
            return await MakeAsync(found, ticket, branch, at, cancel);
        }
        catch (WorkspaceException fault)
        {
            return Refusals.Conflict(fault.Code, fault.Message);
        }
    }

    /// <summary>Drops a worktree. Refused with worktree_busy while a run holds it, and with worktree_dirty while it holds work that is nowhere else, unless forced.</summary>
    /// <param name="force">Saves what is there as a rescue first, however large it is.</param>
    public async Task<Result<Worktree>> DeleteAsync(Guid id, bool force, CancellationToken cancel)
    {
        if (await store.GetWorktreeAsync(id, cancel) is not { } row)
        {
            return Refusals.WorktreeNotFound(id);
        }

        if (leases.Find(id) is not { } held)
        {
            return row.Status == WorktreeState.Deleted ? row : Refusals.Conflict("worktree_busy", "The worktree is being taken back.");
        }

        if (await ObjectionAsync(held, force, cancel) is { } refusal)
        {
            return refusal;
        }

        var name = held.Row.JobId is { } job ? $"{job}-kept" : $"worktree-{id}";
        await leases.ReturnAsync(held, name, force ? long.MaxValue : Rescue.DefaultLimit);
        return await store.GetWorktreeAsync(id, cancel) is { Status: WorktreeState.Deleted } gone
            ? gone
            : Refusals.Conflict("worktree_kept", $"What '{row.Path}' holds could not be saved, so it is kept. Move what you need out of it, then delete it again.");
    }

    /// <summary>Those that are leased now.</summary>
    public int Leased => leases.Held;

    /// <summary>What was measured last, which is not waited for; null before the first time.</summary>
    public TreePoolStats? Measured => MeasureAsync() is { IsCompletedSuccessfully: true } done ? _measured = done.Result : _measured;

    public async Task<WorktreeStats> StatsAsync(CancellationToken cancel)
    {
        var stats = await MeasureAsync().WaitAsync(cancel);
        return new WorktreeStats(leases.Held, options.Worktrees.MaxActive, stats.Idle, stats.Bytes);
    }

    private async Task<Result<Worktree>> MakeAsync(Project project, Guid? ticket, string branch, string? at, CancellationToken cancel)
    {
        var clone = await clones.OpenAsync(project, cancel);
        var target = await clones.TargetAsync(project, null, cancel);
        if (branch.StartsWith('-') || !(await Git.RunAsync(clone.Path, ["check-ref-format", $"refs/heads/{branch}"], null, cancel)).Succeeded)
        {
            return Refusals.Invalid("branch_invalid", $"'{branch}' is no name that git takes for a branch.");
        }

        if (branch == target)
        {
            return Refusals.Conflict("branch_reserved", $"'{target}' moves by landing alone. Give the worktree a branch of its own.");
        }

        var tip = (await clones.TipAsync(project, target, cancel)).Tip;
        var known = await clone.ResolveAsync($"refs/heads/{branch}", cancel) ?? await clone.ResolveAsync($"refs/remotes/origin/{branch}", cancel);
        if (at is not null && known is not null && known != at)
        {
            return Refusals.Conflict("branch_taken", $"There is a branch '{branch}' already. Give a new name.");
        }

        var start = at ?? known ?? tip;
        if (leases.Reserve(1) == 0)
        {
            return Refusals.Conflict("worktrees_full", $"All {options.Worktrees.MaxActive} worktrees are in use. Wait for a run to end, or raise worktree.max_active.");
        }

        var key = $"own-{WorktreeLeases.FolderOf(Guid.CreateVersion7())}";
        var held = await leases.LeaseAsync(new TreeRequest(project, clone, key, ticket, null, branch, tip, start), cancel);
        try
        {
            await JobTree.PrepareAsync(PlanOf(held, start) with { CopyFrom = project.RepoPath }, cancel);
            return held.Row;
        }
        catch
        {
            await leases.ReturnAsync(held, $"worktree-{held.Row.Id}");
            throw;
        }
    }

    private static async Task<Refusal?> ObjectionAsync(HeldTree held, bool force, CancellationToken cancel)
    {
        if (held.Row.JobId is not null && !held.Ended.IsCompleted)
        {
            return Refusals.Conflict("worktree_busy", "A run uses the worktree. Cancel its job first.");
        }

        return !force && await HoldsWorkAsync(held, cancel)
            ? Refusals.Conflict("worktree_dirty", $"'{held.Row.Path}' holds work that is nowhere else. Commit and push it, or delete by force: it is then saved as a rescue.")
            : null;
    }

    private static async Task<bool> HoldsWorkAsync(HeldTree held, CancellationToken cancel)
    {
        try
        {
            var plan = PlanOf(held, held.Row.BaseCommit ?? "");
            if (await JobTree.IsDirtyAsync(plan, cancel))
            {
                return true;
            }

            string[] keepers = ["refs/heads/", "refs/remotes/", "refs/autobuild/rescue/"];
            return (await Git.TextAsync(held.Lease.Repository,
                ["for-each-ref", "--count=1", "--contains", await JobTree.HeadAsync(plan, cancel), .. keepers], null, cancel)).Length == 0;
        }
        catch (WorkspaceException)
        {
            // What can't be looked at may hold anything.
            return true;
        }
    }

    private static TreePlan PlanOf(HeldTree held, string start) => new()
    {
        Repository = held.Lease.Repository,
        Path = held.Lease.Tree,
        GitDir = held.Lease.GitDir,
        Branch = held.Row.BranchName,
        StartCommit = start,
        BaseCommit = held.Row.BaseCommit ?? start,
        PortBase = held.Row.PortBase ?? 0,
    };

    private Task<TreePoolStats> MeasureAsync()
    {
        lock (_gate)
        {
            if (_stats is null || _stats.IsFaulted || (_stats.IsCompleted && time.GetElapsedTime(_statsAt) > StatsAge))
            {
                (_stats, _statsAt) = (Task.Run(pool.Stats), time.GetTimestamp());
            }

            return _stats;
        }
    }
}
