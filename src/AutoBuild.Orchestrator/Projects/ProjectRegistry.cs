using AutoBuild.Core;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;

namespace AutoBuild.Orchestrator.Projects;

/// <summary>Says where a project's integration tip stands against its origin.</summary>
/// <param name="Target">The default branch.</param>
/// <param name="Tip">Commit of the integration tip; null before the first fetch.</param>
/// <param name="Origin">Commit of the same branch in the source.</param>
/// <param name="Ahead">Landed commits that the source lacks: sync or push brings them over.</param>
/// <param name="Behind">Commits of the source that the tip lacks.</param>
/// <param name="Diverged">True when each has commits that the other lacks; the next landing merges them.</param>
/// <param name="ClonePath">AutoBuild's own bare clone.</param>
public sealed record ProjectStatus(string Target, string? Tip, string? Origin, int Ahead, int Behind, bool Diverged, string ClonePath);

/// <summary>Is the outcome of bringing landed work into the user's checkout.</summary>
/// <param name="From">The commit before; null when the branch was made.</param>
/// <param name="To">The commit now.</param>
/// <param name="Changed">False when it was up to date.</param>
/// <param name="FilesUpdated">False when only the branch moved, because another one is checked out.</param>
public sealed record SyncReport(string Checkout, string Branch, string? From, string To, bool Changed, bool FilesUpdated);

/// <summary>Takes projects in, shows where their branches stand, and brings landed work to the user's checkout.</summary>
public sealed class ProjectRegistry(IStore store)
{
    /// <summary>How long a deleted project can be restored; 7 days.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromDays(7);

    /// <summary>
    /// Makes a project and its clone. Refusals: source_invalid, repository_missing, not_a_repository, repository_empty, branch_missing,
    /// repository_unreachable, and those of the store.
    /// </summary>
    public Task<Result<Created<Project>>> CreateAsync(NewProject project, IdempotencyKey? key, CancellationToken cancel) =>
        store.CreateProjectAsync(project, key, cancel);

    /// <summary>Fast-forwards the user's checkout to the integration tip; refused (dirty_checkout, diverged …) where it would overwrite anything.</summary>
    /// <param name="checkout">Absolute path; null is the project's <c>repo_path</c>.</param>
    public async Task<Result<SyncReport>> SyncAsync(Guid project, string? checkout, CancellationToken cancel) =>
        await store.GetProjectAsync(project, cancel) is null
            ? Refusals.ProjectNotFound(project)
            : Refusals.Invalid("checkout_missing", "Name the checkout to bring up to date.");

    /// <summary>Reads where tip and origin stand; fetches first unless that was just done.</summary>
    public async Task<Result<ProjectStatus>> StatusAsync(Guid project, CancellationToken cancel) =>
        await store.GetProjectAsync(project, cancel) is null
            ? Refusals.ProjectNotFound(project)
            : Refusals.Conflict("repository_missing", "The clone is not there yet.");

    /// <summary>Marks a project deleted; its clone stays until it is dropped for good.</summary>
    public Task<Result<Project>> DeleteAsync(Guid project, CancellationToken cancel) => store.DeleteProjectAsync(project, Keep, cancel);
}
