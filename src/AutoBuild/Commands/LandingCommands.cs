using System.CommandLine;
using AutoBuild.Api;
using AutoBuild.Core;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Store;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild landing</c>.</summary>
internal static class LandingCommands
{
    private static readonly string[] Columns = ["id", "job", "status", "target", "branch", "commit", "error"];

    public static Command Create() => new Group("landing", "Shows and steers what is being landed.",
        List(), ShowOne(), LandingResolve.Create(), LandingResolutions.Create(), Requeue(), Eject(), Move(), Train("pause", "Lands nothing more on a branch until it is resumed."), Train("resume", "Goes on landing on a branch."));

    private static Verb List()
    {
        var state = new Option<string?>("--state") { Description = "Only those that stand there: queued, merging, testing, moving, landed, conflict, red, ejected, cancelled.", HelpName = "STATE" }
            .AcceptOnlyFromAmong(Words.Of<LandingState>());
        var job = new Option<string?>("--job") { Description = "Only those of a job.", HelpName = "JOB", CompletionSources = { ServerWords.Of("job") } };
        return new Verb("list", "Lists landings, newest first.", "autobuild landing list --state conflict", async call =>
        {
            using var api = await call.ConnectAsync();
            var lookup = new Lookup(api, call);
            var filter = new LandingFilter(await lookup.NamedProjectAsync(), Words.Read<LandingState>(call.Get(state)), await lookup.NamedJobAsync(call.Get(job)));
            return await new Live(call, api, new EventFilter(ProjectId: filter.ProjectId)).ShowAsync(() => api.ListLandingsAsync(filter, call.Page(), call.Cancel), list => Tables.Show(call, Columns, [.. list.Landings.Select(Row)], "There are no such landings."));
        }).With(ProjectOptions.Project, job, state, ProjectOptions.Limit, ProjectOptions.Cursor).Watches();
    }

    private static IReadOnlyList<string> Row(Landing landing) =>
    [
        Plain.Id(landing.Id), Plain.Id(landing.JobId), Plain.Word(landing.State), landing.TargetBranch, landing.BranchName,
        Plain.Commit(landing.MergedCommit ?? landing.Commit), Plain.Line(landing.Error, 60),
    ];

    private static Verb ShowOne()
    {
        var id = ProjectOptions.Id("landing");
        return new Verb("show", "Shows a landing: its checks, both sides of every conflict, what was proposed, and what was settled how.",
            "autobuild landing show 9e01ab34", async call =>
        {
            using var api = await call.ConnectAsync();
            var landing = await new Lookup(api, call).LandingAsync(call.Get(id));
            return await new Live(call, api, new EventFilter(ProjectId: landing.ProjectId)).ShowAsync(() => api.GetLandingAsync(landing.Id, call.Cancel), one => Facts(call, one));
        }).With(id).Watches();
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
            ("tried with", landing.Batch is { Size: > 1 } batch ? $"{batch.Size - 1} others, at place {batch.Place} of {batch.Size}" : null),
            ("sent back", landing.Reworks > 0 ? $"{landing.Reworks} times before" : null),
            ("approved by", landing.ApprovedBy),
            ("error", landing.Error));
        Evidence.Checks(call, landing.Qa);
        new ConflictView(call, landing).Show();
        NextSteps.Show(call, NextSteps.Of(landing));
    }

    private static Verb Requeue()
    {
        var id = ProjectOptions.Id("landing");
        return new Verb("requeue", "Tries a landing again: after a red check was mended, or a conflict went away.", "autobuild landing requeue 9e01ab34", async call =>
        {
            using var api = await call.ConnectAsync();
            var landing = await new Lookup(api, call).LandingAsync(call.Get(id));
            return call.Print(await api.RequeueLandingAsync(landing.Id, call.Cancel), one => call.Say(Evidence.Sentence(one)));
        }).With(id).PrintsData();
    }

    private static Verb Eject()
    {
        var id = ProjectOptions.Id("landing");
        var reason = new Option<string?>("--reason") { Description = "Why; it is kept with the landing.", HelpName = "TEXT" };
        return new Verb("eject", "Takes a landing off the train.", "autobuild landing eject 9e01ab34 --reason \"after the release\"", async call =>
        {
            using var api = await call.ConnectAsync();
            var landing = await new Lookup(api, call).LandingAsync(call.Get(id));
            return call.Print(await api.EjectLandingAsync(landing.Id, new ReasonBody(call.Get(reason)), call.Cancel), one => call.Say(Evidence.Sentence(one)));
        }).With(id, reason).PrintsData();
    }

    private static Verb Move()
    {
        var id = ProjectOptions.Id("landing");
        var before = new Option<string?>("--before") { Description = "The landing that it goes before.", HelpName = "LANDING", CompletionSources = { ServerWords.Of("landing") } };
        var after = new Option<string?>("--after") { Description = "The landing that it goes after.", HelpName = "LANDING", CompletionSources = { ServerWords.Of("landing") } };
        var position = new Option<int?>("--position") { Description = "Its place among those that wait, counted from 1.", HelpName = "N" };
        return new Verb("move", "Moves a waiting landing within its train: name one of --before, --after and --position.", "autobuild landing move 9e01ab34 --position 1", async call =>
        {
            if (new Option[] { before, after, position }.Count(call.Has) != 1)
            {
                throw new AutoBuildException("wrong_use", "Say where it goes with one of --before, --after and --position.");
            }

            using var api = await call.ConnectAsync();
            var lookup = new Lookup(api, call);
            var landing = await lookup.LandingAsync(call.Get(id));
            var body = new MoveBody((await lookup.NamedLandingAsync(call.Get(before)))?.ToString(), (await lookup.NamedLandingAsync(call.Get(after)))?.ToString(), call.Get(position));
            return call.Print(await api.MoveLandingAsync(landing.Id, body, call.Cancel), one => call.Say($"Landing {Plain.Id(one.Id)} is {Evidence.Sentence(one)}."));
        }).With(id, before, after, position).PrintsData();
    }

    private static Verb Train(string verb, string description)
    {
        var branch = new Option<string?>("--branch") { Description = "The branch (default: the project's).", HelpName = "BRANCH" };
        return new Verb(verb, description, $"autobuild landing {verb} --repo .", async call =>
        {
            using var api = await call.ConnectAsync();
            var project = await new Lookup(api, call).ProjectAsync();
            var target = call.Get(branch) ?? project.DefaultBranch;
            var body = new TrainBody(project.Id.ToString(), target);
            var answer = await (verb == "pause" ? api.PauseTrainAsync(body, call.Cancel) : api.ResumeTrainAsync(body, call.Cancel));
            return call.Print(answer, _ => call.Say($"Landing on {target} of {project.Name} is {(verb == "pause" ? "paused" : "on")}."));
        }).With(ProjectOptions.Repository, ProjectOptions.Project, branch).PrintsData();
    }
}
