using AutoBuild.Core.Jobs;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Orchestrator.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Orchestrator;

public sealed class RunLifeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_runner_that_outlives_its_server_is_followed_by_the_next()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var job = await bench.SubmitAsync(project, "gate go write new.txt hello");
        await bench.UntilAsync(job.Id, found => found.Phase == RunPhase.Agent);

        await bench.StopServerAsync();
        await bench.StartServerAsync();
        Assert.True(bench.Get<RunWatches>().Holds(job.Id));
        bench.Open("go");

        var ended = await bench.EndAsync(job);
        Assert.Equal((JobState.Completed, 1), (ended.State, ended.Attempt));
        Assert.Equal("hello\n", await bench.ReadAsync(project, ended.HeadCommit!, "new.txt"));
        await bench.UntilAsync(async () => await bench.Store.ListWorktreesAsync(project.Id, Cancel), rows => rows.Count == 0);
    }

    [Fact]
    public async Task A_report_written_while_no_server_ran_is_found_by_the_next()
    {
        await using var bench = await Bench.StartAsync();
        var job = await bench.SubmitAsync(await bench.AddProjectAsync(), "gate go write new.txt hello");
        await bench.UntilAsync(job.Id, found => found.State == JobState.Running);
        var run = Run.Find(RunFolder.Of(bench.Data, job.Id, 1), job.Id);

        await bench.StopServerAsync();
        bench.Open("go");
        await WaitForExitAsync(run);
        await bench.StartServerAsync();

        Assert.Equal(JobState.Completed, (await bench.EndAsync(job)).State);
    }

    [Fact]
    public async Task A_runner_that_died_with_its_server_is_given_up_at_once_and_tried_again()
    {
        await using var bench = await Bench.StartAsync();
        var job = await bench.SubmitAsync(await bench.AddProjectAsync(), "gate go write new.txt hello");
        await bench.UntilAsync(job.Id, found => found.State == JobState.Running);

        await bench.StopServerAsync();
        await Run.Find(RunFolder.Of(bench.Data, job.Id, 1), job.Id).KillAsync();
        bench.Open("go");
        await bench.StartServerAsync();

        var ended = await bench.EndAsync(job);
        Assert.Equal((JobState.Completed, 2), (ended.State, ended.Attempt));
        Assert.Equal(AttemptOutcome.Lost, ended.Attempts[0].Outcome);
    }

    [Fact]
    public async Task A_runner_that_ends_without_a_report_is_tried_again()
    {
        await using var bench = await Bench.StartAsync();
        var job = await bench.EndAsync(await bench.SubmitAsync(await bench.AddProjectAsync(), "once write new.txt hello"));

        Assert.Equal((JobState.Completed, 2), (job.State, job.Attempt));
        Assert.Equal(AttemptOutcome.Lost, job.Attempts[0].Outcome);
    }

    [Fact]
    public async Task A_runner_that_always_breaks_fails_the_job_when_its_tries_are_used_up()
    {
        await using var bench = await Bench.StartAsync(options => options with { Queue = options.Queue with { RetryAttempts = 1 } });
        var job = await bench.EndAsync(await bench.SubmitAsync(await bench.AddProjectAsync(), "die"));

        Assert.Equal((JobState.Failed, 2, "lost"), (job.State, job.Attempt, job.ErrorCode));
    }

    [Fact]
    public async Task A_job_whose_runner_cannot_be_started_says_why()
    {
        await using var bench = await Bench.StartAsync(options => options with { RunnerCommand = ["/nowhere/autobuild"], Queue = options.Queue with { RetryAttempts = 0 } });
        var project = await bench.AddProjectAsync();
        var job = await bench.EndAsync(await bench.SubmitAsync(project, "write new.txt hello"));

        Assert.Equal((JobState.Failed, "command_missing"), (job.State, job.ErrorCode));
        Assert.Contains("/nowhere/autobuild", job.ErrorMessage, StringComparison.Ordinal);
        await bench.UntilAsync(async () => await bench.Store.ListWorktreesAsync(project.Id, Cancel), rows => rows.Count == 0);
    }

    [Fact]
    public async Task A_runner_that_heeds_a_cancel_ends_as_cancelled()
    {
        await using var bench = await Bench.StartAsync();
        var job = await bench.SubmitAsync(await bench.AddProjectAsync(), "obey");
        await bench.UntilAsync(job.Id, found => found.State == JobState.Running);

        var asked = (await bench.Get<Cancellation>().CancelAsync(job.Id, "no longer wanted", Cancel)).OrThrow();

        Assert.Equal(JobState.Cancelling, asked.State);
        var ended = await bench.EndAsync(job);
        Assert.Equal((JobState.Cancelled, "no longer wanted"), (ended.State, ended.CancelReason));
    }

    [Fact]
    public async Task A_runner_that_ignores_a_cancel_is_killed_with_all_its_children()
    {
        await using var bench = await Bench.StartAsync();
        var job = await bench.SubmitAsync(await bench.AddProjectAsync(), "deaf");
        await bench.UntilAsync(job.Id, found => found.State == JobState.Running);
        var asked = TimeProvider.System.GetTimestamp();

        await bench.Get<Cancellation>().CancelAsync(job.Id, "stop", Cancel);

        Assert.Equal(JobState.Cancelled, (await bench.EndAsync(job)).State);
        Assert.Empty(ProcessSweep.Find(job.Id.ToString()));
        Assert.InRange(TimeProvider.System.GetElapsedTime(asked).TotalSeconds, 5, 30);
    }

    [Fact]
    public async Task A_cancel_asked_before_a_restart_still_stops_the_runner()
    {
        await using var bench = await Bench.StartAsync();
        var job = await bench.SubmitAsync(await bench.AddProjectAsync(), "obey");
        await bench.UntilAsync(job.Id, found => found.State == JobState.Running);
        // As if the server died between the write and the control line.
        await bench.Store.ApplyAsync(job.Id, null, new JobInput.CancelAsked("stop"), Cancel);

        await bench.StopServerAsync();
        await bench.StartServerAsync();

        Assert.Equal(JobState.Cancelled, (await bench.EndAsync(job)).State);
    }

    [Fact]
    public async Task A_waiting_job_is_cancelled_at_once_and_an_ended_one_never()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        await bench.Store.SetQueuePausedAsync(true, Cancel);
        var job = await bench.SubmitAsync(project, "write new.txt hello");

        Assert.Equal(JobState.Cancelled, (await bench.Get<Cancellation>().CancelAsync(job.Id, "stop", Cancel)).OrThrow().State);
        Assert.Equal("job_already_finished", (await bench.Get<Cancellation>().CancelAsync(job.Id, "stop", Cancel)).Refusal!.Code);
        Assert.Equal("job_not_found", (await bench.Get<Cancellation>().CancelAsync(Guid.NewGuid(), "stop", Cancel)).Refusal!.Code);
    }

    [Fact]
    public async Task A_message_reaches_a_running_job_and_continues_an_ended_one_on_its_branch()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var job = await bench.SubmitAsync(project, "message write new.txt hello");
        await bench.UntilAsync(job.Id, found => found.State == JobState.Running);

        Assert.False((await bench.Get<Submission>().MessageAsync(job.Id, "hurry", "somebody", null, Cancel)).OrThrow().Continues);
        var ended = await bench.EndAsync(job);
        await bench.UntilAsync(() => Task.FromResult<RunWatches?>(bench.Get<RunWatches>()), watches => !watches.Holds(job.Id));
        Assert.Single((await bench.Store.ListJobsAsync(new JobFilter(), new PageRequest(), Cancel)).Items);
        var next = (await bench.Get<Submission>().MessageAsync(job.Id, "and more", "somebody", null, Cancel)).OrThrow();

        Assert.True(next.Continues);
        Assert.Equal((job.Id, ended.BranchName, "and more"), (next.Job.Continues, next.Job.BranchName, next.Job.Message));
        await bench.UntilAsync(next.Job.Id, found => found.State == JobState.Running);
        var spec = AutoBuild.Core.Json.CoreJson.Read<RunSpec>(await File.ReadAllTextAsync(RunFolder.Of(bench.Data, next.Job.Id, 1).Spec, Cancel));
        Assert.Equal((ended.HeadCommit, ended.BaseCommit, "and more"), (spec.Tree.StartCommit, spec.Tree.BaseCommit, spec.Agent!.Message));
    }

    [Fact]
    public async Task A_message_that_came_after_the_last_look_is_answered_by_a_job_that_continues()
    {
        await using var bench = await Bench.StartAsync();
        var job = await bench.SubmitAsync(await bench.AddProjectAsync(), "gate end write new.txt hello");
        await bench.UntilAsync(job.Id, found => found.State == JobState.Running);
        foreach (var text in (string[])["hurry", "and more"])
        {
            Assert.False((await bench.Get<Submission>().MessageAsync(job.Id, text, "somebody", null, Cancel)).OrThrow().Continues);
        }

        bench.Open("end");

        var next = await ContinuingAsync(bench, job);
        Assert.Equal((job.TicketId, job.BranchName, "hurry\n\nand more"), (next.TicketId, next.BranchName, next.Message));
        Assert.Equal(JobState.Completed, (await bench.EndAsync(job)).State);
        Assert.Equal(JobState.Completed, (await bench.EndAsync(next)).State);
    }

    [Fact]
    public async Task A_message_that_an_attempt_did_not_heed_goes_to_the_next()
    {
        await using var bench = await Bench.StartAsync();
        var job = await bench.SubmitAsync(await bench.AddProjectAsync(), "gate end once message write new.txt hello");
        await bench.UntilAsync(job.Id, found => found.State == JobState.Running);
        Assert.False((await bench.Get<Submission>().MessageAsync(job.Id, "hurry", "somebody", null, Cancel)).OrThrow().Continues);

        bench.Open("end");

        Assert.Equal((JobState.Completed, 2), await bench.EndAsync(job) is var ended ? (ended.State, ended.Attempt) : default);
        await bench.UntilAsync(() => Task.FromResult<RunWatches?>(bench.Get<RunWatches>()), watches => !watches.Holds(job.Id));
        Assert.Single((await bench.Store.ListJobsAsync(new JobFilter(), new PageRequest(), Cancel)).Items);
    }

    private static Task<Job> ContinuingAsync(Bench bench, Job job) => bench.UntilAsync(
        async () => (await bench.Store.ListJobsAsync(new JobFilter(), new PageRequest(), Cancel)).Items.SingleOrDefault(found => found.Continues == job.Id), _ => true);

    [Fact]
    public async Task A_retry_is_a_new_job_of_the_same_ticket()
    {
        await using var bench = await Bench.StartAsync();
        var job = await bench.SubmitAsync(await bench.AddProjectAsync(), "failing new.txt hello");
        Assert.Equal("job_not_over", (await bench.Get<Submission>().RetryAsync(job.Id, null, null, Cancel)).Refusal?.Code);
        var ended = await bench.EndAsync(job);
        Assert.Equal((JobState.Failed, "qa_failed"), (ended.State, ended.ErrorCode));

        var retry = (await bench.Get<Submission>().RetryAsync(job.Id, "somebody", null, Cancel)).OrThrow().Value;

        Assert.Equal((job.Id, job.TicketId, job.BranchName, job.Prompt), (retry.RetryOf, retry.TicketId, retry.BranchName, retry.Prompt));
    }

    private static async Task WaitForExitAsync(Run run)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (run.IsAlive)
        {
            await ticks.WaitForNextTickAsync(Cancel);
        }
    }
}
