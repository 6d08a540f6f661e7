using AutoBuild.Core.Jobs;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;

namespace AutoBuild.Tests.Storage;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task A_stale_fence_changes_nothing()
    {
        var project = await ProjectAsync();
        await SubmitAsync(project.Id);
        var first = await ClaimOneAsync();
        await ApplyAsync(first, new JobInput.Lost("gone", AgentStarted: true));
        Clock.Advance(TimeSpan.FromMinutes(10));
        await Store.PromoteDueAsync(Cancel);
        var second = await ClaimOneAsync();
        Assert.Equal(first.Id, second.Id);
        Assert.True(second.Fence > first.Fence);

        AssertRefused("stale_fence", await Store.ApplyAsync(first.Id, first.Fence, new JobInput.Reported(Report(first, RunOutcome.Changed)), Cancel));
        Assert.False(await Store.NoteAsync(first.Id, first.Fence, new JobNote { Phase = RunPhase.Qa }, Cancel));
        Assert.Empty(await Store.RenewAsync([(first.Id, first.Fence)], Cancel));
        Assert.Equal(JobState.Dispatched, (await JobAsync(first.Id)).State);
        Assert.Equal([AttemptOutcome.Lost, null], (await JobAsync(first.Id)).Attempts.Select(attempt => attempt.Outcome));
    }

    [Fact]
    public async Task An_ended_job_never_changes()
    {
        var project = await ProjectAsync();
        var done = await CompletedAsync(project.Id);
        var before = await JobAsync(done.Id);
        JobInput[] inputs =
        [
            new JobInput.Reported(Report(done, RunOutcome.NoChanges)), new JobInput.Heartbeat(Queue.Lease), new JobInput.Lost("x", true), new JobInput.LeaseExpired(), new JobInput.Overdue(),
            new JobInput.CancelAsked("x"), new JobInput.AgentGone(), new JobInput.Due(true), new JobInput.LaunchFailed("x", "x"), new JobInput.DependenciesLanded(),
        ];
        foreach (var input in inputs)
        {
            Assert.False((await Store.ApplyAsync(done.Id, done.Fence, input, Cancel)).Done, input.GetType().Name);
        }

        Assert.Equivalent(before, await JobAsync(done.Id), strict: true);
    }

    [Fact]
    public async Task A_lease_that_ran_out_is_found_by_the_stores_clock()
    {
        var project = await ProjectAsync();
        await SubmitAsync(project.Id);
        await SubmitAsync(project.Id);
        var claimed = await Store.ClaimAsync("worker", 2, Cancel);
        Clock.Advance(Queue.Lease - TimeSpan.FromSeconds(1));
        Assert.Empty(await Store.ListExpiredAsync(Cancel));
        var renewed = Assert.Single(await Store.RenewAsync([(claimed[0].Id, claimed[0].Fence)], Cancel));
        Assert.Equal(JobState.Running, renewed.State);
        Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(claimed[1].Id, Assert.Single(await Store.ListExpiredAsync(Cancel)).Id);
        Assert.Equal(2, (await Store.ListActiveJobsAsync(Cancel)).Count);
    }

    [Fact]
    public async Task A_lease_renewed_after_it_was_found_expired_holds()
    {
        var project = await ProjectAsync();
        await SubmitAsync(project.Id);
        var job = await ClaimOneAsync();
        Clock.Advance(Queue.Lease + TimeSpan.FromSeconds(1));
        Assert.Single(await Store.ListExpiredAsync(Cancel));
        await Store.RenewAsync([(job.Id, job.Fence)], Cancel);

        AssertRefused("lease_renewed", await Store.ApplyAsync(job.Id, job.Fence, new JobInput.LeaseExpired(), Cancel));

        Assert.Equal(JobState.Running, (await JobAsync(job.Id)).State);
        Clock.Advance(Queue.Lease + TimeSpan.FromSeconds(1));
        Assert.Equal(JobState.RetryWait, (await Store.ApplyAsync(job.Id, job.Fence, new JobInput.LeaseExpired(), Cancel)).OrThrow().State);
    }

    [Fact]
    public async Task A_jump_of_the_wall_clock_loses_nobody()
    {
        var project = await ProjectAsync();
        await SubmitAsync(project.Id);
        var job = await ClaimOneAsync();
        Clock.JumpWall(TimeSpan.FromHours(1));
        Assert.Empty(await Store.ListExpiredAsync(Cancel));
        Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Empty(await Store.ListExpiredAsync(Cancel));
        Clock.Advance(Queue.Lease);
        Assert.Equal(job.Id, Assert.Single(await Store.ListExpiredAsync(Cancel)).Id);
    }

    [Fact]
    public async Task Failures_are_retried_with_backoff_and_end_at_the_last()
    {
        var project = await ProjectAsync();
        var job = await SubmitAsync(project.Id);
        for (var attempt = 1; attempt <= Queue.MaxAttempts; attempt++)
        {
            var claimed = await ClaimOneAsync();
            Assert.Equal(attempt, claimed.Attempt);
            var after = await ApplyAsync(claimed, new JobInput.Reported(Report(claimed, RunOutcome.AgentError) with { Error = new RunError("agent_crashed", "exit 9") }));
            if (attempt < Queue.MaxAttempts)
            {
                Assert.Equal(JobState.RetryWait, after.State);
                var wait = (after.RetryAt!.Value - Clock.GetUtcNow()).TotalSeconds;
                var expected = 5 * Math.Pow(2, attempt - 1);
                Assert.InRange(wait, expected * 0.49, expected * 1.51);
                Assert.Equal(0, await Store.PromoteDueAsync(Cancel));
                Clock.Advance(TimeSpan.FromSeconds(wait + 1));
                Assert.Equal(1, await Store.PromoteDueAsync(Cancel));
            }
            else
            {
                Assert.Equal(JobState.Failed, after.State);
            }
        }

        var ended = await JobAsync(job.Id);
        Assert.Equal(3, ended.RetryCount);
        Assert.Equal(4, ended.Attempts.Count);
        Assert.Equal(1m, ended.Usage.CostUsd);
        var ticket = await TicketOf(job);
        Assert.Equal((TicketState.Failed, NeedsYouKind.Error), (ticket.Status, ticket.NeedsYou!.Kind));
        Assert.Contains("exit 9", ticket.NeedsYou.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(JobState.Pending)]
    [InlineData(JobState.Blocked)]
    [InlineData(JobState.Queued)]
    [InlineData(JobState.Dispatched)]
    [InlineData(JobState.Running)]
    [InlineData(JobState.Cancelling)]
    [InlineData(JobState.RetryWait)]
    public async Task Every_unfinished_state_can_be_cancelled(JobState state)
    {
        var job = await InStateAsync(state);
        Assert.Equal(state, job.State);
        var asked = (await Store.ApplyAsync(job.Id, null, new JobInput.CancelAsked("changed my mind"), Cancel)).OrThrow();
        if (state.IsActive())
        {
            Assert.Equal(JobState.Cancelling, asked.State);
            Assert.NotNull(Assert.Single(await Store.RenewAsync([(job.Id, job.Fence)], Cancel)).CancelRequestedAt);
            asked = await ApplyAsync(job, new JobInput.AgentGone());
        }

        Assert.Equal(JobState.Cancelled, asked.State);
        Assert.Equal("changed my mind", asked.CancelReason);
        Assert.Equal(TicketState.Ready, (await TicketOf(job)).Status);
        AssertRefused("job_already_finished", await Store.ApplyAsync(job.Id, null, new JobInput.CancelAsked("again"), Cancel));
        Assert.Equal(1, (await Store.GetQueueStatsAsync(Cancel)).CancelledJobs);
    }

    [Fact]
    public async Task A_success_after_a_cancel_stays_cancelled()
    {
        var project = await ProjectAsync();
        await SubmitAsync(project.Id);
        var job = await ClaimOneAsync();
        await ApplyAsync(job, new JobInput.CancelAsked("stop"), fenced: false);
        var late = await ApplyAsync(job, new JobInput.Reported(Report(job, RunOutcome.Changed)));
        Assert.Equal(JobState.Cancelled, late.State);
        Assert.True(late.LateSuccess);
        AssertRefused("not_landable", await Store.QueueLandingAsync(job.Id, "sam", "main", Cancel));
    }

    [Fact]
    public async Task An_overdue_attempt_is_stopped_and_tried_again()
    {
        var project = await ProjectAsync();
        await SubmitAsync(project.Id);
        var job = await ClaimOneAsync();
        await ApplyAsync(job, new JobInput.Heartbeat(Queue.Lease));
        Assert.Equal(JobState.Cancelling, (await ApplyAsync(job, new JobInput.Overdue())).State);
        Assert.Equal(JobState.RetryWait, (await ApplyAsync(job, new JobInput.AgentGone())).State);
        Assert.Equal(AttemptOutcome.TimedOut, Assert.Single((await JobAsync(job.Id)).Attempts).Outcome);
    }

    /// <summary>A limit that one job met holds all of its agent, nobody else's, over a restart; then the one that met it goes first.</summary>
    [Fact]
    public async Task A_limit_holds_the_other_jobs_of_its_agent()
    {
        var project = await ProjectAsync();
        var met = await SubmitAsync(project.Id, agent: "claude");
        var other = await SubmitAsync(project.Id, agent: "claude");
        var stranger = await SubmitAsync(project.Id, agent: "codex");
        var reset = Clock.GetUtcNow() + TimeSpan.FromHours(2);
        var claimed = (await Store.ClaimAsync("w", 1, Cancel)).Single();
        await ApplyAsync(claimed, new JobInput.Reported(Report(claimed, RunOutcome.Quota) with { ResetAt = reset, Error = new RunError("quota", "Used up.", Retry: false) }));

        Assert.Equal([stranger.Id], (await Store.ClaimAsync("w", 5, Cancel)).Select(job => job.Id));
        var held = await JobAsync(other.Id);
        Assert.Equal((met.Id, JobState.RetryWait, "agent_held", 0), (claimed.Id, held.State, held.ErrorCode, held.Attempt));
        Assert.Null((await TicketOf(held)).NeedsYou);

        Clock.Advance(TimeSpan.FromHours(2));
        await Store.PromoteDueAsync(Cancel);
        Assert.Equal([met.Id], (await Store.ClaimAsync("w", 5, Cancel)).Select(job => job.Id));
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Store.PromoteDueAsync(Cancel);
        Assert.Equal([other.Id], (await Store.ClaimAsync("w", 5, Cancel)).Select(job => job.Id));
        Assert.Empty(await Store.CheckInvariantsAsync(Cancel));
    }

    /// <summary>Only what runs holds back: when it has ended the next may go, and an hour is enough in any case.</summary>
    [Fact]
    public async Task A_job_waits_for_a_running_one_that_touches_the_same_files()
    {
        Queue = Queue with { HoldOverlaps = true };
        await ReopenAsync();
        var project = await ProjectAsync(cap: 5);
        var first = await SubmitAsync(project.Id, await TouchingAsync(project.Id, "src/api/**"));
        var second = await SubmitAsync(project.Id, await TouchingAsync(project.Id, "docs", "src/api/Start.cs"));
        var third = await SubmitAsync(project.Id, await TouchingAsync(project.Id, "src/api"));
        var apart = await SubmitAsync(project.Id, await TouchingAsync(project.Id, "src/web/*.ts"));

        var claimed = await Store.ClaimAsync("w", 5, Cancel);
        Assert.Equal([first.Id, apart.Id], claimed.Select(job => job.Id));
        var held = await JobAsync(second.Id);
        Assert.Equal((JobState.RetryWait, QueuedReason.Overlap, "overlap_held", 0), (held.State, held.QueuedReason, held.ErrorCode, held.Attempt));
        Assert.Contains($"{first.TicketId}", held.ErrorMessage, StringComparison.Ordinal);

        await ApplyAsync(claimed[0], new JobInput.Reported(Report(claimed[0], RunOutcome.NoChanges)));
        await Store.PromoteDueAsync(Cancel);
        Assert.Equal([second.Id], (await Store.ClaimAsync("w", 5, Cancel)).Select(job => job.Id));
        Assert.Equal((null, null), ((await JobAsync(second.Id)).ErrorCode, (await JobAsync(second.Id)).QueuedReason));

        Clock.Advance(TimeSpan.FromHours(1));
        await Store.PromoteDueAsync(Cancel);
        Assert.Equal([third.Id], (await Store.ClaimAsync("w", 5, Cancel)).Select(job => job.Id));
    }

    [Fact]
    public async Task Nothing_is_held_for_its_files_unless_that_is_asked_for()
    {
        var project = await ProjectAsync();
        await SubmitAsync(project.Id, await TouchingAsync(project.Id, "a"));
        await SubmitAsync(project.Id, await TouchingAsync(project.Id, "a"));

        Assert.Equal(2, (await Store.ClaimAsync("w", 5, Cancel)).Count);
    }

    [Fact]
    public async Task A_quota_is_waited_out_without_a_charge()
    {
        var project = await ProjectAsync();
        await SubmitAsync(project.Id);
        var job = await ClaimOneAsync();
        var reset = Clock.GetUtcNow() + TimeSpan.FromHours(2);
        var waiting = await ApplyAsync(job, new JobInput.Reported(Report(job, RunOutcome.Quota) with { ResetAt = reset }));
        Assert.Equal((JobState.RetryWait, QueuedReason.RateLimit, reset), (waiting.State, waiting.QueuedReason, waiting.RetryAt));
        Assert.Equal(0, waiting.RetryCount);
        Assert.Equal(NeedsYouKind.Quota, (await TicketOf(job)).NeedsYou?.Kind);
        Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, await Store.PromoteDueAsync(Cancel));
        Assert.Null((await TicketOf(job)).NeedsYou);
        Assert.Equal(2, (await ClaimOneAsync()).Attempt);
    }

    [Theory]
    [InlineData(RunOutcome.Changed, QaVerdict.Passed, TicketState.InReview, NeedsYouKind.Land)]
    [InlineData(RunOutcome.Changed, QaVerdict.NotRun, TicketState.InReview, NeedsYouKind.Review)]
    [InlineData(RunOutcome.NeedsInput, QaVerdict.NotRun, TicketState.InReview, NeedsYouKind.Question)]
    [InlineData(RunOutcome.QaFailed, QaVerdict.Failed, TicketState.Failed, NeedsYouKind.QaFailed)]
    [InlineData(RunOutcome.NoChanges, QaVerdict.NotRun, TicketState.Failed, NeedsYouKind.Error)]
    public async Task An_end_moves_the_ticket_and_says_what_a_person_has_to_do(RunOutcome outcome, QaVerdict verdict, TicketState state, NeedsYouKind needs)
    {
        var project = await ProjectAsync();
        await SubmitAsync(project.Id);
        var job = await ClaimOneAsync();
        await ApplyAsync(job, new JobInput.Reported(Report(job, outcome, verdict)));
        var ticket = await TicketOf(job);
        Assert.Equal((state, needs), (ticket.Status, ticket.NeedsYou!.Kind));
        Assert.NotEmpty(ticket.NeedsYou.Sentence);
    }

    [Fact]
    public async Task A_job_waits_for_its_hour()
    {
        var project = await ProjectAsync();
        var ticket = await TicketAsync(project.Id);
        var hour = Clock.GetUtcNow() + TimeSpan.FromHours(1);
        var job = (await Store.SubmitJobAsync(new NewJob { ProjectId = project.Id, TicketId = ticket.Id, RunAt = hour }, null, Cancel)).OrThrow().Value;
        Assert.Equal(JobState.Pending, job.State);
        Assert.Empty(await Store.ClaimAsync("worker", 1, Cancel));
        Assert.Equal(0, await Store.PromoteDueAsync(Cancel));
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, await Store.PromoteDueAsync(Cancel));
        Assert.Equal(job.Id, (await ClaimOneAsync()).Id);
    }

    [Fact]
    public async Task Notes_and_offsets_are_kept()
    {
        var project = await ProjectAsync();
        await SubmitAsync(project.Id);
        var job = await ClaimOneAsync();
        Assert.Equal(0, await Store.GetTailOffsetAsync(job.Id, 1, Cancel));
        await Store.SetTailOffsetAsync(job.Id, 1, 4711, Cancel);
        Assert.Equal(4711, await Store.GetTailOffsetAsync(job.Id, 1, Cancel));
        Assert.True(await Store.NoteAsync(job.Id, job.Fence, new JobNote { Phase = RunPhase.Agent, BaseCommit = "abc", SessionId = "s" }, Cancel));
        var noted = await JobAsync(job.Id);
        Assert.Equal((RunPhase.Agent, "abc", "s"), (noted.Phase, noted.BaseCommit, noted.SessionId));
    }

    [Fact]
    public async Task Figures_come_from_the_whole_queue()
    {
        var project = await ProjectAsync();
        await CompletedAsync(project.Id);
        await SubmitAsync(project.Id, priority: Priority.High);
        Clock.Advance(TimeSpan.FromSeconds(5));
        await SubmitAsync(project.Id, priority: Priority.Low);
        await ClaimOneAsync();
        await SubmitAsync(project.Id, priority: Priority.Low);
        var stats = await Store.GetQueueStatsAsync(Cancel);
        Assert.Equal((4, 2, 1, 1), (stats.TotalJobs, stats.PendingJobs, stats.RunningJobs, stats.CompletedJobs));
        Assert.Equal(3, stats.JobsByProject[project.Id]);
        Assert.Equal(2, stats.ByPriority[Priority.Low]);
        Assert.Equal(0, stats.OldestPendingSeconds);
        Assert.Equal(12, stats.MaxWorkers);
    }

    [Fact]
    public async Task Lists_are_cut_into_pages_newest_first()
    {
        var project = await ProjectAsync();
        var ids = new List<Guid>();
        for (var index = 0; index < 5; index++)
        {
            ids.Add((await SubmitAsync(project.Id)).Id);
        }

        var seen = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await Store.ListJobsAsync(new JobFilter(project.Id), new PageRequest(2, cursor), Cancel);
            seen.AddRange(page.Items.Select(job => job.Id));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        ids.Reverse();
        Assert.Equal(ids, seen);
        var fault = await Assert.ThrowsAsync<AutoBuild.Core.AutoBuildException>(() => Store.ListJobsAsync(new JobFilter(), new PageRequest(2, "???"), Cancel));
        Assert.Equal("cursor_invalid", fault.Code);
    }

    private async Task<Job> InStateAsync(JobState state)
    {
        var project = await ProjectAsync();
        var other = await TicketAsync(project.Id, "the other");
        var ticket = state == JobState.Blocked ? await TicketAsync(project.Id, "waits", other.Id) : await TicketAsync(project.Id);
        var runAt = state == JobState.Pending ? Clock.GetUtcNow() + TimeSpan.FromHours(1) : (DateTimeOffset?)null;
        var job = (await Store.SubmitJobAsync(new NewJob { ProjectId = project.Id, TicketId = ticket.Id, RunAt = runAt }, null, Cancel)).OrThrow().Value;
        return state is JobState.Pending or JobState.Blocked or JobState.Queued ? job : await StartedAsync(await ClaimOneAsync(), state);
    }

    private async Task<Job> StartedAsync(Job job, JobState state) => state switch
    {
        JobState.Running => await ApplyAsync(job, new JobInput.Heartbeat(Queue.Lease)),
        JobState.Cancelling => await ApplyAsync(job, new JobInput.Overdue()),
        JobState.RetryWait => await ApplyAsync(job, new JobInput.LaunchFailed("agent_missing", "not there")),
        _ => job,
    };

    private async Task<Guid> TouchingAsync(Guid project, params string[] touches) =>
        (await Store.CreateTicketAsync(new NewTicket { ProjectId = project, Title = "x", Status = TicketState.Ready, Touches = touches }, null, Cancel)).OrThrow().Value.Id;
}
