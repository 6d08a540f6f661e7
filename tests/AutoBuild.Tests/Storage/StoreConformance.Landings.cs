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

    [Theory]
    [InlineData(RunOutcome.Changed)]
    [InlineData(RunOutcome.QaFailed)]
    public async Task What_was_said_too_late_is_gone_on_with_in_the_same_transaction(RunOutcome outcome)
    {
        var project = await ProjectAsync(landing: LandingPolicy.Auto);
        await SubmitAsync(project.Id);
        var job = await ClaimOneAsync();
        var said = new NewJob { ProjectId = job.ProjectId, TicketId = job.TicketId, Prompt = job.Prompt, Continues = job.Id, Message = "and more" };
        AssertRefused("stale_fence", await Store.EndAsync(job.Id, job.Fence - 1, new JobInput.Reported(Report(job, outcome)), said, Cancel));
        Assert.Single((await Store.ListJobsAsync(new JobFilter(), new PageRequest(), Cancel)).Items);

        Assert.True((await Store.EndAsync(job.Id, job.Fence, new JobInput.Reported(Report(job, outcome)), said, Cancel)).OrThrow().State.IsOver());

        var next = (await Store.ListJobsAsync(new JobFilter(Status: JobStatus.Pending), new PageRequest(), Cancel)).Items.Single();
        Assert.Equal((job.Id, "and more", job.TicketId), (next.Continues, next.Message, next.TicketId));
        Assert.Equal((TicketState.InProgress, next.Id), await TicketOf(job) is var ticket ? (ticket.Status, ticket.JobId!.Value) : default);
        Assert.DoesNotContain((await Store.ListLandingsAsync(new LandingFilter(), new PageRequest(), Cancel)).Items, landing => LandingMachine.IsOpen(landing.State));
    }

    [Fact]
    public async Task Neither_a_cancelled_job_nor_one_that_is_tried_again_is_gone_on_with()
    {
        var project = await ProjectAsync();
        await SubmitAsync(project.Id);
        var job = await ClaimOneAsync();
        var said = new NewJob { ProjectId = job.ProjectId, TicketId = job.TicketId, Continues = job.Id, Message = "and more" };
        Assert.Equal(JobState.RetryWait, (await Store.EndAsync(job.Id, job.Fence, new JobInput.Lost("gone", true), said, Cancel)).OrThrow().State);
        await ApplyAsync(job, new JobInput.CancelAsked("no"), fenced: false);
        await SubmitAsync(project.Id);
        var other = await ClaimOneAsync();
        await ApplyAsync(other, new JobInput.CancelAsked("no"));
        Assert.Equal(JobState.Cancelled, (await Store.EndAsync(other.Id, other.Fence, new JobInput.AgentGone(), said with { TicketId = other.TicketId }, Cancel)).OrThrow().State);
        Assert.Equal(2, (await Store.ListJobsAsync(new JobFilter(), new PageRequest(), Cancel)).Items.Count);
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
    public async Task What_was_resolved_stays_with_the_landing_and_its_texts_stay_out_of_the_events()
    {
        var job = await CompletedAsync((await ProjectAsync()).Id);
        var landing = (await Store.QueueLandingAsync(job.Id, "policy", "main", Cancel)).OrThrow();
        async Task<Landing> TellAsync(LandingInput input) => (await Store.ApplyLandingAsync(landing.Id, input, Cancel)).OrThrow();
        await TellAsync(new LandingInput.Taken("tip"));
        var guessed = Resolved("src/a.txt", ChunkTier.B, "guessed text");
        await TellAsync(new LandingInput.Merged("merged") { Resolved = [guessed, Resolved("src/b.txt", ChunkTier.A, "strict text")] });

        var doubted = await TellAsync(new LandingInput.Conflicted([guessed.Doubted()]) { Onto = "tip2", Resolved = [Resolved("src/b.txt", ChunkTier.A, "strict text")], Qa = Qa(QaVerdict.Failed), Error = "Checks fail." });

        Assert.Equal((LandingState.Conflict, "tip2", "Checks fail.", QaVerdict.Failed), (doubted.State, doubted.OntoCommit, doubted.Error, doubted.Qa!.Verdict));
        Assert.True(Assert.Single(doubted.Conflicts).IsOpen());
        var answered = await TellAsync(new LandingInput.Answered([guessed with { Chunks = [guessed.Chunks[0] with { By = ChunkStage.Person }] }]));
        Assert.Equal((LandingState.Conflict, false, false), (answered.State, answered.Conflicts[0].IsOpen(), answered.Conflicts[0].IsGuessed()));
        var again = await TellAsync(new LandingInput.Requeued { By = "kim", Resolved = [.. answered.Resolved, .. answered.Conflicts] });
        await TellAsync(new LandingInput.Taken("tip3"));
        await TellAsync(new LandingInput.StartOver("moved"));
        Assert.Equal("kim", again.ApprovedBy);
        var kept = (await Store.GetLandingAsync(landing.Id, Cancel))!.Resolved;
        Assert.Equal(["src/b.txt", "src/a.txt"], kept.Select(file => file.Path));
        Assert.Equal("guessed text", kept[1].Chunks[0].Proposals[0].Text);
        var events = await Store.ReadEventsAsync(0, new EventFilter(Kind: EventKinds.Landing), 100, Cancel);
        Assert.DoesNotContain(events.Events, entry => entry.Data.Contains(" text", StringComparison.Ordinal));
        Assert.Contains(events.Events, entry => entry.Data.Contains("\"rule\":\"some_rule\"", StringComparison.Ordinal));
    }

    private static LandingConflict Resolved(string path, ChunkTier tier, string text) => new(path, "content", "base text", "ours text", "theirs text")
    {
        Chunks =
        [
            new LandingChunk
            {
                Number = 1,
                Base = new ChunkSide(1, 1, "base text"),
                Target = new ChunkSide(1, 1, "target text"),
                Branch = new ChunkSide(1, 1, "branch text"),
                Tier = tier,
                Rule = "some_rule",
                Why = "Because.",
                Accepted = text,
                By = ChunkStage.Engine,
                Proposals = [new LandingProposal(ChunkStage.Engine, text, tier, "some_rule", "Because.")],
            },
        ],
    };

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
