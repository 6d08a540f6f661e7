using System.Globalization;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Orchestrator.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Orchestrator;

/// <summary>Holds what becomes of jobs that nobody answers for: claimed here by a stranger who renews nothing.</summary>
public sealed class LostJobTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_given_up_while_its_process_lives()
    {
        await using var bench = await StartAsync();
        var job = await ClaimAsync(bench);
        var runner = StartProcess(bench, job, "exec sleep 600");

        var given = await bench.UntilAsync(job.Id, found => found.State == JobState.RetryWait);

        Assert.False(runner.IsAlive());
        Assert.Equal(("lost", AttemptOutcome.Lost, 1), (given.ErrorCode, Assert.Single(given.Attempts).Outcome, given.Charged));
    }

    [Fact]
    public async Task What_was_reported_meanwhile_counts_and_is_not_run_again()
    {
        await using var bench = await StartAsync();
        var job = await ClaimAsync(bench);
        var folder = RunFolder.Of(bench.Data, job.Id, 1);
        // Written at the last moment, by one who is still alive when the lease is over.
        var report = new RunReport { JobId = job.Id, Attempt = 1, Outcome = RunOutcome.NeedsInput, Question = "Which?", StartedAt = default, FinishedAt = default };
        Directory.CreateDirectory(folder.Path);
        await File.WriteAllTextAsync(folder.Report, CoreJson.Write(report), Stop);
        StartProcess(bench, job, "exec sleep 600");

        var ended = await bench.EndAsync(job);

        Assert.Equal((JobState.Completed, "Which?", 1), (ended.State, ended.Question, ended.Attempt));
        // What a later word says about an ended attempt is refused.
        Assert.Equal("job_already_finished", (await bench.Store.ApplyAsync(job.Id, job.Fence, new JobInput.LeaseExpired(), Stop)).Refusal?.Code);
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(0, "00000000-0000-0000-0000-000000000000")]
    public async Task A_number_that_another_process_uses_now_is_left_alone(int later, string? boot)
    {
        await using var bench = await StartAsync();
        var job = await ClaimAsync(bench);
        var stranger = DetachedProcess.Start(new ChildCommand("sleep", ["600"]) { Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" } }, Path.Combine(bench.Root, "stranger.log"));
        try
        {
            var folder = RunFolder.Of(bench.Data, job.Id, 1);
            Note(folder, stranger with { StartTicks = stranger.StartTicks + later, BootId = boot ?? stranger.BootId });
            await File.WriteAllTextAsync(folder.Unmarked, string.Create(CultureInfo.InvariantCulture, $"{boot ?? stranger.BootId} {stranger.Pid} {stranger.StartTicks + later}\n"), Stop);

            await bench.UntilAsync(job.Id, found => found.State == JobState.RetryWait);

            Assert.True(stranger.IsAlive());
        }
        finally
        {
            stranger.Kill();
        }
    }

    [Fact]
    public async Task A_lease_that_is_renewed_is_not_given_up()
    {
        await using var bench = await StartAsync();
        var job = await ClaimAsync(bench);
        var runner = StartProcess(bench, job, "exec sleep 600");
        for (var beat = 0; beat < 15; beat++)
        {
            Assert.Single(await bench.Store.RenewAsync([(job.Id, job.Fence)], Stop));
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Stop);
        }

        Assert.True(runner.IsAlive());
        runner.Kill();
    }

    [Fact]
    public async Task A_cancel_that_came_right_after_the_claim_starts_no_runner()
    {
        await using var bench = await StartAsync();
        var job = await ClaimAsync(bench);
        await bench.Store.ApplyAsync(job.Id, null, new JobInput.CancelAsked("changed my mind"), Stop);

        bench.Get<RunWatches>().Hold(job);
        await bench.Get<Launch>().RunAsync(job, Stop);

        Assert.Equal(JobState.Cancelled, (await bench.Store.GetJobAsync(job.Id, Stop))!.State);
        Assert.False(Directory.Exists(RunFolder.Of(bench.Data, job.Id, 1).Path));
        Assert.False(bench.Get<RunWatches>().Holds(job.Id));
    }

    // A lease of a second, and no dispatcher: the stranger claims.
    private static async Task<Bench> StartAsync()
    {
        var bench = await Bench.StartAsync(options => options with
        {
            Queue = options.Queue with { Lease = TimeSpan.FromSeconds(2), Heartbeat = TimeSpan.FromSeconds(1), RetryBase = TimeSpan.FromHours(1) },
        });
        await bench.Get<Dispatcher>().StopAsync(Stop);
        return bench;
    }

    private static async Task<Job> ClaimAsync(Bench bench)
    {
        await bench.SubmitAsync(await bench.AddProjectAsync(), "work");
        return Assert.Single(await bench.Store.ClaimAsync("stranger", 1, Stop));
    }

    private static ProcessIdentity StartProcess(Bench bench, Job job, string script)
    {
        var folder = RunFolder.Of(bench.Data, job.Id, 1);
        var process = DetachedProcess.Start(new ChildCommand("/bin/sh", ["-c", script]) { Marker = job.Id.ToString() }, folder.RunnerLog);
        Note(folder, process);
        return process;
    }

    private static void Note(RunFolder folder, ProcessIdentity process)
    {
        Directory.CreateDirectory(folder.Path);
        File.WriteAllText(folder.Process, string.Create(CultureInfo.InvariantCulture, $$"""{"pid":{{process.Pid}},"start_ticks":{{process.StartTicks}},"boot_id":"{{process.BootId}}"}"""));
    }
}
