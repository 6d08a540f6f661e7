using AutoBuild.Core.Landings;
using AutoBuild.Orchestrator.Resolving;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Takes a merge that git left in conflict through the stages: engine, earlier answers, model; what is then open is a person's.</summary>
internal sealed class ConflictWork(BareClone repository, Resolver resolver, ResolveContext context)
{
    private const int MostMessages = 20;

    /// <returns>Merged or conflicted.</returns>
    public async Task<MergeStep> SettleAsync(MergeOutcome.Conflicted conflict, string message, CancellationToken cancel)
    {
        var files = conflict.Files.Select(file => ConflictFile.Of(file)).ToList();
        var later = await LaterAsync(conflict, files, cancel);
        var shown = new List<LandingConflict>();
        var whole = new Dictionary<string, ResolvedFile>();
        foreach (var file in files)
        {
            var answered = later.GetValueOrDefault(file.Git.Path);
            shown.Add(file.Shown(answered));
            if (file.Content(answered) is { } content)
            {
                whole[file.Git.Path] = new ResolvedFile(await repository.WriteBlobAsync(content, cancel));
            }
        }

        var (settled, open) = (shown.FindAll(file => whole.ContainsKey(file.Path)), shown.FindAll(file => !whole.ContainsKey(file.Path)));
        if (open.Count > 0)
        {
            return new MergeStep.Conflicted(conflict.Ours, LandingTexts.Capped(open), LandingTexts.Capped(settled));
        }

        var merged = await repository.ResolveMergeAsync(conflict, whole, message + LandingMessage.Resolved(settled), cancel);
        return new MergeStep.Merged(merged.Commit, merged.Tree, conflict.Ours, LandingTexts.Capped(settled));
    }

    private async Task<Dictionary<string, FileResolution>> LaterAsync(MergeOutcome.Conflicted conflict, List<ConflictFile> files, CancellationToken cancel)
    {
        var open = files.FindAll(file => file.Merged is { IsClean: false });
        if (open.Count == 0)
        {
            return [];
        }

        var start = await repository.MergeBaseAsync(conflict.Ours, conflict.Theirs, cancel);
        var asked = new List<OpenFile>();
        foreach (var file in open)
        {
            asked.Add(new OpenFile(file.Git.Path, file.Input!, file.Merged!, await MessagesAsync(conflict.Ours, start, file, cancel), await MessagesAsync(conflict.Theirs, start, file, cancel)));
        }

        return (await resolver.ResolveAsync(asked, context, cancel)).Files.ToDictionary(file => file.Path);
    }

    private async Task<IReadOnlyList<string>> MessagesAsync(string side, string? start, ConflictFile file, CancellationToken cancel) =>
        [.. (await repository.LogAsync(side, start, MostMessages, file.Git.Path, cancel)).Select(commit => commit.Message)];
}
