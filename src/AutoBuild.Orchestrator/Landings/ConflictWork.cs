using AutoBuild.Core.Landings;
using AutoBuild.Core.Runs;
using AutoBuild.Orchestrator.Resolving;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Takes a merge that git left in conflict through the stages: engine, earlier answers, model; what is then open is a person's.</summary>
/// <param name="persons">The files that a person settled before: an answer is theirs again.</param>
/// <param name="makers">What makes which files again, by the target's recipe.</param>
internal sealed class ConflictWork(BareClone repository, Resolver resolver, ResolveContext context, IReadOnlySet<string> persons, Makers makers)
{
    private const int MostMessages = 20;

    /// <returns>Merged or conflicted.</returns>
    public async Task<MergeStep> SettleAsync(MergeOutcome.Conflicted conflict, string message, CancellationToken cancel)
    {
        var made = await makers.OfAsync(conflict.Ours, [.. conflict.Files.Select(file => file.Path)], cancel);
        var files = await AskAsync(conflict, [.. conflict.Files.Select(file => Opened(file, made))], cancel);
        var settled = LandingTexts.Capped([.. files.Where(file => file.IsSettled).Select(file => file.Shown())]);
        if (!files.TrueForAll(file => file.IsSettled))
        {
            return new MergeStep.Conflicted(conflict.Ours, LandingTexts.Capped([.. files.Where(file => !file.IsSettled).Select(file => file.Shown())]), settled);
        }

        var whole = new Dictionary<string, ResolvedFile>();
        foreach (var file in files)
        {
            // What is made again has the target's version until then.
            whole[file.Path] = file.Content is { } content && file.Maker is null
                ? new ResolvedFile(await repository.WriteBlobAsync(content, cancel))
                : new ResolvedFile(file.Git.Ours!.Object, file.Git.Ours.Mode);
        }

        var merged = await repository.ResolveMergeAsync(conflict, whole, message + LandingMessage.Resolved(settled), cancel);
        return new MergeStep.Merged(merged.Commit, merged.Tree, conflict.Ours, settled);
    }

    private ConflictFile Opened(ConflictedFile git, IReadOnlyDictionary<string, RunGenerate> made)
    {
        var file = ConflictFile.Of(git);
        return file with { IsPersons = persons.Contains(git.Path), Maker = file.IsMade ? made.GetValueOrDefault(git.Path) : null };
    }

    private async Task<List<ConflictFile>> AskAsync(MergeOutcome.Conflicted conflict, List<ConflictFile> files, CancellationToken cancel)
    {
        var open = files.FindAll(file => file is { Engine.IsClean: false, Maker: null });
        if (open.Count == 0)
        {
            return files;
        }

        var start = await repository.MergeBaseAsync(conflict.Ours, conflict.Theirs, cancel);
        var asked = new List<OpenFile>();
        foreach (var file in open)
        {
            asked.Add(new OpenFile(file.Path, file.Input!, file.Engine!, await MessagesAsync(conflict.Ours, start, file, cancel), await MessagesAsync(conflict.Theirs, start, file, cancel)));
        }

        var later = (await resolver.ResolveAsync(asked, context, cancel)).Files.ToDictionary(file => file.Path);
        return files.ConvertAll(file => later.TryGetValue(file.Path, out var answered) ? file.With(answered) : file);
    }

    private async Task<IReadOnlyList<string>> MessagesAsync(string side, string? start, ConflictFile file, CancellationToken cancel) =>
        [.. (await repository.LogAsync(side, start, MostMessages, file.Path, cancel)).Select(commit => commit.Message)];
}
