using System.Text;
using AutoBuild.Core.Json;
using AutoBuild.Core;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Orchestrator.Worktrees;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Takes a person's answer to a conflict in: it becomes a branch beside the job's, which the train merges in its place.</summary>
public sealed class Resolutions(IStore store, Clones clones, WorktreeLeases leases)
{
    /// <summary>Where the answer to a landing's conflict is kept.</summary>
    public static string BranchOf(Landing landing) => $"autobuild/resolved-{landing.Id}";

    /// <summary>Keeps the answer. Refusals: not_in_conflict, resolution_missing, merge_unresolved, commit_missing, work_dropped.</summary>
    public async Task<Result<string>> TakeAsync(Landing landing, LandingResolution resolution, string by, CancellationToken cancel)
    {
        if (landing.State != LandingState.Conflict)
        {
            return Refusals.Conflict("not_in_conflict", $"The landing is {SnakeCase.Of(landing.State)}; only one in conflict can be resolved.");
        }

        var project = await store.GetProjectAsync(landing.ProjectId, cancel);
        if (project is null)
        {
            return Refusals.ProjectNotFound(landing.ProjectId);
        }

        var tip = await clones.FreshTipAsync(project, landing.TargetBranch, cancel);
        var repository = await clones.OpenAsync(project, cancel);
        var resolved = resolution switch
        {
            { Files: { } files } => await MergeAsync(repository, tip, landing, files, by, cancel),
            { Commit: { } commit } => await FindAsync(repository, landing, commit, cancel),
            _ => Refusals.Invalid("resolution_missing", "Give a text for every conflicted file, or a commit that contains the job's work."),
        };
        if (resolved.Done)
        {
            var branch = BranchOf(landing);
            await repository.MoveTipAsync(branch, await repository.ResolveAsync($"refs/heads/{branch}", cancel) ?? "", resolved.Value, cancel);
        }

        return resolved;
    }

    private static async Task<Result<string>> MergeAsync(BareClone repository, TipResult tip, Landing landing, IReadOnlyDictionary<string, string?> files, string by, CancellationToken cancel)
    {
        var message = $"Resolve the conflict of {landing.BranchName} with {landing.TargetBranch}\n\nAutoBuild-Resolved-By: {by.ReplaceLineEndings(" ")}\n";
        try
        {
            return await repository.MergeAsync(tip.Tip, landing.Commit, message, cancel) switch
            {
                MergeOutcome.Conflicted conflict => (await repository.ResolveMergeAsync(conflict, await WriteAsync(repository, files, cancel), message, cancel)).Commit,
                MergeOutcome.Merged merged => merged.Commit,
                _ => landing.Commit,
            };
        }
        catch (WorkspaceException fault) when (fault.Code == "merge_unresolved")
        {
            return Refusals.Invalid(fault.Code, fault.Message);
        }
    }

    private static async Task<Dictionary<string, ResolvedFile>> WriteAsync(BareClone repository, IReadOnlyDictionary<string, string?> files, CancellationToken cancel)
    {
        var written = new Dictionary<string, ResolvedFile>();
        foreach (var (path, text) in files)
        {
            written[path] = text is null ? ResolvedFile.Deleted : new ResolvedFile(await repository.WriteBlobAsync(Encoding.UTF8.GetBytes(text), cancel));
        }

        return written;
    }

    private async Task<Result<string>> FindAsync(BareClone repository, Landing landing, string commit, CancellationToken cancel)
    {
        var found = await TakeOverAsync(repository, landing, commit, cancel)
            ?? await repository.ResolveAsync($"refs/remotes/origin/{commit}", cancel) ?? await repository.ResolveAsync(commit, cancel);
        if (found is null)
        {
            return Refusals.Invalid("commit_missing", $"'{commit}' is neither the branch of a working tree, nor one of the source, nor a known commit. Push it to the project's repository first.");
        }

        return await repository.ContainsAsync(landing.Commit, found, cancel)
            ? found
            : Refusals.Conflict("work_dropped", $"'{commit}' does not contain {landing.Commit}, the work to land. Merge that into it first.");
    }

    // What a person committed in a working tree of ours is in that tree's own git dir until now.
    private async Task<string?> TakeOverAsync(BareClone repository, Landing landing, string branch, CancellationToken cancel) =>
        leases.All().FirstOrDefault(held => held.Row.ProjectId == landing.ProjectId && held.Row.JobId is null && held.Row.BranchName == branch) is { } own
            ? await repository.ImportAsync(own.Lease.GitDir, branch, cancel)
            : null;
}
