using AutoBuild.Core;
using AutoBuild.Core.Store;
using AutoBuild.Core.Worktrees;

namespace AutoBuild.Orchestrator.Worktrees;

/// <summary>Counts the working trees.</summary>
/// <param name="Active">Leased now.</param>
/// <param name="Idle">Warm slots that wait for a lease.</param>
public sealed record WorktreeStats(int Active, int MaxActive, int Idle, long DiskBytes);

/// <summary>Is work that was saved before something was dropped.</summary>
/// <param name="Name">Unique within the project.</param>
/// <param name="Files">How many files it holds beyond its base.</param>
public sealed record SavedWork(Guid ProjectId, string Name, string Commit, DateTimeOffset At, int Files);

/// <summary>Is where people make, drop and restore working trees.</summary>
public sealed class WorktreeDesk(IStore store, OrchestratorOptions options)
{
    /// <summary>Makes a working tree for a person, on a branch that is made from the default branch where it is new.</summary>
    public async Task<Result<Worktree>> CreateAsync(Guid project, Guid? ticket, string branch, CancellationToken cancel) =>
        await store.GetProjectAsync(project, cancel) is null
            ? Refusals.ProjectNotFound(project)
            : Refusals.Conflict("worktrees_full", "No working tree is free.");

    /// <summary>Drops a worktree. Refused with worktree_busy while a job holds it, and with worktree_dirty while it holds work that is nowhere else, unless forced.</summary>
    /// <param name="force">Saves what is there as a rescue first.</param>
    public async Task<Result<Worktree>> DeleteAsync(Guid id, bool force, CancellationToken cancel) =>
        await store.GetWorktreeAsync(id, cancel) is { } worktree ? worktree : Refusals.WorktreeNotFound(id);

    public async Task<WorktreeStats> StatsAsync(CancellationToken cancel) =>
        new((await store.ListWorktreesAsync(null, cancel)).Count, options.Worktrees.MaxActive, 0, 0);

    /// <summary>Lists what was saved, newest first.</summary>
    /// <param name="project">Null is every project.</param>
    public async Task<IReadOnlyList<SavedWork>> RescuesAsync(Guid? project, CancellationToken cancel)
    {
        await store.ListWorktreesAsync(project, cancel);
        return [];
    }

    /// <summary>Writes saved work into a directory and returns it.</summary>
    /// <param name="directory">Absolute; must be empty or missing. Null makes one in the data directory.</param>
    public async Task<Result<string>> RestoreAsync(Guid project, string name, string? directory, CancellationToken cancel) =>
        await store.GetProjectAsync(project, cancel) is null
            ? Refusals.ProjectNotFound(project)
            : new Refusal(RefusalKind.NotFound, "rescue_not_found", $"The project has no rescue '{name}'.");
}
