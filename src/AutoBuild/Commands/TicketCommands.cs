using System.CommandLine;
using AutoBuild.Api;
using AutoBuild.Core;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild ticket</c>.</summary>
internal static class TicketCommands
{
    private static readonly string[] Columns = ["id", "status", "priority", "title", "job", "needs you"];

    public static Command Create() => new Group("ticket", "Writes, shows and moves tickets.", Add(), List(), ShowOne(), Edit(), Move(), Start(), Depend(), Delete());

    private static Verb Add()
    {
        var work = new WorkOptions();
        var start = new Option<bool>("--start") { Description = "Submit it at once." };
        return new Verb("add", "Writes a ticket; it waits in the backlog until it is started.",
            "autobuild ticket add \"add a --version option\" --repo . --priority high", async call =>
        {
            using var api = await call.ConnectAsync();
            var lookup = new Lookup(api, call);
            var body = await work.ReadAsync(call, lookup);
            var project = await lookup.ProjectOrNewAsync();
            if (call.Get(start))
            {
                await SignInCheck.RunAsync(api, call, body.Agent ?? project.Agent);
                body = body with { Status = "in_progress" };
            }

            var made = await api.CreateTicketAsync(project.Id, body, call.Cancel);
            return call.Print(made, ticket => call.Say($"Ticket {Plain.Id(ticket.Id)} \"{ticket.Title}\" of {project.Name}: {Next(ticket)}"));
        }).With(work.All).With(start).PrintsData();
    }

    /// <summary>Says where a ticket is, and how to go on.</summary>
    private static string Next(Ticket ticket) => ticket is { Status: TicketState.InProgress, JobId: { } job }
        ? $"in progress as job {Plain.Id(job)}. Follow it: autobuild job logs {Plain.Id(job)} --follow"
        : $"{Plain.Word(ticket.Status)}. Start it: autobuild ticket start {Plain.Id(ticket.Id)}";

    private static Verb List()
    {
        var status = new Option<string?>("--status") { Description = "Only those that stand there: backlog, ready, in_progress, in_review, completed, failed.", HelpName = "STATUS" }
            .AcceptOnlyFromAmong(Words.Of<TicketState>());
        return new Verb("list", "Lists the tickets of a project.", "autobuild ticket list --repo . --status in_review", async call =>
        {
            using var api = await call.ConnectAsync();
            var project = await new Lookup(api, call).ProjectAsync();
            var filter = new TicketFilter(project.Id, Words.Read<TicketState>(call.Get(status)));
            return await new Live(call, api, new EventFilter(ProjectId: project.Id)).ShowAsync(() => api.ListTicketsAsync(filter, call.Page(), call.Cancel), list => Tables.Show(call, Columns, [.. list.Tickets.Select(Row)], $"{project.Name} has no such tickets. Write one: autobuild ticket add \"what is to be done\""));
        }).With(ProjectOptions.Repository, ProjectOptions.Project, status, ProjectOptions.Limit, ProjectOptions.Cursor).Watches();
    }

    private static IReadOnlyList<string> Row(Ticket ticket) =>
    [
        Plain.Id(ticket.Id), Plain.Word(ticket.Status), Plain.Word(ticket.Priority), Plain.Line(ticket.Title, 60),
        ticket.JobId is { } job ? Plain.Id(job) : "", Plain.Line(ticket.NeedsYou?.Sentence, 60),
    ];

    private static Verb ShowOne()
    {
        var id = ProjectOptions.Id("ticket");
        return new Verb("show", "Shows a ticket.", "autobuild ticket show 1f3a9c42", async call =>
        {
            using var api = await call.ConnectAsync();
            var ticket = await new Lookup(api, call).TicketAsync(call.Get(id));
            return await new Live(call, api, new EventFilter(ProjectId: ticket.ProjectId)).ShowAsync(() => api.GetTicketAsync(ticket.Id, call.Cancel), one => Facts(call, one));
        }).With(id).Watches();
    }

    private static void Facts(Call call, Ticket ticket) => Tables.Facts(call,
        ("ticket", ticket.Id.ToString()),
        ("title", ticket.Title),
        ("status", Plain.Word(ticket.Status)),
        ("needs you", ticket.NeedsYou?.Sentence),
        ("error", ticket.ErrorMessage),
        ("note", ticket.Note),
        ("priority", Plain.Word(ticket.Priority)),
        ("agent", ticket.Agent),
        ("agent command", ticket.AgentCommand),
        ("model", ticket.Model),
        ("labels", string.Join(", ", ticket.Labels)),
        ("touches", string.Join(", ", ticket.Touches)),
        ("at most", ticket.MaxCostUsd is { } most ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"${most:0.00}") : null),
        ("branch", ticket.BranchName),
        ("base", ticket.BaseBranch),
        ("landing", ticket.Landing is { } policy ? Plain.Word(policy) : null),
        ("job", ticket.JobId?.ToString()),
        ("pull request", ticket.PrUrl),
        ("depends on", Ids(ticket.DependsOn)),
        ("blocked by", Ids(ticket.BlockedBy)),
        ("description", ticket.Description));

    private static string? Ids(IReadOnlyList<Guid>? ids) => ids is null ? null : string.Join(", ", ids.Select(Plain.Id));

    private static Verb Edit()
    {
        var id = ProjectOptions.Id("ticket");
        var title = new Option<string?>("--title") { Description = "The new title.", HelpName = "TEXT" };
        var description = new Option<string?>("--description") { Description = "The new description; '-' reads it from stdin.", HelpName = "TEXT" };
        var position = new Option<double?>("--position") { Description = "Its place in the column; lower stands higher.", HelpName = "N" };
        var fields = new TicketFields();
        return new Verb("edit", "Changes a ticket; a job that is under way keeps the text it was given.",
            "autobuild ticket edit 1f3a9c42 --priority critical", async call =>
        {
            var body = (await fields.ReadAsync(call)) with
            {
                Title = call.Get(title),
                Description = await call.TextAsync(call.Get(description)),
                Position = call.Get(position),
            };
            if (body == new TicketBody())
            {
                throw new AutoBuildException("wrong_use", "Name what changes, such as --title or --priority.");
            }

            using var api = await call.ConnectAsync();
            var ticket = await new Lookup(api, call).TicketAsync(call.Get(id));
            return call.Print(await api.EditTicketAsync(ticket.Id, body, call.Cancel), one => Facts(call, one));
        }).With([id, title, description, position, .. fields.All]).PrintsData();
    }

    private static Verb Move()
    {
        var id = ProjectOptions.Id("ticket");
        var to = new Argument<string>("STATUS") { Description = "backlog, ready, in_progress (starts it), or completed (closes it without landing)." };
        to.AcceptOnlyFromAmong("backlog", "ready", "in_progress", "completed");
        return new Verb("move", "Moves a ticket on the board.",
            "autobuild ticket move 1f3a9c42 ready", call => MoveAsync(call, call.Get(id), call.Get(to))).With(id, to).PrintsData();
    }

    private static Verb Start()
    {
        var id = ProjectOptions.Id("ticket");
        return new Verb("start", "Submits a ticket to the queue.",
            "autobuild ticket start 1f3a9c42", call => MoveAsync(call, call.Get(id), "in_progress")).With(id).PrintsData();
    }

    private static async Task<int> MoveAsync(Call call, string id, string to)
    {
        using var api = await call.ConnectAsync();
        var ticket = await new Lookup(api, call).TicketAsync(id);
        if (to == "in_progress")
        {
            await SignInCheck.RunAsync(api, call, ticket.Agent ?? (await api.GetProjectAsync(ticket.ProjectId, call.Cancel)).Value.Agent);
        }

        var moved = await api.EditTicketAsync(ticket.Id, new TicketBody { Status = to }, call.Cancel);
        return call.Print(moved, one => call.Say(one.Status == TicketState.InProgress
            ? $"Ticket {Plain.Id(one.Id)} is {Next(one)}"
            : $"Ticket {Plain.Id(one.Id)} is {Plain.Word(one.Status)}."));
    }

    private static Verb Depend()
    {
        var id = ProjectOptions.Id("ticket");
        var on = new Argument<string>("OTHER") { Description = "The ticket that has to land first." };
        var remove = new Option<bool>("--remove") { Description = "No longer wait for it." };
        return new Verb("depend", "Makes a ticket wait until another has landed.",
            "autobuild ticket depend 1f3a9c42 77b0e1d5", async call =>
        {
            using var api = await call.ConnectAsync();
            var lookup = new Lookup(api, call);
            var ticket = await lookup.TicketAsync(call.Get(id));
            var other = await lookup.TicketAsync(call.Get(on));
            var changed = await (call.Get(remove) ? api.RemoveDependencyAsync(ticket.Id, other.Id, call.Cancel) : api.AddDependencyAsync(ticket.Id, other.Id, call.Cancel));
            return call.Print(changed, one => call.Say(call.Get(remove)
                ? $"{Plain.Id(one.Id)} no longer waits for {Plain.Id(other.Id)}."
                : $"{Plain.Id(one.Id)} starts once {Plain.Id(other.Id)} has landed."));
        }).With(id, on, remove).PrintsData();
    }

    private static Verb Delete()
    {
        var id = ProjectOptions.Id("ticket");
        return new Verb("delete", "Deletes a ticket; its branch stays in the repository's clone.",
            "autobuild ticket delete 1f3a9c42", async call =>
        {
            using var api = await call.ConnectAsync();
            var ticket = await new Lookup(api, call).TicketAsync(call.Get(id));
            var gone = await api.DeleteTicketAsync(ticket.Id, call.Cancel);
            return call.Print(gone, _ => call.Say($"Ticket {Plain.Id(ticket.Id)} \"{ticket.Title}\" is deleted."));
        }).With(id).PrintsData();
    }
}
