using AutoBuild.Core;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Landings;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Projects;

/// <summary>Says where a project's integration tip stands against its origin.</summary>
/// <param name="Target">The default branch.</param>
/// <param name="Tip">Commit of the integration tip; null before the first fetch.</param>
/// <param name="Origin">Commit of the same branch in the source.</param>
/// <param name="Ahead">Landed commits that the source lacks: sync or push brings them over.</param>
/// <param name="Behind">Commits of the source that the tip lacks.</param>
/// <param name="Diverged">True when each has commits that the other lacks; the next landing or sync merges them.</param>
/// <param name="ClonePath">AutoBuild's own bare clone.</param>
public sealed record ProjectStatus(string Target, string? Tip, string? Origin, int Ahead, int Behind, bool Diverged, string ClonePath);

/// <summary>Is the outcome of bringing landed work into the user's checkout.</summary>
/// <param name="From">The commit before; null when the branch was made.</param>
/// <param name="To">The commit now.</param>
/// <param name="Changed">False when it was up to date.</param>
/// <param name="FilesUpdated">False when only the branch moved, because another one is checked out.</param>
public sealed record SyncReport(string Checkout, string Branch, string? From, string To, bool Changed, bool FilesUpdated);

/// <summary>Takes projects in, shows where their branches stand, and brings landed work to the user's checkout.</summary>
public sealed class ProjectRegistry(IStore store, Clones clones, Warming warming, CatchUp catchUp)
{
    /// <summary>How long a deleted project can be restored; 7 days.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromDays(7);

    /// <summary>
    /// Makes a project and its clone. Refusals: source_invalid, repository_missing, not_a_repository, repository_empty, branch_missing,
    /// repository_unreachable, and those of the store.
    /// </summary>
    public async Task<Result<Created<Project>>> CreateAsync(NewProject project, IdempotencyKey? key, CancellationToken cancel)
    {
        if (SourceObjection(project) is { } refusal)
        {
            return refusal;
        }

        // Before the clone: a large repository must not be fetched a second time for an answer that is known.
        if (key is not null && await store.FindMadeProjectAsync(key, cancel) is { } known)
        {
            return known;
        }

        var draft = new Project
        {
            Id = project.Id ?? Guid.CreateVersion7(),
            Name = project.Name,
            RepoPath = project.RepoPath is { } path ? Path.GetFullPath(path) : null,
            RepoUrl = project.RepoUrl,
            GithubRepoFullName = project.GithubRepoFullName,
            CreatedAt = default,
            UpdatedAt = default,
        };
        var isOurs = !Directory.Exists(clones.PathOf(draft.Id));
        var branch = await CloneAsync(draft, project.DefaultBranch, cancel);
        var made = branch.Done
            ? await store.CreateProjectAsync(project with { Id = draft.Id, RepoPath = draft.RepoPath, DefaultBranch = branch.Value }, key, cancel)
            : branch.Refusal;
        if (made.Value?.Value is { } created && created.Id == draft.Id)
        {
            warming.Start(created);
        }
        else if (isOurs && await store.GetProjectAsync(draft.Id, cancel) is null)
        {
            // Refused, or made meanwhile under the same key: this clone belongs to nobody.
            clones.Drop(draft.Id);
        }

        return made;
    }

    /// <summary>
    /// Fast-forwards the user's checkout to the integration tip; refused (dirty_checkout, diverged …) where it would overwrite anything.
    /// Commits that the user's branch has and the tip lacks are merged into the tip first, which takes as long as the checks.
    /// </summary>
    /// <param name="checkout">Absolute path; null is the project's <c>repo_path</c>.</param>
    public async Task<Result<SyncReport>> SyncAsync(Guid project, string? checkout, CancellationToken cancel)
    {
        if (await store.GetProjectAsync(project, cancel) is not { } found)
        {
            return Refusals.ProjectNotFound(project);
        }

        if ((checkout ?? found.RepoPath) is not { } path || !Path.IsPathFullyQualified(path))
        {
            return Refusals.Invalid("checkout_missing", "The project has no checkout on this machine. Give the absolute path of the one to bring up to date.");
        }

        try
        {
            var target = await clones.TargetAsync(found, null, cancel);
            var tip = await clones.TipAsync(found, target, cancel);
            if (tip.Diverged && found.RepoPath is not null && await catchUp.RunAsync(found, target, cancel) is { Refusal: { } objection })
            {
                return objection;
            }

            return await UserCheckout.SyncAsync(path, await clones.OpenAsync(found, cancel), target, cancel) switch
            {
                SyncOutcome.FastForwarded moved => new SyncReport(path, target, moved.From, moved.To, true, moved.FilesUpdated),
                SyncOutcome.UpToDate same => new SyncReport(path, target, same.Commit, same.Commit, false, false),
                SyncOutcome.Refused refused => Refusals.Conflict(refused.Code, refused.Message),
                var other => throw new AutoBuildException("unknown_outcome", $"No rule for {other.GetType().Name}."),
            };
        }
        catch (WorkspaceException fault)
        {
            return Refusals.Conflict(fault.Code, fault.Message);
        }
    }

    /// <summary>Reads where tip and origin stand; fetches first unless that was just done.</summary>
    public async Task<Result<ProjectStatus>> StatusAsync(Guid project, CancellationToken cancel)
    {
        if (await store.GetProjectAsync(project, cancel) is not { } found)
        {
            return Refusals.ProjectNotFound(project);
        }

        try
        {
            var target = await clones.TargetAsync(found, null, cancel);
            var tip = await clones.TipAsync(found, target, cancel);
            var clone = await clones.OpenAsync(found, cancel);
            var (ahead, behind) = tip.Origin is { } origin ? await clone.DistanceAsync(tip.Tip, origin, cancel) : (0, 0);
            return new ProjectStatus(target, tip.Tip, tip.Origin, ahead, behind, tip.Diverged, clone.Path);
        }
        catch (WorkspaceException fault)
        {
            return Refusals.Conflict(fault.Code, fault.Message);
        }
    }

    /// <summary>Marks a project deleted; its clone stays until it is dropped for good.</summary>
    public Task<Result<Project>> DeleteAsync(Guid project, CancellationToken cancel) => store.DeleteProjectAsync(project, Keep, cancel);

    private Refusal? SourceObjection(NewProject project)
    {
        string?[] sources = [project.RepoPath, project.RepoUrl, project.GithubRepoFullName];
        if (sources.Count(source => !string.IsNullOrWhiteSpace(source)) != 1)
        {
            return Refusals.Invalid("source_invalid", "Give exactly one of repo_path, repo_url and github_repo_full_name.");
        }

        if (project.RepoPath is { } path && !Path.IsPathFullyQualified(path))
        {
            return Refusals.Invalid("source_invalid", $"repo_path must be absolute, not '{path}'.");
        }

        if (project.RepoPath is { } own && clones.Owns(own))
        {
            return Refusals.Invalid("source_invalid", "repo_path lies in AutoBuild's own data directory. Give the repository that the project is about.");
        }

        return project.RepoUrl is { } url && (url.StartsWith('-') || !BareClone.IsUrl(url))
            ? Refusals.Invalid("source_invalid", $"repo_url must be an address that git can clone, such as https://host/name.git, not '{url}'. For a directory of this machine use repo_path.")
            : null;
    }

    private async Task<Result<string>> CloneAsync(Project draft, string? branch, CancellationToken cancel)
    {
        try
        {
            var clone = await clones.OpenAsync(draft, cancel);
            var target = branch ?? await clone.DefaultBranchAsync(cancel);
            await clone.TakeOriginInAsync(target, cancel);
            return target;
        }
        catch (WorkspaceException fault)
        {
            // What git can't reach is the request's fault unless git itself is missing.
            return fault.Code == "git_failed"
                ? Refusals.Invalid("repository_unreachable", $"'{draft.Source}' can't be cloned: {fault.Message}")
                : Refusals.Invalid(fault.Code, fault.Message);
        }
    }
}
