using AutoBuild.Core.Events;
using AutoBuild.Core.Json;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;
using AutoBuild.Core.Worktrees;

namespace AutoBuild.Tests.Storage;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task A_reader_resumes_where_it_was_and_wakes_at_the_commit()
    {
        Assert.Equal(0, await Store.GetLastEventIdAsync(Cancel));
        var waiting = Store.WaitForEventsAsync(0, TimeSpan.FromHours(1), Cancel);
        Assert.False(waiting.IsCompleted);
        var project = await ProjectAsync();
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        var first = await Store.ReadEventsAsync(0, new EventFilter(), 10, Cancel);
        Assert.Equal(project, CoreJson.Read<Project>(Assert.Single(first.Events).Data));
        Assert.False(first.Reset);

        var job = await SubmitAsync(project.Id);
        var rest = await Store.ReadEventsAsync(first.Events[^1].Id, new EventFilter(), 10, Cancel);
        Assert.NotEmpty(rest.Events);
        Assert.DoesNotContain(rest.Events, entry => entry.Kind == EventKinds.Project);
        Assert.Equal(rest.Events[^1].Id, await Store.GetLastEventIdAsync(Cancel));
        var ofJob = await Store.ReadEventsAsync(0, new EventFilter(JobId: job.Id), 10, Cancel);
        Assert.All(ofJob.Events, entry => Assert.Equal(job.Id, entry.JobId));
        Assert.True((await Store.ReadEventsAsync(10_000, new EventFilter(), 10, Cancel)).Reset);
    }

    /// <summary>Were an id to become visible before a smaller one, a reader that has passed it would never see the smaller one.</summary>
    [Fact]
    public async Task Ids_become_visible_in_their_order()
    {
        var project = await ProjectAsync();
        using var written = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var readers = Enumerable.Range(0, 4).Select(reader => Task.Run(() => FollowAsync(pageSize: 1 + (reader * 7), written.Token), Cancel)).ToList();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var number = 0; number < 40; number++)
            {
                await TicketAsync(project.Id);
                // Refused after it has written: its ids are given back.
                await Store.CreateTicketAsync(new NewTicket { ProjectId = project.Id, Title = "x", DependsOn = [Guid.NewGuid()] }, null, Cancel);
            }
        })));
        await written.CancelAsync();

        var all = (await Store.ReadEventsAsync(0, new EventFilter(), 1000, Cancel)).Events.Select(entry => entry.Id).ToList();
        Assert.Equal(321, all.Count);
        Assert.All(await Task.WhenAll(readers), seen => Assert.Equal(all, seen));
    }

    [Fact]
    public async Task A_filter_that_fits_little_is_carried_on_in_pages()
    {
        var (project, other) = (await ProjectAsync(), await ProjectAsync(name: "other"));
        await TicketAsync(other.Id);
        for (var number = 0; number < 5; number++)
        {
            await TicketAsync(project.Id);
        }

        var filter = new EventFilter(ProjectId: other.Id, Kind: EventKinds.Ticket);
        var first = await Store.ReadEventsAsync(0, filter, 1, Cancel);
        Assert.Equal(Assert.Single(first.Events).Id, first.Reached);
        var rest = await Store.ReadEventsAsync(first.Reached, filter, 1, Cancel);
        Assert.Empty(rest.Events);
        Assert.Equal(await Store.GetLastEventIdAsync(Cancel), rest.Reached);
    }

    [Fact]
    public async Task A_reader_of_now_is_not_reset_though_all_before_is_gone()
    {
        await ProjectAsync();
        Clock.Advance(TimeSpan.FromDays(8));
        await Store.PruneEventsAsync(Cancel);

        var now = await Store.GetLastEventIdAsync(Cancel);
        Assert.Equal(1, now);
        Assert.False((await Store.ReadEventsAsync(now, new EventFilter(), 10, Cancel)).Reset);
    }

    private async Task<List<long>> FollowAsync(int pageSize, CancellationToken written)
    {
        var (seen, last) = (new List<long>(), 0L);
        while (true)
        {
            var over = written.IsCancellationRequested;
            var page = await Store.ReadEventsAsync(last, new EventFilter(), pageSize, Cancel);
            seen.AddRange(page.Events.Select(entry => entry.Id));
            last = page.Reached;
            if (over && page.Events.Count == 0)
            {
                return seen;
            }
        }
    }

    [Fact]
    public async Task Waiting_ends_when_its_time_is_up()
    {
        var waiting = Store.WaitForEventsAsync(0, TimeSpan.FromSeconds(10), Cancel);
        Clock.Advance(TimeSpan.FromSeconds(11));
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        Assert.True(waiting.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_refused_call_leaves_no_event()
    {
        var project = await ProjectAsync();
        var last = await Store.GetLastEventIdAsync(Cancel);
        AssertRefused("dependency_not_found", await Store.CreateTicketAsync(new NewTicket { ProjectId = project.Id, Title = "x", DependsOn = [Guid.NewGuid()] }, null, Cancel));
        Assert.Equal(last, await Store.GetLastEventIdAsync(Cancel));
        var waiting = Store.WaitForEventsAsync(last, TimeSpan.FromHours(1), Cancel);
        Assert.False(waiting.IsCompleted);
        Clock.Advance(TimeSpan.FromHours(2));
        await waiting;
    }

    [Fact]
    public async Task Of_a_run_at_most_one_event_a_second_is_kept()
    {
        var project = await ProjectAsync();
        var job = await SubmitAsync(project.Id);
        var other = await SubmitAsync(project.Id);
        for (var index = 0; index < 5; index++)
        {
            await Store.AppendRunEventAsync(job.Id, """{"text":"working"}""", Cancel);
            await Store.AppendRunEventAsync(other.Id, "{}", Cancel);
            Clock.Advance(TimeSpan.FromMilliseconds(500));
        }

        var events = await Store.ReadEventsAsync(0, new EventFilter(JobId: job.Id, Kind: EventKinds.Run), 100, Cancel);
        Assert.Equal(3, events.Events.Count);
        Assert.Equal("""{"text":"working"}""", events.Events[0].Data);
        Assert.Equal(job.TicketId, events.Events[0].TicketId);
    }

    [Fact]
    public async Task A_long_prompt_is_cut_in_events()
    {
        var project = await ProjectAsync();
        var job = (await Store.SubmitJobAsync(new NewJob { ProjectId = project.Id, TicketId = Guid.NewGuid(), TicketTitle = "t", Prompt = new string('x', 5000) }, null, Cancel)).OrThrow().Value;
        Assert.Equal(5000, (await JobAsync(job.Id)).Prompt.Length);
        var events = await Store.ReadEventsAsync(0, new EventFilter(JobId: job.Id), 10, Cancel);
        Assert.All(events.Events, entry => Assert.True(entry.Data.Length < 3000));
    }

    [Fact]
    public async Task Old_events_go_and_a_reader_from_then_is_told()
    {
        var project = await ProjectAsync();
        Clock.Advance(TimeSpan.FromDays(8));
        await TicketAsync(project.Id);
        Assert.Equal(1, await Store.PruneEventsAsync(Cancel));
        Assert.True((await Store.ReadEventsAsync(0, new EventFilter(), 10, Cancel)).Reset);
        var page = await Store.ReadEventsAsync(1, new EventFilter(), 10, Cancel);
        Assert.False(page.Reset);
        Assert.Equal(EventKinds.Ticket, Assert.Single(page.Events).Kind);
        Assert.Equal(0, await Store.PruneEventsAsync(Cancel));
    }

    [Fact]
    public async Task The_same_key_gives_the_same_answer()
    {
        var project = await ProjectAsync();
        var key = new IdempotencyKey("sam", "POST /jobs", "k1", "h1");
        var wanted = new NewJob { ProjectId = project.Id, TicketId = Guid.NewGuid(), Prompt = "x" };
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Store.SubmitJobAsync(wanted, key, Cancel)));
        Assert.Single(answers.Select(answer => answer.OrThrow().Value.Id).Distinct());
        Assert.Equal(7, answers.Count(answer => answer.Value!.Replayed));
        AssertRefused("idempotency_key_reused", await Store.SubmitJobAsync(wanted, key with { RequestHash = "h2" }, Cancel));
        AssertRefused("ticket_busy", await Store.SubmitJobAsync(wanted, key with { Principal = "kim" }, Cancel));
        AssertRefused("ticket_busy", await Store.SubmitJobAsync(wanted, key with { Principal = "kim" }, Cancel));

        var ticketKey = key with { Route = "POST /tickets" };
        var first = (await Store.CreateTicketAsync(new NewTicket { ProjectId = project.Id, Title = "t" }, ticketKey, Cancel)).OrThrow();
        var second = (await Store.CreateTicketAsync(new NewTicket { ProjectId = project.Id, Title = "t" }, ticketKey, Cancel)).OrThrow();
        Assert.Equal((first.Value.Id, false, true), (second.Value.Id, first.Replayed, second.Replayed));
    }

    [Fact]
    public async Task An_answer_is_kept_for_its_key_and_a_week()
    {
        var key = new IdempotencyKey("sam", "POST /worktrees", "k1", "h1");
        Assert.Null((await Store.FindAnswerAsync(key, Cancel)).OrThrow());
        await Store.KeepAnswerAsync(key, new KeptAnswer(201, "/w/1", "{}"), Cancel);
        Assert.Equal(new KeptAnswer(201, "/w/1", "{}"), (await Store.FindAnswerAsync(key, Cancel)).OrThrow());
        AssertRefused("idempotency_key_reused", await Store.FindAnswerAsync(key with { RequestHash = "h2" }, Cancel));
        Assert.Null((await Store.FindAnswerAsync(key with { Principal = "kim" }, Cancel)).OrThrow());
        Clock.Advance(TimeSpan.FromDays(8));
        await Store.PruneEventsAsync(Cancel);
        Assert.Null((await Store.FindAnswerAsync(key, Cancel)).OrThrow());
    }

    [Fact]
    public async Task What_a_key_made_is_found_without_making_anything()
    {
        var key = new IdempotencyKey("sam", "POST /projects", "k1", "h1");
        Assert.Null(await Store.FindMadeProjectAsync(key, Cancel));

        var made = (await Store.CreateProjectAsync(new NewProject { Name = "p", RepoPath = "/p" }, key, Cancel)).OrThrow();
        var found = (await Store.FindMadeProjectAsync(key, Cancel))!.Value.OrThrow();
        Assert.Equal((made.Value.Id, true), (found.Value.Id, found.Replayed));
        AssertRefused("idempotency_key_reused", (await Store.FindMadeProjectAsync(key with { RequestHash = "h2" }, Cancel))!.Value);
    }

    [Fact]
    public async Task A_worktree_goes_through_its_states()
    {
        var project = await ProjectAsync();
        var job = await SubmitAsync(project.Id);
        var worktree = new Worktree
        {
            Id = Guid.CreateVersion7(),
            ProjectId = project.Id,
            TicketId = job.TicketId,
            JobId = job.Id,
            Path = "/srv/trees/1",
            BranchName = job.BranchName,
            BaseCommit = "abc",
            PortBase = 20000,
            CreatedAt = Clock.GetUtcNow(),
            LastUsedAt = Clock.GetUtcNow(),
        };
        await Store.AddWorktreeAsync(worktree, Cancel);
        Assert.Equal(worktree, await Store.GetWorktreeAsync(worktree.Id, Cancel));
        AssertRefused("illegal_worktree_transition", await Store.ApplyWorktreeAsync(worktree.Id, WorktreeTrigger.Dropped, Cancel));
        Assert.Equal(WorktreeState.Cleanup, (await Store.ApplyWorktreeAsync(worktree.Id, WorktreeTrigger.Release, Cancel)).OrThrow().Status);
        Assert.Single(await Store.ListWorktreesAsync(project.Id, Cancel));
        await Store.ApplyWorktreeAsync(worktree.Id, WorktreeTrigger.Dropped, Cancel);
        Assert.Empty(await Store.ListWorktreesAsync(null, Cancel));
        AssertRefused("worktree_not_found", await Store.ApplyWorktreeAsync(Guid.NewGuid(), WorktreeTrigger.Release, Cancel));
    }

    [Fact]
    public async Task A_project_is_dropped_and_comes_back()
    {
        var project = await ProjectAsync();
        var waiting = await SubmitAsync(project.Id);
        var running = await ClaimOneAsync();
        Assert.Equal(waiting.Id, running.Id);
        AssertRefused("project_busy", await Store.DeleteProjectAsync(project.Id, TimeSpan.FromDays(30), Cancel));
        await ApplyAsync(running, new AutoBuild.Core.Jobs.JobInput.Reported(Report(running, AutoBuild.Core.Runs.RunOutcome.Changed)));
        var queued = await SubmitAsync(project.Id);
        var landing = (await Store.QueueLandingAsync(running.Id, "sam", "main", Cancel)).OrThrow();
        var deleted = (await Store.DeleteProjectAsync(project.Id, TimeSpan.FromDays(30), Cancel)).OrThrow();
        Assert.Equal(Clock.GetUtcNow() + TimeSpan.FromDays(30), deleted.ScheduledDeletionAt);
        Assert.Equal(deleted, (await Store.DeleteProjectAsync(project.Id, TimeSpan.FromDays(90), Cancel)).OrThrow());
        Assert.Equal(AutoBuild.Core.Jobs.JobState.Cancelled, (await JobAsync(queued.Id)).State);
        Assert.Equal(AutoBuild.Core.Landings.LandingState.Cancelled, (await Store.GetLandingAsync(landing.Id, Cancel))!.State);
        Assert.Empty((await Store.ListProjectsAsync(new ProjectFilter(), new PageRequest(), Cancel)).Items);
        Assert.Single((await Store.ListProjectsAsync(new ProjectFilter(Deleted: true), new PageRequest(), Cancel)).Items);
        AssertRefused("project_not_found", await Store.SubmitJobAsync(new NewJob { ProjectId = project.Id, TicketId = Guid.NewGuid(), Prompt = "x" }, null, Cancel));
        Assert.Null((await Store.RestoreProjectAsync(project.Id, Cancel)).OrThrow().DeletedAt);
        Assert.Single((await Store.ListProjectsAsync(new ProjectFilter(Source: "/srv/shop"), new PageRequest(), Cancel)).Items);
        AssertRefused("max_parallel_agents_invalid", await Store.UpdateProjectAsync(project.Id, new ProjectPatch { MaxParallelAgents = 0 }, Cancel));
    }
}
