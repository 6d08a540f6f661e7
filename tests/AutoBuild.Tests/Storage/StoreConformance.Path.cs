using AutoBuild.Core.Events;
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
    public async Task A_ticket_goes_from_the_board_to_landed()
    {
        var project = await ProjectAsync();
        var ticket = await TicketAsync(project.Id);
        var job = await SubmitAsync(project.Id, ticket.Id);
        Assert.Equal(JobStatus.Pending, job.Status);
        Assert.Equal(TicketState.InProgress, (await TicketOf(job)).Status);
        Assert.StartsWith("autobuild/", job.BranchName, StringComparison.Ordinal);

        var claimed = await ClaimOneAsync();
        Assert.Equal(JobState.Dispatched, claimed.State);
        Assert.Equal(Clock.GetUtcNow() + Queue.Lease, claimed.LeaseExpiresAt);
        var running = await ApplyAsync(claimed, new JobInput.Heartbeat(Queue.Lease));
        Assert.Equal(JobState.Running, running.State);

        var done = await ApplyAsync(running, new JobInput.Reported(Report(running, RunOutcome.Changed)));
        Assert.Equal(JobState.Completed, done.State);
        var reviewed = await TicketOf(job);
        Assert.Equal(TicketState.InReview, reviewed.Status);
        Assert.Equal(NeedsYouKind.Land, reviewed.NeedsYou?.Kind);

        var landing = await LandAsync(done);
        Assert.Equal(LandingState.Landed, landing.State);
        var landed = await TicketOf(job);
        Assert.Equal(TicketState.Completed, landed.Status);
        Assert.Null(landed.NeedsYou);

        var stored = await JobAsync(job.Id);
        var attempt = Assert.Single(stored.Attempts);
        Assert.Equal(AttemptOutcome.Completed, attempt.Outcome);
        Assert.Equal(0.25m, stored.Usage.CostUsd);
        Assert.Equal(QaVerdict.Passed, stored.Qa?.Verdict);
        Assert.Equal(["greeting.txt"], stored.ChangedFiles);

        var events = await Store.ReadEventsAsync(0, new EventFilter(), 500, Cancel);
        Assert.Contains(events.Events, entry => entry.Kind == EventKinds.Job && entry.Data.Contains("\"completed\"", StringComparison.Ordinal));
        Assert.Contains(events.Events, entry => entry.Kind == EventKinds.Landing && entry.Data.Contains("\"landed\"", StringComparison.Ordinal));
    }
}
