using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;

namespace AutoBuild.Tests.Storage;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task Several_landings_move_together_or_not_at_all()
    {
        var project = await ProjectAsync();
        var batch = new List<Landing> { await QueuedAsync(project.Id), await QueuedAsync(project.Id) };
        var id = Guid.CreateVersion7();
        var taken = (await Store.ApplyLandingsAsync([.. batch.Select((landing, at) => (landing.Id, (LandingInput)new LandingInput.Taken("tip", new LandingBatch(id, 2, at + 1))))], Cancel)).OrThrow();
        Assert.Equal([new LandingBatch(id, 2, 1), new LandingBatch(id, 2, 2)], taken.Select(landing => landing.Batch!));

        await Store.ApplyLandingAsync(batch[1].Id, new LandingInput.Ejected("not now"), Cancel);
        AssertRefused("illegal_landing_transition", await Store.ApplyLandingsAsync([.. batch.Select(landing => (landing.Id, (LandingInput)new LandingInput.Merged("merged")))], Cancel));

        await ReopenAsync();
        var kept = (await Store.GetLandingAsync(batch[0].Id, Cancel))!;
        Assert.Equal((LandingState.Merging, null, new LandingBatch(id, 2, 1)), (kept.State, kept.MergedCommit, kept.Batch));
        Assert.Null((await Store.ApplyLandingAsync(kept.Id, new LandingInput.StartOver("one left"), Cancel)).OrThrow().Batch);
    }

    [Fact]
    public async Task A_train_remembers_its_limit_and_the_red_trees_of_the_batch_under_way()
    {
        var project = await ProjectAsync();
        Assert.Equivalent(new TrainState(false, null, [], []), await Store.GetTrainAsync(project.Id, "main", Cancel), strict: true);
        var first = await QueuedAsync(project.Id);
        var second = await QueuedAsync(project.Id);
        await Store.SetBatchLimitAsync(project.Id, "main", 4, Cancel);
        await Store.SetBatchLimitAsync(project.Id, "main", 2, Cancel);
        await Store.AddRedTreeAsync(project.Id, "main", new RedTree("tip", "tree", Qa(QaVerdict.Failed), "test fails"), Cancel);
        await Store.AddRedTreeAsync(project.Id, "main", new RedTree("tip", "tree", null, "broke off"), Cancel);
        await Store.AddRedTreeAsync(project.Id, "release", new RedTree("tip", "tree", null, "another train"), Cancel);

        await ReopenAsync();
        var train = await Store.GetTrainAsync(project.Id, "main", Cancel);
        Assert.Equal((false, 2), (train.Paused, train.BatchLimit));
        Assert.Equal([first.Id, second.Id], train.Open.Select(landing => landing.Id));
        Assert.Equal([("test fails", QaVerdict.Failed), ("broke off", null)], train.Reds.Select(red => (red.Error, red.Qa?.Verdict)));

        await ThroughAsync(first);
        await Store.SetTrainPausedAsync(project.Id, "main", true, Cancel);
        train = await Store.GetTrainAsync(project.Id, "main", Cancel);
        Assert.True(train.Paused);
        Assert.Empty(train.Reds);
        Assert.Single((await Store.GetTrainAsync(project.Id, "release", Cancel)).Reds);
    }

    [Fact]
    public async Task What_fails_is_sent_back_in_one_transaction_and_lands_again_as_it_was_approved()
    {
        var project = await ProjectAsync();
        var landing = await RedAsync(project.Id);
        var sent = (await Store.SendBackAsync(landing.Id, new LandingInput.Failed(Qa(QaVerdict.Failed), "Checks fail: test."), Rework(landing), "Sent back (1 of 1).", Cancel)).OrThrow();

        Assert.Equal((LandingState.Cancelled, landing.Id), (sent.Landing.State, sent.Rework!.ReworkOf!.Value));
        Assert.Contains("Checks fail: test.", sent.Landing.Error, StringComparison.Ordinal);
        Assert.Equal(QaVerdict.Failed, sent.Landing.Qa!.Verdict);
        var ticket = (await Store.GetTicketAsync(landing.TicketId, Cancel))!;
        Assert.Equal((TicketState.InProgress, "Sent back (1 of 1).", null), (ticket.Status, ticket.Note, ticket.NeedsYou));

        var again = await ClaimOneAsync();
        Assert.Equal((sent.Rework.Id, "It fails."), (again.Id, again.Message));
        await ApplyAsync(again, new JobInput.Reported(Report(again, RunOutcome.Changed)));
        var next = Assert.Single((await Store.ListLandingsAsync(new LandingFilter(JobId: again.Id), new PageRequest(), Cancel)).Items);
        Assert.Equal((LandingState.Queued, "sam", "release", 1), (next.State, next.ApprovedBy, next.TargetBranch, next.Reworks));
    }

    [Fact]
    public async Task What_is_sent_back_and_passes_no_check_waits_for_a_person()
    {
        var project = await ProjectAsync();
        var landing = await RedAsync(project.Id);
        await Store.SendBackAsync(landing.Id, new LandingInput.Failed(null, "red"), Rework(landing), "Sent back.", Cancel);
        var again = await ClaimOneAsync();
        await ApplyAsync(again, new JobInput.Reported(Report(again, RunOutcome.Changed, QaVerdict.NotRun)));

        Assert.Empty((await Store.ListLandingsAsync(new LandingFilter(JobId: again.Id), new PageRequest(), Cancel)).Items);
        Assert.Equal(NeedsYouKind.Review, (await TicketOf(again)).NeedsYou?.Kind);
    }

    [Fact]
    public async Task What_can_not_be_sent_back_stays_with_a_person()
    {
        var project = await ProjectAsync();
        var landing = await RedAsync(project.Id);
        (await Store.UpdateTicketAsync(landing.TicketId, new TicketPatch { MaxCostUsd = 0.01m }, Cancel)).OrThrow();
        var sent = (await Store.SendBackAsync(landing.Id, new LandingInput.Failed(null, "red"), Rework(landing), "Sent back.", Cancel)).OrThrow();

        Assert.Equal((LandingState.Red, "red", null), (sent.Landing.State, sent.Landing.Error, sent.Rework));
        var ticket = (await Store.GetTicketAsync(landing.TicketId, Cancel))!;
        Assert.Equal((TicketState.InReview, NeedsYouKind.Red, null), (ticket.Status, ticket.NeedsYou?.Kind, ticket.Note));
        AssertRefused("illegal_landing_transition", await Store.SendBackAsync(landing.Id, new LandingInput.Failed(null, "red"), Rework(landing), "Sent back.", Cancel));
    }

    private static NewJob Rework(Landing landing) =>
        new() { ProjectId = landing.ProjectId, TicketId = landing.TicketId, Continues = landing.JobId, ReworkOf = landing.Id, Message = "It fails.", CreatedBy = "train" };

    private async Task<Landing> QueuedAsync(Guid project) => (await Store.QueueLandingAsync((await CompletedAsync(project)).Id, "sam", "main", Cancel)).OrThrow();

    /// <summary>A landing on a branch that is not the job's own, under test.</summary>
    private async Task<Landing> RedAsync(Guid project)
    {
        var landing = (await Store.QueueLandingAsync((await CompletedAsync(project)).Id, "sam", "release", Cancel)).OrThrow();
        await Store.ApplyLandingAsync(landing.Id, new LandingInput.Taken("tip"), Cancel);
        return (await Store.ApplyLandingAsync(landing.Id, new LandingInput.Merged("merged"), Cancel)).OrThrow();
    }
}
