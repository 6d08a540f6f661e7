using AutoBuild.Core.Callbacks;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;

namespace AutoBuild.Tests.Storage;

public abstract partial class StoreConformance
{
    private const string Hook = "https://example.org/hook";

    [Fact]
    public async Task A_callback_ends_its_attempt_once()
    {
        var project = await ProjectAsync(landing: LandingPolicy.Auto);
        await SubmitAsync(project.Id);
        var job = await ClaimOneAsync();
        var taken = (await Store.TakeCallbackAsync(From(job, RunOutcome.Changed), null, Cancel)).OrThrow();
        Assert.Equal((CallbackFate.Applied, JobState.Completed, "https://example.org/pull/5"), (taken.Fate, taken.Job.State, taken.Job.PrUrl));
        Assert.Equal(CallbackFate.Repeated, (await Store.TakeCallbackAsync(From(job, RunOutcome.Changed), null, Cancel)).OrThrow().Fate);
        AssertRefused("callback_differs", await Store.TakeCallbackAsync(From(job, RunOutcome.AgentError) with { BodyHash = "other" }, null, Cancel));
        var ticket = await TicketOf(job);
        Assert.Equal((TicketState.InReview, "https://example.org/pull/5", 5, NeedsYouKind.Review), (ticket.Status, ticket.PrUrl, ticket.PrNumber, ticket.NeedsYou!.Kind));
        // Passed by its own word and with a commit that nobody here has: it does not land by itself.
        Assert.Empty((await Store.ListLandingsAsync(new LandingFilter(JobId: job.Id), new PageRequest(), Cancel)).Items);
    }

    [Fact]
    public async Task A_callback_of_an_attempt_that_is_over_changes_nothing()
    {
        var project = await ProjectAsync();
        await SubmitAsync(project.Id);
        var first = await ClaimOneAsync();
        var waiting = await ApplyAsync(first, new JobInput.Lost("gone", true));
        AssertRefused("stale_attempt", await Store.TakeCallbackAsync(From(first, RunOutcome.Changed), null, Cancel));
        Clock.Advance(waiting.RetryAt!.Value - Clock.GetUtcNow());
        await Store.PromoteDueAsync(Cancel);
        var second = await ClaimOneAsync();
        AssertRefused("stale_attempt", await Store.JudgeCallbackAsync(From(first, RunOutcome.Changed), Cancel));
        AssertRefused("stale_attempt", await Store.TakeCallbackAsync(From(second, RunOutcome.Changed) with { Attempt = 3 }, null, Cancel));
        AssertRefused("job_not_found", await Store.TakeCallbackAsync(From(second, RunOutcome.Changed) with { JobId = Guid.NewGuid() }, null, Cancel));
        Assert.Equal(JobState.Dispatched, (await JobAsync(second.Id)).State);
        Assert.Empty(await Store.ListReceivedCallbacksAsync(first.Id, Cancel));
        Assert.Equal(CallbackFate.Open, (await Store.JudgeCallbackAsync(From(second, RunOutcome.Changed), Cancel)).OrThrow().Fate);
    }

    [Fact]
    public async Task A_callback_after_a_cancel_is_late_in_every_state()
    {
        var project = await ProjectAsync();
        await SubmitAsync(project.Id);
        var job = await ClaimOneAsync();
        await ApplyAsync(job, new JobInput.CancelAsked("enough"), fenced: false);
        Assert.Equal(CallbackFate.Late, (await Store.TakeCallbackAsync(From(job, RunOutcome.Changed), null, Cancel)).OrThrow().Fate);
        var ended = await ApplyAsync(job, new JobInput.AgentGone());
        Assert.Equal((JobState.Cancelled, true, null), (ended.State, ended.LateSuccess, ended.PrUrl));
        Assert.Equal(CallbackFate.Late, (await Store.TakeCallbackAsync(From(job, RunOutcome.Changed), null, Cancel)).OrThrow().Fate);
        Assert.True(Assert.Single(await Store.ListReceivedCallbacksAsync(job.Id, Cancel)).Late);

        await SubmitAsync(project.Id);
        var stopped = await ClaimOneAsync();
        await ApplyAsync(stopped, new JobInput.Overdue());
        AssertRefused("stale_attempt", await Store.TakeCallbackAsync(From(stopped, RunOutcome.Changed), null, Cancel));
    }

    [Fact]
    public async Task Every_end_is_owed_to_the_receiver_and_nothing_else_is()
    {
        var project = await ProjectAsync();
        await SubmitAsync(project.Id);
        var silent = await ClaimOneAsync();
        await ApplyAsync(silent, new JobInput.Reported(Report(silent, RunOutcome.Changed)));
        Assert.Empty(await Store.ListDeliveriesAsync(silent.Id, Cancel));

        foreach (var (input, word) in new (Func<Job, JobInput>, string)[]
        {
            (job => new JobInput.Reported(Report(job, RunOutcome.Changed)), "completed"),
            (job => new JobInput.Reported(Report(job, RunOutcome.NoChanges)), "failed"),
            (job => new JobInput.LaunchFailed("branch_missing", "none", Retry: false), "failed"),
        })
        {
            var job = await OwingAsync(project.Id);
            await ApplyAsync(job, new JobInput.Heartbeat(TimeSpan.FromMinutes(1)));
            Assert.Empty(await Store.ListDeliveriesAsync(job.Id, Cancel));
            await ApplyAsync(job, input(job));
            var owed = Assert.Single(await Store.ListDeliveriesAsync(job.Id, Cancel));
            Assert.Equal(($"job.{word}", Hook, 0, "sealed"), (owed.Event, owed.Url, owed.Tries, owed.SealedSecret));
        }

        var deleted = await Store.SubmitJobAsync(new NewJob { ProjectId = project.Id, TicketId = Guid.CreateVersion7(), Prompt = "x", CallbackUrl = Hook }, null, Cancel);
        (await Store.DeleteProjectAsync(project.Id, TimeSpan.FromDays(1), Cancel)).OrThrow();
        Assert.Equal("job.cancelled", Assert.Single(await Store.ListDeliveriesAsync(deleted.OrThrow().Value.Id, Cancel)).Event);
    }

    [Fact]
    public async Task A_retry_of_the_machine_is_no_end()
    {
        var project = await ProjectAsync();
        var job = await OwingAsync(project.Id);
        await ApplyAsync(job, new JobInput.Reported(Report(job, RunOutcome.AgentError)));
        Assert.Equal(JobState.RetryWait, (await JobAsync(job.Id)).State);
        Assert.Empty(await Store.ListDeliveriesAsync(job.Id, Cancel));
    }

    [Fact]
    public async Task Neither_the_end_nor_what_is_owed_for_it_is_ever_without_the_other()
    {
        var project = await ProjectAsync(cap: 64);
        var random = new Random(7);
        for (var round = 0; round < 12; round++)
        {
            var job = await OwingAsync(project.Id);
            if (FailSoon(random))
            {
                await Record.ExceptionAsync(() => Store.TakeCallbackAsync(From(job, RunOutcome.Changed), null, Cancel));
                FailNoMore();
            }

            var (over, owed, received) = ((await JobAsync(job.Id)).State.IsOver(), (await Store.ListDeliveriesAsync(job.Id, Cancel)).Count, (await Store.ListReceivedCallbacksAsync(job.Id, Cancel)).Count);
            Assert.Equal(over ? (1, 1) : (0, 0), (owed, received));
            Assert.Equal(over ? CallbackFate.Repeated : CallbackFate.Applied, (await Store.TakeCallbackAsync(From(job, RunOutcome.Changed), null, Cancel)).OrThrow().Fate);
            Assert.Single(await Store.ListDeliveriesAsync(job.Id, Cancel));
        }
    }

    [Fact]
    public async Task A_host_with_a_long_list_leaves_others_their_turn()
    {
        var project = await ProjectAsync(cap: 64);
        for (var count = 0; count < 10; count++)
        {
            var job = await OwingAsync(project.Id);
            await ApplyAsync(job, new JobInput.Reported(Report(job, RunOutcome.NoChanges)));
        }

        var other = await OwingAsync(project.Id, "https://other.example/hook");
        await ApplyAsync(other, new JobInput.Reported(Report(other, RunOutcome.NoChanges)));
        var due = await Store.ListDueDeliveriesAsync(2, Cancel);
        Assert.Equal(3, due.Count);
        Assert.Contains(due, delivery => delivery.JobId == other.Id);
        await Store.RecordDeliveryAsync(due[0].Id, new DeliveryTry(null, "no answer", Clock.GetUtcNow() + TimeSpan.FromSeconds(5)), Cancel);
        Assert.DoesNotContain(await Store.ListDueDeliveriesAsync(2, Cancel), delivery => delivery.Id == due[0].Id);
        await ReopenAsync();
        Assert.Equal((1, "no answer"), (await Store.ListDeliveriesAsync(due[0].JobId, Cancel)) is [var tried] ? (tried.Tries, tried.LastError) : default);
    }

    private async Task<Job> OwingAsync(Guid project, string url = Hook)
    {
        (await Store.SubmitJobAsync(new NewJob { ProjectId = project, TicketId = Guid.CreateVersion7(), Prompt = "do it", CallbackUrl = url, CallbackSecret = "sealed" }, null, Cancel)).OrThrow();
        return await ClaimOneAsync();
    }

    private static RunnerCallback From(Job job, RunOutcome outcome) => new(job.Id, job.Attempt, "hash", outcome == RunOutcome.Changed ? CallbackStatus.Success : CallbackStatus.Error,
        new RunElsewhere("77", "https://example.org/pull/5", 5),
        new RunReport { JobId = job.Id, Attempt = job.Attempt, Outcome = outcome, Qa = new QaReport { Verdict = QaVerdict.Passed, Commit = "c0ffee" } });
}
