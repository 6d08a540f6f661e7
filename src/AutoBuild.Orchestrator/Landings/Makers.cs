using System.Text;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Has files made again by the recipe's commands, where a merge of them as text would be worth nothing.</summary>
internal sealed class Makers(OrchestratorOptions options, LandingCheck check, Landing landing, Project project, BareClone repository)
{
    private const string Recipe = ".autobuild.yaml";

    /// <summary>Returns what makes which of the files, by the recipe at a commit.</summary>
    public async Task<IReadOnlyDictionary<string, RunGenerate>> OfAsync(string commit, IReadOnlyList<string> files, CancellationToken cancel) =>
        await repository.ReadFileAsync(commit, Recipe, cancel) is { } recipe ? options.MakersOf(Encoding.UTF8.GetString(recipe), files) : new Dictionary<string, RunGenerate>();

    /// <summary>Makes again what a merge has left to it; a command that fails makes the files a person's.</summary>
    public async Task<MergeStep> MakeAsync(MergeStep.Merged merged, CancellationToken cancel)
    {
        var waiting = merged.Resolved.Where(file => file is { Command: not null, Answer: null }).ToList();
        if (waiting.Count == 0)
        {
            return merged;
        }

        var asked = (await OfAsync(merged.Onto, waiting.ConvertAll(file => file.Path), cancel)).Values.DistinctBy(maker => maker.Command).ToList();
        var report = await check.GenerateAsync(new Candidate(landing.Id, landing.TargetBranch, landing.TicketId, merged.Onto, merged.Commit), asked, project, repository, cancel);
        return report is { Outcome: RunOutcome.Changed, Commit: { } made }
            ? merged with { Commit = made, Tree = await repository.TreeAsync(made, cancel) }
            : Failed(merged, waiting, report?.Error?.Message ?? "The run that makes them again broke off.");
    }

    private static MergeStep.Conflicted Failed(MergeStep.Merged merged, List<LandingConflict> waiting, string why) =>
        new(merged.Onto, waiting.ConvertAll(file => file with { Command = null, Note = $"It is made by a command, and that failed. {why}" }), [.. merged.Resolved.Except(waiting)])
        {
            Error = $"{string.Join(", ", waiting.Select(file => file.Path))} could not be made again. {why}",
        };
}
