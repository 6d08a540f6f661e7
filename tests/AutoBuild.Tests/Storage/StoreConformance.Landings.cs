using AutoBuild.Core.Events;
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
    public async Task Passed_checks_queue_the_landing_where_the_policy_is_auto()
    {
        var project = await ProjectAsync(landing: LandingPolicy.Auto);
        var job = await CompletedAsync(project.Id);
        var landing = Assert.Single((await Store.ListLandingsAsync(new LandingFilter(project.Id), new PageRequest(), Cancel)).Items);
        Assert.Equal((job.Id, LandingState.Queued, "main", "c0ffee", "policy"), (landing.JobId, landing.State, landing.TargetBranch, landing.Commit, landing.ApprovedBy));
        Assert.Null((await TicketOf(job)).NeedsYou);

        var unproved = await CompletedAsync(project.Id, QaVerdict.NotRun);
        Assert.Empty((await Store.ListLandingsAsync(new LandingFilter(JobId: unproved.Id), new PageRequest(), Cancel)).Items);
        Assert.Equal(NeedsYouKind.Review, (await TicketOf(unproved)).NeedsYou?.Kind);
    }

    [Fact]
    public async Task Only_finished_work_lands_and_only_once()
    {
        var project = await ProjectAsync();
        var waiting = await SubmitAsync(project.Id);
        AssertRefused("not_landable", await Store.QueueLandingAsync(waiting.Id, "sam", "main", Cancel));
        AssertRefused("job_not_found", await Store.QueueLandingAsync(Guid.NewGuid(), "sam", "main", Cancel));
        var job = await ClaimOneAsync();
        await ApplyAsync(job, new JobInput.Reported(Report(job, RunOutcome.Changed)));
        var landing = (await Store.QueueLandingAsync(job.Id, "sam", "main", Cancel)).OrThrow();
        Assert.Equal(landing.Id, (await Store.QueueLandingAsync(job.Id, "sam", "main", Cancel)).OrThrow().Id);
        await ThroughAsync(landing);
        AssertRefused("already_landed", await Store.QueueLandingAsync(job.Id, "sam", "main", Cancel));
    }

    [Fact]
    public async Task A_conflict_names_its_files_and_can_be_queued_again()
    {
        var project = await ProjectAsync();
        var job = await CompletedAsync(project.Id);
        var landing = (await Store.QueueLandingAsync(job.Id, "sam", "main", Cancel)).OrThrow();
        await Store.ApplyLandingAsync(landing.Id, new LandingInput.Taken("tip"), Cancel);
        var conflict = (await Store.ApplyLandingAsync(landing.Id, new LandingInput.Conflicted([new LandingConflict("src/a.txt", "content", "base", "ours", "theirs")]), Cancel)).OrThrow();
        Assert.Equal(LandingState.Conflict, conflict.State);
        var ticket = await TicketOf(job);
        Assert.Equal((TicketState.InReview, NeedsYouKind.Conflict), (ticket.Status, ticket.NeedsYou!.Kind));
        Assert.Contains("src/a.txt", ticket.NeedsYou.Sentence, StringComparison.Ordinal);
        Assert.Equal("theirs", Assert.Single((await Store.GetLandingAsync(landing.Id, Cancel))!.Conflicts).Theirs);
        var events = await Store.ReadEventsAsync(0, new EventFilter(Kind: EventKinds.Landing), 100, Cancel);
        Assert.DoesNotContain(events.Events, entry => entry.Data.Contains("theirs\":\"theirs", StringComparison.Ordinal));

        AssertRefused("illegal_landing_transition", await Store.ApplyLandingAsync(landing.Id, new LandingInput.Moved(), Cancel));
        var again = (await Store.QueueLandingAsync(job.Id, "kim", "main", Cancel)).OrThrow();
        Assert.Equal((landing.Id, LandingState.Queued, "kim"), (again.Id, again.State, again.ApprovedBy));
        Assert.True(again.Position > landing.Position);
        Assert.Null((await TicketOf(job)).NeedsYou);
    }

    [Fact]
    public async Task Red_and_ejected_call_for_a_person()
    {
        var project = await ProjectAsync();
        var job = await CompletedAsync(project.Id);
        var landing = (await Store.QueueLandingAsync(job.Id, "sam", "main", Cancel)).OrThrow();
        await Store.ApplyLandingAsync(landing.Id, new LandingInput.Taken("tip"), Cancel);
        await Store.ApplyLandingAsync(landing.Id, new LandingInput.Merged("merged"), Cancel);
        await Store.ApplyLandingAsync(landing.Id, new LandingInput.Failed(Qa(QaVerdict.Failed), "test: 1 failed"), Cancel);
        Assert.Equal(NeedsYouKind.Red, (await TicketOf(job)).NeedsYou?.Kind);
        await Store.ApplyLandingAsync(landing.Id, new LandingInput.Requeued(), Cancel);
        await Store.ApplyLandingAsync(landing.Id, new LandingInput.Ejected("later"), Cancel);
        Assert.Equal(NeedsYouKind.Land, (await TicketOf(job)).NeedsYou?.Kind);
        await Store.ApplyLandingAsync(landing.Id, new LandingInput.Cancelled("no"), Cancel);
        var fresh = (await Store.QueueLandingAsync(job.Id, "sam", "main", Cancel)).OrThrow();
        Assert.NotEqual(landing.Id, fresh.Id);
    }

    [Fact]
    public async Task Each_train_has_one_head_and_a_paused_one_none()
    {
        var project = await ProjectAsync();
        var first = await CompletedAsync(project.Id);
        var second = await CompletedAsync(project.Id);
        var third = await CompletedAsync(project.Id);
        var head = (await Store.QueueLandingAsync(first.Id, "sam", "main", Cancel)).OrThrow();
        var next = (await Store.QueueLandingAsync(second.Id, "sam", "main", Cancel)).OrThrow();
        var other = (await Store.QueueLandingAsync(third.Id, "sam", "release", Cancel)).OrThrow();
        Assert.Equal([head.Id, other.Id], (await Store.ListTrainHeadsAsync(Cancel)).Select(landing => landing.Id));
        await Store.ApplyLandingAsync(head.Id, new LandingInput.Taken("tip"), Cancel);
        Assert.Equal([head.Id, other.Id], (await Store.ListTrainHeadsAsync(Cancel)).Select(landing => landing.Id));
        await Store.ApplyLandingAsync(head.Id, new LandingInput.Conflicted([]), Cancel);
        await Store.SetTrainPausedAsync(project.Id, "release", true, Cancel);
        Assert.Equal([next.Id], (await Store.ListTrainHeadsAsync(Cancel)).Select(landing => landing.Id));
        await Store.SetTrainPausedAsync(project.Id, "release", false, Cancel);
        Assert.Equal(2, (await Store.ListTrainHeadsAsync(Cancel)).Count);
    }
}
