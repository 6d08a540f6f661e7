using System.Text.Json.Nodes;
using AutoBuild.Core;
using AutoBuild.Core.Events;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;

namespace AutoBuild.Tests.Storage;

// Lists and their cursors, trains and their order, limits and their end.
public abstract partial class StoreConformance
{
    [Fact]
    public async Task A_cursor_goes_on_where_it_was_given_out_whatever_came_meanwhile()
    {
        var project = await ProjectAsync();
        var old = new List<Ticket>();
        for (var index = 0; index < 4; index++)
        {
            old.Add(await TicketAsync(project.Id));
        }

        var first = await Store.ListTicketsAsync(new TicketFilter(project.Id), new PageRequest(2), Cancel);
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        await TicketAsync(project.Id, "comes meanwhile");
        await Store.DeleteTicketAsync(first.Items[^1].Id, Cancel);
        var second = await Store.ListTicketsAsync(new TicketFilter(project.Id), new PageRequest(2, first.NextCursor), Cancel);

        Assert.Equal(old.OrderByDescending(ticket => ticket.CreatedAt).ThenByDescending(ticket => ticket.Id).Select(ticket => ticket.Id), first.Items.Concat(second.Items).Select(ticket => ticket.Id));
        Assert.Null(second.NextCursor);
    }

    [Fact]
    public async Task A_cursor_of_another_list_is_none()
    {
        var project = await ProjectAsync();
        await TicketAsync(project.Id);
        await TicketAsync(project.Id);
        var cursor = (await Store.ListTicketsAsync(new TicketFilter(project.Id), new PageRequest(1), Cancel)).NextCursor;
        foreach (var list in new Func<Task>[]
        {
            () => Store.ListJobsAsync(new JobFilter(), new PageRequest(1, cursor), Cancel),
            () => Store.ListProjectsAsync(new ProjectFilter(), new PageRequest(1, cursor), Cancel),
            () => Store.ListLandingsAsync(new LandingFilter(), new PageRequest(1, cursor), Cancel),
        })
        {
            Assert.Equal("cursor_invalid", (await Assert.ThrowsAsync<AutoBuildException>(list)).Code);
        }
    }

    [Fact]
    public async Task A_landing_that_waits_is_moved_within_its_train()
    {
        var project = await ProjectAsync(cap: 10);
        var train = new List<Guid>();
        for (var index = 0; index < 4; index++)
        {
            train.Add((await Store.QueueLandingAsync((await CompletedAsync(project.Id)).Id, "sam", "main", Cancel)).OrThrow().Id);
        }

        var elsewhere = (await Store.QueueLandingAsync((await CompletedAsync(project.Id)).Id, "sam", "release", Cancel)).OrThrow().Id;
        await Store.ApplyLandingAsync(train[0], new LandingInput.Taken("tip"), Cancel);
        var (head, b, c, d) = (train[0], train[1], train[2], train[3]);

        await HoldsAsync(d, new TrainPlace(Before: b), head, d, b, c);
        await HoldsAsync(d, new TrainPlace(After: b), head, b, d, c);
        await HoldsAsync(b, new TrainPlace(Position: 99), head, d, c, b);
        await HoldsAsync(b, new TrainPlace(Position: 1), head, b, d, c);
        await HoldsAsync(c, new TrainPlace(After: head), head, c, b, d);
        await HoldsAsync(c, new TrainPlace(Before: c), head, c, b, d);
        AssertRefused("landing_under_way", await Store.MoveLandingAsync(c, new TrainPlace(Before: head), Cancel));
        AssertRefused("landing_not_queued", await Store.MoveLandingAsync(head, new TrainPlace(Position: 1), Cancel));
        AssertRefused("other_train", await Store.MoveLandingAsync(c, new TrainPlace(Before: elsewhere), Cancel));
        AssertRefused("landing_not_found", await Store.MoveLandingAsync(c, new TrainPlace(Before: Guid.NewGuid()), Cancel));
        AssertRefused("landing_not_found", await Store.MoveLandingAsync(Guid.NewGuid(), new TrainPlace(Position: 1), Cancel));
        await ThroughRestAsync(head);
        Assert.Equal([c, elsewhere], (await Store.ListTrainHeadsAsync(Cancel)).Select(landing => landing.Id));
    }

    [Fact]
    public async Task A_limit_is_told_when_it_begins_and_when_it_ends()
    {
        var project = await ProjectAsync(cap: 10);
        await SubmitAsync(project.Id, agent: "claude");
        var job = await ClaimOneAsync();
        var reset = Clock.GetUtcNow() + TimeSpan.FromMinutes(30);
        await ApplyAsync(job, new JobInput.Reported(Report(job, RunOutcome.Quota) with { ResetAt = reset, Error = new RunError("quota", "Used up.", Retry: false) }));
        await SubmitAsync(project.Id, agent: "claude");
        Assert.Empty(await Store.ClaimAsync("worker", 5, Cancel));

        var limit = Assert.Single((await Store.GetQueueStatsAsync(Cancel)).Limits);
        Assert.Equal(("claude", "quota", "Used up."), (limit.Agent, limit.Code, limit.Sentence));
        Assert.True(limit.Until >= reset, $"{limit.Until} is before {reset}");

        Clock.Advance(TimeSpan.FromHours(1));
        await Store.PromoteDueAsync(Cancel);
        Assert.Empty((await Store.GetQueueStatsAsync(Cancel)).Limits);
        var told = (await Store.ReadEventsAsync(0, new EventFilter(Kind: EventKinds.Quota), 10, Cancel)).Events.Select(happened => JsonNode.Parse(happened.Data)!).ToList();
        Assert.Equal(["quota", null], told.Select(data => (string?)data["code"]));
        Assert.Equal([limit.Until, null], told.Select(data => (DateTimeOffset?)data["until"]));
    }

    [Fact]
    public async Task A_submit_names_its_model_and_a_retry_takes_the_tickets()
    {
        var project = await ProjectAsync();
        var first = (await Store.SubmitJobAsync(new NewJob { ProjectId = project.Id, TicketId = Guid.CreateVersion7(), Prompt = "x", Model = "small" }, null, Cancel)).OrThrow().Value;
        var again = new NewJob { ProjectId = project.Id, TicketId = first.TicketId, Prompt = "x", Model = first.Model, RetryOf = first.Id };
        await ApplyAsync(first, new JobInput.CancelAsked("no"), fenced: false);
        var second = (await Store.SubmitJobAsync(again, null, Cancel)).OrThrow().Value;
        await ApplyAsync(second, new JobInput.CancelAsked("no"), fenced: false);
        await Store.UpdateTicketAsync(first.TicketId, new TicketPatch { Model = "large" }, Cancel);
        var third = (await Store.SubmitJobAsync(again, null, Cancel)).OrThrow().Value;

        Assert.Equal(["small", "small", "large"], new[] { first, second, third }.Select(job => job.Model));
    }

    [Fact]
    public async Task A_patch_names_all_that_a_ticket_depends_on()
    {
        var project = await ProjectAsync();
        var (a, b) = (await TicketAsync(project.Id, "a"), await TicketAsync(project.Id, "b"));
        var waits = await TicketAsync(project.Id, "waits", a.Id);

        Assert.Equal([b.Id], (await Store.UpdateTicketAsync(waits.Id, new TicketPatch { DependsOn = [b.Id] }, Cancel)).OrThrow().DependsOn);
        AssertRefused("dependency_cycle", await Store.UpdateTicketAsync(b.Id, new TicketPatch { Title = "not this", DependsOn = [a.Id, waits.Id] }, Cancel));
        Assert.Equal("b", (await Store.GetTicketAsync(b.Id, Cancel))!.Title);
        Assert.Empty((await Store.GetTicketAsync(b.Id, Cancel))!.DependsOn);
        Assert.Empty((await Store.UpdateTicketAsync(waits.Id, new TicketPatch { DependsOn = [] }, Cancel)).OrThrow().DependsOn);
    }

    private async Task HoldsAsync(Guid landing, TrainPlace place, params Guid[] order)
    {
        (await Store.MoveLandingAsync(landing, place, Cancel)).OrThrow();
        var train = (await Store.ListLandingsAsync(new LandingFilter(), new PageRequest(), Cancel)).Items.Where(one => one.TargetBranch == "main").OrderBy(one => one.Position);
        Assert.Equal(order, train.Select(one => one.Id));
    }

    private async Task ThroughRestAsync(Guid landing)
    {
        foreach (var input in new LandingInput[] { new LandingInput.Merged("merged"), new LandingInput.Passed(Qa(AutoBuild.Core.Qa.QaVerdict.Passed)), new LandingInput.Moved() })
        {
            (await Store.ApplyLandingAsync(landing, input, Cancel)).OrThrow();
        }
    }
}
