using System.CommandLine;
using AutoBuild.Client;
using AutoBuild.Core.Json;
using AutoBuild.Core.Landings;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild landing</c>.</summary>
internal static class LandingCommands
{
    private const int Around = 3;

    private static readonly string[] Columns = ["id", "job", "status", "target", "branch", "commit", "error"];

    public static Command Create() => new Group("landing", "Shows and steers what is being landed.",
        List(), ShowOne(), Resolve(), Change("requeue", "Tries a landing again: after a red check was mended, or a conflict went away."),
        Change("eject", "Takes a landing off the train."), Train("pause", "Lands nothing more on a branch until it is resumed."), Train("resume", "Goes on landing on a branch."));

    private static Verb List()
    {
        var state = new Option<string?>("--state") { Description = "Only those that stand there: queued, merging, testing, moving, landed, conflict, red, ejected, cancelled.", HelpName = "STATE" }
            .AcceptOnlyFromAmong([.. Enum.GetValues<LandingState>().Select(SnakeCase.Of)]);
        return new Verb("list", "Lists landings.", "autobuild landing list --state conflict", async call =>
        {
            using var api = await call.ConnectAsync();
            var query = $"limit={call.Get(ProjectOptions.Limit)}{(call.Get(state) is { } word ? $"&state={word}" : "")}";
            query += call.Get(ProjectOptions.Project) is { } name ? $"&project_id={(await new Lookup(api, call).ProjectAsync(name)).Id}" : "";
            var landings = await api.ListLandingsAsync(query, call.Cancel);
            return call.Print(landings, list => Tables.Show(call, Columns, [.. list.Landings.Select(Row)], "There are no such landings."));
        }).With(ProjectOptions.Project, state, ProjectOptions.Limit).PrintsData();
    }

    private static IReadOnlyList<string> Row(Landing landing) =>
    [
        Plain.Id(landing.Id), Plain.Id(landing.JobId), Plain.Word(landing.State), landing.TargetBranch, landing.BranchName,
        Plain.Commit(landing.MergedCommit ?? landing.Commit), Plain.Line(landing.Error, 60),
    ];

    private static Verb ShowOne()
    {
        var id = ProjectOptions.Id("landing");
        return new Verb("show", "Shows a landing: its checks, and both sides of every conflict.",
            "autobuild landing show 9e01ab34", async call =>
        {
            using var api = await call.ConnectAsync();
            var landing = await new Lookup(api, call).LandingAsync(call.Get(id));
            return call.Print(await api.GetLandingAsync(landing.Id, call.Cancel), one => Facts(call, one));
        }).With(id).PrintsData();
    }

    private static void Facts(Call call, Landing landing)
    {
        Tables.Facts(call,
            ("landing", landing.Id.ToString()),
            ("status", Plain.Word(landing.State)),
            ("job", landing.JobId.ToString()),
            ("ticket", landing.TicketId.ToString()),
            ("branch", $"{landing.BranchName} at {Plain.Commit(landing.Commit)}"),
            ("target", $"{landing.TargetBranch} at {Plain.Commit(landing.OntoCommit)}"),
            ("merged", landing.MergedCommit),
            ("approved by", landing.ApprovedBy),
            ("error", landing.Error));
        Evidence.Checks(call, landing.Qa);
        foreach (var conflict in landing.Conflicts ?? [])
        {
            call.Say($"\n{conflict.Path} ({conflict.Kind})");
            call.Say(Sides(conflict, landing));
        }

        NextSteps.Show(call, NextSteps.Of(landing));
    }

    /// <summary>Shows where the two sides differ, with a few lines around.</summary>
    private static string Sides(LandingConflict conflict, Landing landing)
    {
        if (conflict.Ours is not { } ours || conflict.Theirs is not { } theirs)
        {
            return conflict.Ours is null ? $"{landing.TargetBranch} has no such text." : $"{landing.BranchName} has no such text.";
        }

        var (mine, other) = (ours.Split('\n'), theirs.Split('\n'));
        var most = Math.Min(mine.Length, other.Length);
        var same = Enumerable.Range(0, most).TakeWhile(line => mine[line] == other[line]).Count();
        var tail = Enumerable.Range(1, most - same).TakeWhile(line => mine[^line] == other[^line]).Count();
        return string.Join('\n',
        [
            .. mine[Math.Max(0, same - Around)..same], $"<<<<<<< {landing.TargetBranch}", .. mine[same..^tail], "=======",
            .. other[same..^tail], $">>>>>>> {landing.BranchName}", .. mine[^tail..^Math.Max(0, tail - Around)],
        ]);
    }

    private static Verb Resolve()
    {
        var id = ProjectOptions.Id("landing");
        var commit = new Argument<string>("BRANCH") { Description = "The branch with your merge: of a working tree made with 'worktree create', of the repository, or a commit." };
        return new Verb("resolve", "Settles a conflict with a merge that you made, and lands it.",
            "autobuild landing resolve 9e01ab34 resolve-9e01ab34", async call =>
        {
            using var api = await call.ConnectAsync();
            var found = await new Lookup(api, call).LandingAsync(call.Get(id));
            await api.ResolveLandingAsync(found.Id, call.Get(commit), call.Cancel);
            var landing = await Watch.LandingAsync(api, found.Id, call, call.Cancel);
            call.Print(landing, one => call.Say(Evidence.Sentence(one)));
            return landing.Value.State == LandingState.Landed ? ExitCode.Done : ExitCode.Failed;
        }).With(id, commit).PrintsData();
    }

    private static Verb Change(string verb, string description)
    {
        var id = ProjectOptions.Id("landing");
        return new Verb(verb, description, $"autobuild landing {verb} 9e01ab34", async call =>
        {
            using var api = await call.ConnectAsync();
            var landing = await new Lookup(api, call).LandingAsync(call.Get(id));
            return call.Print(await api.ChangeLandingAsync(landing.Id, verb, call.Cancel), one => call.Say(Evidence.Sentence(one)));
        }).With(id).PrintsData();
    }

    private static Verb Train(string verb, string description)
    {
        var branch = new Option<string?>("--branch") { Description = "The branch (default: the project's).", HelpName = "BRANCH" };
        return new Verb(verb, description, $"autobuild landing {verb} --repo .", async call =>
        {
            using var api = await call.ConnectAsync();
            var project = await new Lookup(api, call).ProjectAsync();
            var target = call.Get(branch) ?? project.DefaultBranch;
            var answer = await api.ChangeTrainAsync(verb, ClientJson.Body(("project_id", project.Id.ToString()), ("target_branch", target)), call.Cancel);
            return call.Print(answer, _ => call.Say($"Landing on {target} of {project.Name} is {(verb == "pause" ? "paused" : "on")}."));
        }).With(ProjectOptions.Repository, ProjectOptions.Project, branch).PrintsData();
    }
}
