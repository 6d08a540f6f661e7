using System.Text;
using AutoBuild.Core.Callbacks;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Runs;
using AutoBuild.Orchestrator.Callbacks;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Orchestrator.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Orchestrator;

/// <summary>Ends attempts from elsewhere while a runner of this server is at work on them.</summary>
public sealed class CallbackDeskTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_runner_that_hears_nothing_is_ended_before_its_attempt_is_over()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var (job, child) = await DeafAsync(bench, project);
        var run = Run.Find(RunFolder.Of(bench.Data, job.Id, 1), job.Id).Process!;

        Assert.Equal(job.Id, (await bench.Get<CallbackDesk>().TakeAsync(Claim(job), Stop))!.Value.OrThrow().JobId);

        // At the moment it is answered.
        Assert.False(run.IsAlive());
        Assert.False(child.IsAlive());
        var ended = (await bench.Store.GetJobAsync(job.Id, Stop))!;
        Assert.Equal((JobState.Completed, "https://example.org/pull/1", AttemptOutcome.Completed, null), (ended.State, ended.PrUrl, ended.Attempts.Single().Outcome, ended.HeadCommit));
        await bench.UntilAsync(() => Task.FromResult(bench.Get<RunWatches>().Count == 0 ? "" : null), _ => true);
        // Its tree is free again.
        var next = await bench.SubmitAsync(project, "write after.txt hello", wanted => wanted with { TicketId = job.TicketId });
        Assert.Equal(JobState.Completed, (await bench.EndAsync(next)).State);
        Assert.Empty(await bench.Store.CheckInvariantsAsync(Stop));
    }

    [Fact]
    public async Task Two_that_come_at_once_are_answered_alike()
    {
        await using var bench = await Bench.StartAsync();
        var (job, _) = await DeafAsync(bench, await bench.AddProjectAsync());
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => bench.Get<CallbackDesk>().TakeAsync(Claim(job), Stop)));
        Assert.All(answers, answer => Assert.Equal((job.Id, 1), answer!.Value.OrThrow() is var taken ? (taken.JobId, taken.Attempt) : default));
        Assert.Single(await bench.Store.ListReceivedCallbacksAsync(job.Id, Stop));
        Assert.Equal(JobState.Completed, (await bench.Store.GetJobAsync(job.Id, Stop))!.State);
    }

    [Fact]
    public async Task A_cancel_that_came_first_stands()
    {
        await using var bench = await Bench.StartAsync();
        var (job, _) = await DeafAsync(bench, await bench.AddProjectAsync());
        await bench.Get<Cancellation>().CancelAsync(job.Id, "no longer wanted", Stop);
        Assert.Equal("job_cancelled", (await bench.Get<CallbackDesk>().TakeAsync(Claim(job), Stop))!.Value.Refusal?.Code);
        var ended = await bench.EndAsync(job);
        Assert.Equal((JobState.Cancelled, true, null), (ended.State, ended.LateSuccess, ended.PrUrl));
        Assert.Empty(await bench.Store.CheckInvariantsAsync(Stop));
    }

    [Fact]
    public async Task An_attempt_that_is_being_started_is_not_ended_yet()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        await bench.Store.SetQueuePausedAsync(true, Stop);
        var job = await bench.SubmitAsync(project, "write new.txt hello");
        var claimed = (await bench.Store.ApplyAsync(job.Id, null, new JobInput.Claimed("here", 1000, TimeSpan.FromMinutes(5)), Stop)).OrThrow();
        bench.Get<RunWatches>().Hold(claimed);
        Assert.Equal("callback_too_soon", (await bench.Get<CallbackDesk>().TakeAsync(Claim(claimed), Stop))!.Value.Refusal?.Code);
        bench.Get<RunWatches>().LetGo(claimed);
        Assert.True((await bench.Get<CallbackDesk>().TakeAsync(Claim(claimed), Stop))!.Value.Done);
    }

    private static async Task<(Job Job, ProcessIdentity Child)> DeafAsync(Bench bench, AutoBuild.Core.Projects.Project project)
    {
        var job = await bench.SubmitAsync(project, "deaf");
        var file = Path.Combine(bench.Gates, "child");
        var pid = await bench.UntilAsync(async () => File.Exists(file) ? await File.ReadAllTextAsync(file, Stop) : null, text => text.EndsWith('\n'));
        await bench.UntilAsync(job.Id, found => found.State == JobState.Running);
        return ((await bench.Store.GetJobAsync(job.Id, Stop))!, ProcessIdentity.Of(int.Parse(pid, System.Globalization.CultureInfo.InvariantCulture))!);
    }

    private static CallbackClaim Claim(Job job) => new(job.Id, job.Attempt, job.TicketId, CallbackStatus.Success, new RunElsewhere("1", "https://example.org/pull/1", 1))
    {
        Report = new RunReport { JobId = Guid.Empty, Attempt = 0, Outcome = RunOutcome.Changed },
        BodyHash = "the same",
        Body = Encoding.UTF8.GetBytes("{}"),
        Admin = true,
    };
}
