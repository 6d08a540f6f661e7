using System.CommandLine;
using System.Text.Json.Nodes;
using AutoBuild.Api;
using AutoBuild.Client;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Store;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild job</c>.</summary>
internal static class JobCommands
{
    private static readonly string[] Columns = ["job", "ticket", "status", "phase", "agent", "checks", "started", "task"];

    public static Command Create() => new Group("job", "Shows, stops and lands the runs of tickets.", List(), ShowOne(), JobSubmit.Create(), JobLogs.Create(), Cancel(), Retry(), Message(), Diff(), Land(), JobCallbacks.Create());

    private static Verb List()
    {
        var status = new Option<string?>("--status") { Description = "Only those that stand there: pending, queued, dispatched, running, completed, failed, cancelled.", HelpName = "STATUS" }
            .AcceptOnlyFromAmong(Words.Of<JobStatus>());
        var ticket = new Option<string?>("--ticket") { Description = "Only those of a ticket.", HelpName = "TICKET", CompletionSources = { ServerWords.Of("ticket") } };
        return new Verb("list", "Lists jobs, newest first.", "autobuild job list --status running", async call =>
        {
            using var api = await call.ConnectAsync();
            var lookup = new Lookup(api, call);
            var filter = new JobFilter(await lookup.NamedProjectAsync(), await lookup.NamedTicketAsync(call.Get(ticket)), Words.Read<JobStatus>(call.Get(status)));
            return await new Live(call, api, new EventFilter(ProjectId: filter.ProjectId)).ShowAsync(() => api.ListJobsAsync(filter, call.Page(), call.Cancel), list => Tables.Show(call, Columns, [.. list.Jobs.Select(job => Row(call, job))], "There are no such jobs."));
        }).With(ProjectOptions.Project, ticket, status, ProjectOptions.Limit, ProjectOptions.Cursor).Watches();
    }

    private static IReadOnlyList<string> Row(Call call, JobView job) =>
    [
        Plain.Id(job.Id), Plain.Id(job.TicketId), Plain.Word(job.Status),
        job.Phase is { } phase && !job.IsOver ? Plain.Word(phase) : job.QueuedReason is { } reason ? Plain.Word(reason) : "",
        job.Agent ?? "", job.Qa is { } qa ? Plain.Word(qa.Verdict) : "", Ago(call, job.StartedAt), Plain.Line(job.Prompt, 50),
    ];

    private static string Ago(Call call, DateTimeOffset? at) => (call.Terminal.Time.GetUtcNow() - at) switch
    {
        null => "",
        { TotalMinutes: < 1 } => "just now",
        { TotalHours: < 1 } age => $"{(int)age.TotalMinutes} min ago",
        { TotalDays: < 1 } age => $"{(int)age.TotalHours} h ago",
        { } age => $"{(int)age.TotalDays} d ago",
    };

    private static Verb ShowOne()
    {
        var id = ProjectOptions.Id("job");
        return new Verb("show", "Shows a job with the evidence of its checks.", "autobuild job show 5d20c7be", async call =>
        {
            using var api = await call.ConnectAsync();
            var job = await new Lookup(api, call).JobAsync(call.Get(id));
            var project = await api.GetProjectAsync(job.ProjectId, call.Cancel);
            Landing? landing = null;
            return await new Live(call, api, new EventFilter(ProjectId: job.ProjectId)).ShowAsync(async () =>
            {
                landing = (await api.ListLandingsAsync(new LandingFilter(JobId: job.Id), new PageRequest(1), call.Cancel)).Value.Landings is [var newest, ..] ? newest : null;
                return await api.GetJobAsync(job.Id, call.Cancel);
            }, one => Evidence.Show(call, one, landing, project.Value));
        }).With(id).Watches();
    }

    private static Verb Cancel()
    {
        var id = ProjectOptions.Id("job");
        var reason = new Option<string?>("--reason") { Description = "Why; it is kept with the job.", HelpName = "TEXT" };
        return new Verb("cancel", "Stops a job; its work so far is kept.", "autobuild job cancel 5d20c7be", async call =>
        {
            using var api = await call.ConnectAsync();
            var job = await new Lookup(api, call).JobAsync(call.Get(id));
            return call.Print(await api.CancelAsync(job.Id, call.Get(reason), call.Cancel), answer => call.Say(answer.Text));
        }).With(id, reason).PrintsData();
    }

    private static Verb Retry()
    {
        var id = ProjectOptions.Id("job");
        return new Verb("retry", "Runs an ended job's ticket again on the same branch, as a new job.",
            "autobuild job retry 5d20c7be", async call =>
        {
            using var api = await call.ConnectAsync();
            var job = await new Lookup(api, call).JobAsync(call.Get(id));
            await SignInCheck.RunAsync(api, call, job.Agent);
            return call.Print(await api.RetryAsync(job.Id, call.Cancel), again => call.Say($"Job {Plain.Id(again.Job.Id)} tries again. Follow it: autobuild job logs {Plain.Id(again.Job.Id)} --follow"));
        }).With(id).PrintsData();
    }

    private static Verb Message()
    {
        var id = ProjectOptions.Id("job");
        var text = new Argument<string>("TEXT") { Description = "What to tell the agent; '-' reads it from stdin." };
        return new Verb("message", "Tells the agent something: now or at its next turn, or as a job that continues an ended one.",
            "autobuild job message 5d20c7be \"use the existing parser\"", async call =>
        {
            using var api = await call.ConnectAsync();
            var job = await new Lookup(api, call).JobAsync(call.Get(id));
            var message = new MessageBody { Message = await call.TextAsync(call.Get(text)) };
            if (job.IsOver)
            {
                await SignInCheck.RunAsync(api, call, job.Agent);
            }
            return call.Print(await api.MessageAsync(job.Id, message, call.Cancel), answer => call.Say(answer.Job is { } next && next.Id != job.Id
                ? $"Job {Plain.Id(next.Id)} continues the work with your message. Follow it: autobuild job logs {Plain.Id(next.Id)} --follow"
                : answer.Message ?? "The agent gets your message now (Claude Code) or at its next turn."));
        }).With(id, text).PrintsData();
    }

    private static Verb Diff()
    {
        var id = ProjectOptions.Id("job");
        return new Verb("diff", "Prints what a job changed, as a unified diff.", "autobuild job diff 5d20c7be", async call =>
        {
            using var api = await call.ConnectAsync();
            var job = await new Lookup(api, call).JobAsync(call.Get(id));
            var diff = await api.DiffAsync(job.Id, call.Cancel);
            return DiffText.Print(call, diff, new JsonObject { ["job_id"] = job.Id.ToString(), ["diff"] = diff });
        }).With(id).PrintsData();
    }

    private static Verb Land()
    {
        var id = ProjectOptions.Id("job");
        return new Verb("land", "Lands a job's work: merges it, checks the merged tree, moves the branch.",
            "autobuild job land 5d20c7be", async call =>
        {
            using var api = await call.ConnectAsync();
            var job = await new Lookup(api, call).JobAsync(call.Get(id));
            var queued = await api.LandAsync(job.Id, call.Cancel);
            var landing = await Watch.LandingAsync(api, queued.Value.Id, call, call.Cancel);
            call.Print(landing, one => call.Say(Evidence.Sentence(one)));
            return landing.Value.State == Core.Landings.LandingState.Landed ? ExitCode.Done : ExitCode.Failed;
        }).With(id).PrintsData();
    }
}
