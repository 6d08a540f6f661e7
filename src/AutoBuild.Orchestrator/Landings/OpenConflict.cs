using AutoBuild.Core;
using AutoBuild.Core.Landings;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Is the merge that a landing stands in conflict with, made again from the very commits that it was made of.</summary>
internal sealed class OpenConflict
{
    private readonly BareClone _repository;
    private readonly MergeOutcome.Conflicted _git;
    private readonly Dictionary<string, ConflictFile> _files;

    private OpenConflict(BareClone repository, MergeOutcome.Conflicted git, Dictionary<string, ConflictFile> files) => (_repository, _git, _files) = (repository, git, files);

    public ConflictFile this[string path] => _files[path];

    /// <summary>Merges again; refuses with <c>conflict_changed</c> where not the same comes out as is shown.</summary>
    public static async Task<Result<OpenConflict>> AgainAsync(BareClone repository, Landing landing, string message, CancellationToken cancel)
    {
        var candidate = await repository.ResolveAsync($"refs/heads/{Resolutions.BranchOf(landing)}", cancel) ?? landing.Commit;
        if (landing.OntoCommit is not { } onto || await repository.MergeAsync(onto, candidate, message, cancel) is not MergeOutcome.Conflicted git)
        {
            return Changed();
        }

        var files = git.Files.Select(ConflictFile.Of).ToDictionary(file => file.Path);
        var shown = landing.Conflicts.Concat(landing.Resolved).ToDictionary(file => file.Path);
        return landing.Conflicts.All(file => files.ContainsKey(file.Path)) && files.Values.All(file => shown.TryGetValue(file.Path, out var known) && IsSame(file.Shown(), known))
            ? new OpenConflict(repository, git, files)
            : Changed();
    }

    /// <summary>Makes the merge commit of what is settled.</summary>
    public async Task<string> CommitAsync(IReadOnlyList<LandingConflict> settled, string message, CancellationToken cancel)
    {
        var answers = settled.ToDictionary(file => file.Path);
        var whole = new Dictionary<string, ResolvedFile>();
        foreach (var file in _files.Values)
        {
            whole[file.Path] = answers[file.Path] is { Answer: { } answer }
                ? new ResolvedFile(answer.Object, answer.Mode)
                : new ResolvedFile(await _repository.WriteBlobAsync(file.With(answers[file.Path]), cancel));
        }

        return (await _repository.ResolveMergeAsync(_git, whole, message, cancel)).Commit;
    }

    public static Refusal Changed() => Refusals.Conflict("conflict_changed", "The conflict is no longer the one that was shown. Requeue the landing, then answer what it shows.");

    private static bool IsSame(LandingConflict now, LandingConflict shown) =>
        shown.Answer is not null || now.Chunks.Select(Place).SequenceEqual(shown.Chunks.Select(Place));

    private static (int, int, int, int, int, int, int) Place(LandingChunk chunk) =>
        (chunk.Number, chunk.Base.Line, chunk.Base.Lines, chunk.Target.Line, chunk.Target.Lines, chunk.Branch.Line, chunk.Branch.Lines);
}
