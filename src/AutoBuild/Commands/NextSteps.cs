using AutoBuild.Client;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using Spectre.Console;

namespace AutoBuild.Commands;

/// <summary>Says what a person can do next, as commands to copy.</summary>
internal static class NextSteps
{
    /// <param name="landing">Null where it isn't on the train.</param>
    public static IReadOnlyList<(string Command, string Why)> Of(JobView job, Landing? landing, Project? project)
    {
        var id = Plain.Id(job.Id);
        var steps = new List<(string, string)>();
        if (job.Question is not null)
        {
            steps.Add(($"autobuild job message {id} \"…\"", "answer it; the agent goes on"));
        }

        if (job.ChangedFiles is { Count: > 0 })
        {
            steps.Add(($"autobuild job diff {id}", "what it changed"));
        }

        if (job.StartedAt is not null)
        {
            steps.Add(($"autobuild job logs {id}", "what happened"));
        }

        if (job.Status is JobStatus.Failed or JobStatus.Cancelled)
        {
            steps.Add(($"autobuild job retry {id}", "try again on the same branch"));
            steps.Add(($"autobuild job message {id} \"…\"", "tell the agent more"));
        }
        else if (job.Succeeded)
        {
            steps.AddRange(Landing(id, landing, project));
        }

        return steps;
    }

    /// <summary>Says how a landing that stands still gets on.</summary>
    public static IReadOnlyList<(string Command, string Why)> Of(Landing landing)
    {
        var id = Plain.Id(landing.Id);
        var branch = $"resolve-{id}";
        return landing.State switch
        {
            LandingState.Conflict =>
            [
                .. Answers(landing, id),
                ($"autobuild job message {Plain.Id(landing.JobId)} \"Merge {landing.OntoCommit} into your branch, and settle the conflicts.\"", "let the agent resolve it; then land its new job"),
                ($"autobuild worktree create {branch} --project {Plain.Id(landing.ProjectId)}", "to resolve it by hand: a tree of what has landed"),
                ($"git merge {Plain.Commit(landing.Commit)}", "in that tree; mend the files, git add them, git commit"),
                ($"autobuild landing resolve {id} {branch}", "land your merge"),
            ],
            LandingState.Red =>
            [
                ($"autobuild job message {Plain.Id(landing.JobId)} \"Merge {landing.OntoCommit} into your branch, and mend what then fails.\"", "let the agent mend it; then land its new job"),
                ($"autobuild landing requeue {id}", $"try again, when {landing.TargetBranch} was mended"),
            ],
            LandingState.Ejected or LandingState.Cancelled => [($"autobuild landing requeue {id}", "try again")],
            LandingState.Landed or LandingState.Queued or LandingState.Merging or LandingState.Testing or LandingState.Moving => [],
        };
    }

    private static IEnumerable<(string, string)> Answers(Landing landing, string id)
    {
        var open = (landing.Conflicts ?? []).SelectMany(file => file.Chunks).Where(chunk => chunk.Accepted is null).ToList();
        if (open.Count == 0)
        {
            yield break;
        }

        if (open.TrueForAll(chunk => chunk.Proposals.Count > 0))
        {
            yield return ($"autobuild landing resolve {id} --take proposal", "take what is proposed");
        }

        yield return ($"autobuild landing resolve {id} --edit", "settle it in your editor; or chunk by chunk, with --chunk and --take");
    }

    public static void Show(Call call, IReadOnlyList<(string Command, string Why)> steps)
    {
        if (steps.Count > 0)
        {
            call.Say("");
        }

        foreach (var (command, why) in steps)
        {
            call.Write($"  {Plain.Text(command)}{(command.StartsWith("autobuild ", StringComparison.Ordinal) ? Plain.Text(call.Where) : "")}", Style.Plain);
            call.Write($"   {why}\n", Marks.Faint);
        }
    }

    private static IEnumerable<(string, string)> Landing(string job, Landing? landing, Project? project) => landing is null
        ? [($"autobuild job land {job}", "merge it, check the merged tree")]
        : landing.State switch
        {
            LandingState.Landed => project?.RepoPath is null ? [] : [($"autobuild project sync {project.Name}", "bring what landed into your checkout")],
            LandingState.Conflict or LandingState.Red => [($"autobuild landing show {Plain.Id(landing.Id)}", "what is in the way, and how to get on")],
            LandingState.Ejected or LandingState.Cancelled => [($"autobuild landing requeue {Plain.Id(landing.Id)}", "try again")],
            LandingState.Queued or LandingState.Merging or LandingState.Testing or LandingState.Moving => [],
        };
}
