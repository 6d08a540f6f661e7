using AutoBuild.Core;
using AutoBuild.Core.Json;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Orchestrator.Worktrees;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Takes a person's answer to a conflict in: once it is whole it becomes a branch beside the job's, which the train merges in its place.</summary>
/// <remarks>
/// The branch is the merge of the commits that were in conflict. Where the target moves on, git merges it like any other branch, so an answer to
/// lines that changed meanwhile is a conflict again.
/// </remarks>
public sealed class Resolutions(IStore store, Clones clones, WorktreeLeases leases) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Where the answer to a landing's conflict is kept.</summary>
    public static string BranchOf(Landing landing) => $"autobuild/resolved-{landing.Id}";

    /// <summary>Keeps the answer, and queues the landing again where nothing is left open.</summary>
    /// <remarks>
    /// Refusals: not_in_conflict, conflict_changed, resolution_missing, file_not_in_conflict, chunk_missing, proposal_missing, side_missing, answer_too_long,
    /// answer_not_encodable, answer_doubtful, merge_unresolved, commit_missing, work_dropped.
    /// </remarks>
    public async Task<Result<Landing>> TakeAsync(Guid id, LandingResolution resolution, string by, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            if (await store.GetLandingAsync(id, cancel) is not { } landing)
            {
                return Refusals.LandingNotFound(id);
            }

            return Objection(landing, resolution) is { } refusal ? refusal
                : await store.GetProjectAsync(landing.ProjectId, cancel) is not { } project ? Refusals.ProjectNotFound(landing.ProjectId)
                : resolution.Commit is { } commit ? await TakeCommitAsync(await clones.OpenAsync(project, cancel), landing, commit, by, cancel)
                : await AnswerAsync(await clones.OpenAsync(project, cancel), landing, resolution, by, cancel);
        }
        catch (WorkspaceException fault) when (fault.Code == "merge_unresolved")
        {
            return Refusals.Invalid(fault.Code, fault.Message);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private static Refusal? Objection(Landing landing, LandingResolution resolution) => resolution switch
    {
        _ when landing.State != LandingState.Conflict => Refusals.Conflict("not_in_conflict", $"The landing is {SnakeCase.Of(landing.State)}; only one in conflict can be resolved."),
        { Onto: { } onto } when onto != landing.OntoCommit => OpenConflict.Changed(),
        { Commit: null, Files: null or { Count: 0 }, Chunks.Count: 0 } =>
            Refusals.Invalid("resolution_missing", "Answer a chunk, give the text of a conflicted file, or a commit that contains the job's work."),
        _ => null,
    };

    private async Task<Result<Landing>> AnswerAsync(BareClone repository, Landing landing, LandingResolution resolution, string by, CancellationToken cancel)
    {
        var message = $"Resolve the conflict of {landing.BranchName} with {landing.TargetBranch}\n\nAutoBuild-Resolved-By: {by.ReplaceLineEndings(" ")}\n";
        var again = await OpenConflict.AgainAsync(repository, landing, message, cancel);
        if (!again.Done)
        {
            return again.Refusal;
        }

        var answered = await AnswerAsync(repository, landing.Conflicts, again.Value, resolution, by, cancel);
        if (!answered.Done)
        {
            return answered.Refusal;
        }

        IReadOnlyList<LandingConflict> settled = [.. landing.Resolved, .. answered.Value];
        return answered.Value.Any(file => file.IsOpen())
            ? await store.ApplyLandingAsync(landing.Id, new LandingInput.Answered(answered.Value), cancel)
            : await KeepAsync(repository, landing, await again.Value.CommitAsync(settled, message, cancel), new LandingInput.Requeued { By = by, Resolved = settled }, cancel);
    }

    private static async Task<Result<List<LandingConflict>>> AnswerAsync(
        BareClone repository, IReadOnlyList<LandingConflict> open, OpenConflict conflict, LandingResolution resolution, string by, CancellationToken cancel)
    {
        var files = open.ToDictionary(file => file.Path);
        var answers = new Answers(conflict, by);
        foreach (var path in resolution.Chunks.Select(choice => choice.Path).Concat(resolution.Files?.Keys ?? []))
        {
            if (!files.ContainsKey(path))
            {
                return Refusals.Invalid("file_not_in_conflict", $"'{path}' is not in conflict; these are: {string.Join(", ", files.Keys)}.");
            }
        }

        foreach (var choice in resolution.Chunks)
        {
            var chosen = answers.Choose(files[choice.Path], choice);
            if (!chosen.Done)
            {
                return chosen.Refusal;
            }

            files[choice.Path] = chosen.Value;
        }

        if (!resolution.Force && answers.Doubt([.. resolution.Chunks.Where(choice => choice.Take == ChunkTake.Text).Select(choice => files[choice.Path]).Distinct()]) is { } doubt)
        {
            return Refusals.Conflict("answer_doubtful", doubt);
        }

        foreach (var (path, text) in resolution.Files ?? new Dictionary<string, string?>())
        {
            var bytes = text is null ? null : conflict[path].Encoded(text);
            if (text is not null && bytes is null)
            {
                return Refusals.Invalid("answer_not_encodable", $"The text of '{path}' has letters that the file's encoding lacks. Settle it with a commit.");
            }

            files[path] = answers.Settle(files[path], text, bytes is null ? null : await repository.WriteBlobAsync(bytes, cancel));
        }

        return open.Select(file => files[file.Path]).ToList();
    }

    private async Task<Result<Landing>> TakeCommitAsync(BareClone repository, Landing landing, string commit, string by, CancellationToken cancel)
    {
        var found = await TakeOverAsync(repository, landing, commit, cancel)
            ?? await repository.ResolveAsync($"refs/remotes/origin/{commit}", cancel) ?? await repository.ResolveAsync(commit, cancel);
        if (found is null)
        {
            return Refusals.Invalid("commit_missing", $"'{commit}' is neither the branch of a working tree, nor one of the source, nor a known commit. Push it to the project's repository first.");
        }

        if (!await repository.ContainsAsync(landing.Commit, found, cancel))
        {
            return Refusals.Conflict("work_dropped", $"'{commit}' does not contain {landing.Commit}, the work to land. Merge that into it first.");
        }

        var settled = landing.Conflicts.Select(file => file with { Answer = new FileAnswer(by) { Commit = found } });
        return await KeepAsync(repository, landing, found, new LandingInput.Requeued { By = by, Resolved = [.. settled] }, cancel);
    }

    private async Task<Result<Landing>> KeepAsync(BareClone repository, Landing landing, string commit, LandingInput.Requeued input, CancellationToken cancel)
    {
        var branch = BranchOf(landing);
        await repository.MoveTipAsync(branch, await repository.ResolveAsync($"refs/heads/{branch}", cancel) ?? "", commit, cancel);
        return await store.ApplyLandingAsync(landing.Id, input, cancel);
    }

    // What a person committed in a working tree of ours is in that tree's own git dir until now.
    private async Task<string?> TakeOverAsync(BareClone repository, Landing landing, string branch, CancellationToken cancel) =>
        leases.All().FirstOrDefault(held => held.Row.ProjectId == landing.ProjectId && held.Row.JobId is null && held.Row.BranchName == branch) is { } own
            ? await repository.ImportAsync(own.Lease.GitDir, branch, cancel)
            : null;
}
