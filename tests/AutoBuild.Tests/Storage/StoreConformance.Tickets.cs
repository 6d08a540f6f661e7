using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;

namespace AutoBuild.Tests.Storage;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task A_ticket_keeps_every_field()
    {
        var project = await ProjectAsync();
        var made = (await Store.CreateTicketAsync(new NewTicket
        {
            ProjectId = project.Id,
            Title = "Títle",
            Description = "d",
            Priority = Priority.High,
            Agent = "scripted",
            AgentCommand = "cmd",
            AgentScript = "write a b",
            Model = "m",
            BaseBranch = "dev",
            Labels = ["a", "b"],
            Landing = LandingPolicy.Auto,
            MaxCostUsd = 1.10m,
            Touches = ["src/**"],
        }, null, Cancel)).OrThrow().Value;
        Assert.Equivalent(made, await Store.GetTicketAsync(made.Id, Cancel), strict: true);
        Assert.Equal(1.10m, made.MaxCostUsd);
        var patched = (await Store.UpdateTicketAsync(made.Id, new TicketPatch { Title = "New", Labels = [], Position = 0.5 }, Cancel)).OrThrow();
        Assert.Equal(("New", 0.5, "d"), (patched.Title, patched.Position, patched.Description));
        Assert.Empty(patched.Labels);
        AssertRefused("title_missing", await Store.UpdateTicketAsync(made.Id, new TicketPatch { Title = " " }, Cancel));
        AssertRefused("ticket_not_found", await Store.UpdateTicketAsync(Guid.NewGuid(), new TicketPatch(), Cancel));
    }

    [Fact]
    public async Task Only_the_moves_of_the_table_are_made()
    {
        var project = await ProjectAsync();
        var ticket = (await Store.CreateTicketAsync(new NewTicket { ProjectId = project.Id, Title = "t" }, null, Cancel)).OrThrow().Value;
        Assert.Equal(TicketState.Backlog, ticket.Status);
        Assert.Equal(TicketState.Ready, (await Store.MoveTicketAsync(ticket.Id, TicketTrigger.Ready, Cancel)).OrThrow().Status);
        Assert.Equal(TicketState.Backlog, (await Store.MoveTicketAsync(ticket.Id, TicketTrigger.Shelve, Cancel)).OrThrow().Status);
        AssertRefused("illegal_move", await Store.MoveTicketAsync(ticket.Id, TicketTrigger.Close, Cancel));
        AssertRefused("illegal_move", await Store.MoveTicketAsync(ticket.Id, TicketTrigger.Landed, Cancel));
    }

    [Fact]
    public async Task A_ticket_has_one_unfinished_job()
    {
        var project = await ProjectAsync();
        var job = await SubmitAsync(project.Id);
        AssertRefused("ticket_busy", await Store.SubmitJobAsync(new NewJob { ProjectId = project.Id, TicketId = job.TicketId }, null, Cancel));
        AssertRefused("ticket_busy", await Store.DeleteTicketAsync(job.TicketId, Cancel));
        await Store.ApplyAsync(job.Id, null, new JobInput.CancelAsked("x"), Cancel);
        var again = await SubmitAsync(project.Id, job.TicketId);
        Assert.Equal(job.BranchName, again.BranchName);
        Assert.Equal(again.Id, (await TicketOf(again)).JobId);
    }

    [Fact]
    public async Task A_job_freezes_the_text_of_its_ticket()
    {
        var project = await ProjectAsync();
        var ticket = (await Store.CreateTicketAsync(new NewTicket { ProjectId = project.Id, Title = "Greet", Description = "Say hello.", Agent = "scripted", AgentScript = "s" }, null, Cancel)).OrThrow().Value;
        var job = (await Store.SubmitJobAsync(new NewJob { ProjectId = project.Id, TicketId = ticket.Id, CreatedBy = "sam" }, null, Cancel)).OrThrow().Value;
        await Store.UpdateTicketAsync(ticket.Id, new TicketPatch { Title = "Other", Description = "Other" }, Cancel);
        var stored = await JobAsync(job.Id);
        Assert.Equal(("Greet\n\nSay hello.", "scripted", "s", "sam"), (stored.Prompt, stored.Agent, stored.AgentScript, stored.CreatedBy));
    }

    [Fact]
    public async Task An_unknown_ticket_is_made_under_its_id()
    {
        var project = await ProjectAsync();
        var id = Guid.NewGuid();
        await Store.SubmitJobAsync(new NewJob { ProjectId = project.Id, TicketId = id, Prompt = "First line\nsecond" }, null, Cancel);
        Assert.Equal("First line", (await Store.GetTicketAsync(id, Cancel))!.Title);
        AssertRefused("project_not_found", await Store.SubmitJobAsync(new NewJob { ProjectId = Guid.NewGuid(), TicketId = id, Prompt = "x" }, null, Cancel));
        AssertRefused("title_missing", await Store.SubmitJobAsync(new NewJob { ProjectId = project.Id, TicketId = Guid.NewGuid() }, null, Cancel));
    }

    [Fact]
    public async Task A_follow_up_continues_the_session_and_takes_a_resting_landing_off()
    {
        var project = await ProjectAsync();
        var done = await CompletedAsync(project.Id);
        var landing = (await Store.QueueLandingAsync(done.Id, "sam", "main", Cancel)).OrThrow();
        AssertRefused("ticket_busy", await Store.SubmitJobAsync(new NewJob { ProjectId = project.Id, TicketId = done.TicketId }, null, Cancel));
        await Store.ApplyLandingAsync(landing.Id, new LandingInput.Ejected("let me look"), Cancel);
        var next = (await Store.SubmitJobAsync(new NewJob { ProjectId = project.Id, TicketId = done.TicketId, Continues = done.Id, Message = "shorter" }, null, Cancel)).OrThrow().Value;
        Assert.Equal((done.SessionId, done.BranchName, "shorter"), (next.SessionId, next.BranchName, next.Message));
        Assert.Equal(LandingState.Cancelled, (await Store.GetLandingAsync(landing.Id, Cancel))!.State);
        var ticket = await TicketOf(done);
        Assert.Equal(TicketState.InProgress, ticket.Status);
        Assert.Null(ticket.NeedsYou);
    }

    [Fact]
    public async Task A_ticket_waits_until_what_it_depends_on_has_landed()
    {
        var project = await ProjectAsync();
        var first = await TicketAsync(project.Id, "first");
        var second = await TicketAsync(project.Id, "second", first.Id);
        Assert.Equal([first.Id], second.BlockedBy);
        var waiting = await SubmitAsync(project.Id, second.Id);
        Assert.Equal((JobState.Blocked, QueuedReason.Dependency, JobStatus.Queued), (waiting.State, waiting.QueuedReason, waiting.Status));

        var done = await CompletedAsync(project.Id, ticket: first.Id);
        Assert.Equal(JobState.Blocked, (await JobAsync(waiting.Id)).State);
        await LandAsync(done);
        Assert.Equal(JobState.Queued, (await JobAsync(waiting.Id)).State);
        Assert.Empty((await TicketOf(waiting)).BlockedBy);
        Assert.Equal(waiting.Id, (await ClaimOneAsync()).Id);
    }

    [Fact]
    public async Task A_failed_dependency_blocks_on_and_calls_for_a_person()
    {
        var project = await ProjectAsync();
        var first = await TicketAsync(project.Id, "first");
        var second = await TicketAsync(project.Id, "second", first.Id);
        var waiting = await SubmitAsync(project.Id, second.Id);
        await SubmitAsync(project.Id, first.Id);
        var job = await ClaimOneAsync();
        await ApplyAsync(job, new JobInput.Reported(Report(job, RunOutcome.QaFailed)));
        var ticket = await TicketOf(waiting);
        Assert.Equal(NeedsYouKind.Dependency, ticket.NeedsYou?.Kind);
        Assert.Contains("first", ticket.NeedsYou!.Sentence, StringComparison.Ordinal);
        Assert.Equal(JobState.Blocked, (await JobAsync(waiting.Id)).State);

        var again = await SubmitAsync(project.Id, first.Id);
        Assert.Null((await TicketOf(waiting)).NeedsYou);
        await Store.ApplyAsync(again.Id, null, new JobInput.CancelAsked("x"), Cancel);
        Assert.Equal(NeedsYouKind.Dependency, (await TicketOf(waiting)).NeedsYou?.Kind);

        await Store.RemoveDependencyAsync(second.Id, first.Id, Cancel);
        Assert.Null((await TicketOf(waiting)).NeedsYou);
        Assert.Equal(JobState.Queued, (await JobAsync(waiting.Id)).State);
    }

    [Fact]
    public async Task Closed_or_dropped_without_landing_frees_nobody()
    {
        var project = await ProjectAsync();
        var first = await TicketAsync(project.Id, "first");
        var second = await TicketAsync(project.Id, "second");
        var third = await TicketAsync(project.Id, "third", first.Id, second.Id);
        var waiting = await SubmitAsync(project.Id, third.Id);
        await CompletedAsync(project.Id, QaVerdict.NotRun, first.Id);
        var closed = (await Store.MoveTicketAsync(first.Id, TicketTrigger.Close, Cancel)).OrThrow();
        Assert.Equal((TicketState.Completed, "closed without landing"), (closed.Status, closed.Note));
        Assert.Equal(NeedsYouKind.Dependency, (await TicketOf(waiting)).NeedsYou?.Kind);
        await Store.DeleteTicketAsync(second.Id, Cancel);
        Assert.Null(await Store.GetTicketAsync(second.Id, Cancel));
        Assert.Contains("dropped", (await TicketOf(waiting)).NeedsYou!.Sentence, StringComparison.Ordinal);
        Assert.Equal(JobState.Blocked, (await JobAsync(waiting.Id)).State);
        AssertRefused("illegal_move", await Store.SubmitJobAsync(new NewJob { ProjectId = project.Id, TicketId = first.Id }, null, Cancel));
        AssertRefused("ticket_not_found", await Store.SubmitJobAsync(new NewJob { ProjectId = project.Id, TicketId = second.Id }, null, Cancel));
    }

    [Fact]
    public async Task Circles_and_other_projects_are_refused()
    {
        var project = await ProjectAsync();
        var other = await ProjectAsync(name: "other");
        var first = await TicketAsync(project.Id, "first");
        var second = await TicketAsync(project.Id, "second", first.Id);
        var third = await TicketAsync(project.Id, "third", second.Id);
        var foreign = await TicketAsync(other.Id, "foreign");
        AssertRefused("dependency_cycle", await Store.AddDependencyAsync(first.Id, third.Id, Cancel));
        AssertRefused("dependency_cycle", await Store.AddDependencyAsync(first.Id, first.Id, Cancel));
        AssertRefused("dependency_other_project", await Store.AddDependencyAsync(first.Id, foreign.Id, Cancel));
        AssertRefused("dependency_not_found", await Store.AddDependencyAsync(first.Id, Guid.NewGuid(), Cancel));
        AssertRefused("dependency_not_found", await Store.CreateTicketAsync(new NewTicket { ProjectId = project.Id, Title = "x", DependsOn = [Guid.NewGuid()] }, null, Cancel));
        var tickets = await Store.ListTicketsAsync(new TicketFilter(project.Id), new PageRequest(), Cancel);
        Assert.Equal(3, tickets.Items.Count);
    }

    [Fact]
    public async Task A_dependency_added_while_it_waits_blocks_the_job()
    {
        var project = await ProjectAsync();
        var first = await TicketAsync(project.Id, "first");
        var waiting = await SubmitAsync(project.Id);
        await Store.AddDependencyAsync(waiting.TicketId, first.Id, Cancel);
        Assert.Equal(JobState.Blocked, (await JobAsync(waiting.Id)).State);
        Assert.Empty(await Store.ClaimAsync("worker", 1, Cancel));
        await Store.RemoveDependencyAsync(waiting.TicketId, first.Id, Cancel);
        await ClaimOneAsync();
        AssertRefused("ticket_busy", await Store.AddDependencyAsync(waiting.TicketId, first.Id, Cancel));
    }
}
