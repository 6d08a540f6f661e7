using AutoBuild.Core.Jobs;
using AutoBuild.Core.Runs;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Orchestrator.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Orchestrator;

/// <summary>Stops jobs whose runner says nothing: because it is not there yet, never comes up, or hangs.</summary>
public sealed class StopWithoutWordTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_is_stopped_while_the_server_still_fetches_for_it()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        await bench.EndAsync(await bench.SubmitAsync(project, "write new.txt hello"));
        // From here on its remote answers nobody.
        var fetching = Path.Combine(bench.Root, "fetching");
        var remote = Path.Combine(bench.Root, "remote.sh");
        await File.WriteAllTextAsync(remote, $"#!/bin/sh\ntrap '' INT TERM\necho $$ > {fetching}\nexec sleep 600\n", Stop);
        File.SetUnixFileMode(remote, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await Git.ExpectAsync(bench.Clone(project).Path, ["config", "remote.origin.uploadpack", remote], cancellation: Stop);
        await bench.CommitAsync("more.txt", "so that there is something to fetch\n");
        var job = await bench.SubmitAsync(project, "write new.txt hello");
        await bench.UntilAsync(() => Task.FromResult(File.Exists(fetching) && File.ReadAllText(fetching).EndsWith('\n') ? "" : null), _ => true);
        var git = ProcessIdentity.Of(int.Parse(await File.ReadAllTextAsync(fetching, Stop), System.Globalization.CultureInfo.InvariantCulture))!;

        await bench.Get<Cancellation>().CancelAsync(job.Id, "stop", Stop);

        Assert.Equal((JobState.Cancelled, 1, 0), await bench.EndAsync(job) is var ended ? (ended.State, ended.Attempt, ended.Charged) : default);
        Assert.False(git.IsAlive());
        Assert.False(Directory.Exists(RunFolder.Of(bench.Data, job.Id, 1).Path));
        await bench.UntilAsync(() => Task.FromResult(bench.Get<RunWatches>().Count == 0 ? "" : null), _ => true);
    }

    [Fact]
    public async Task A_job_is_stopped_whose_runner_never_comes_up()
    {
        await using var bench = await Bench.StartAsync(options => options with { RunnerCommand = ["/bin/sh", "-c", "trap '' INT TERM; sleep 600 & sleep 600"] });
        var job = await bench.SubmitAsync(await bench.AddProjectAsync(), "work");
        await bench.UntilAsync(() => Task.FromResult(ProcessSweep.Find(job.Id.ToString()).Count == 3 ? "" : null), _ => true);

        Assert.Equal(JobState.Cancelling, (await bench.Get<Cancellation>().CancelAsync(job.Id, "stop", Stop)).OrThrow().State);

        Assert.Equal((JobState.Cancelled, null), await bench.EndAsync(job) is var ended ? (ended.State, ended.StartedAt) : default);
        Assert.Empty(ProcessSweep.Find(job.Id.ToString()));
    }

    [Fact]
    public async Task An_attempt_that_hangs_beyond_its_limit_is_ended_and_tried_again_and_then_no_more()
    {
        await using var bench = await Bench.StartAsync(options => options with
        {
            OverdueMargin = TimeSpan.FromSeconds(0.5),
            Queue = options.Queue with { JobTimeout = TimeSpan.FromSeconds(0.5), RetryAttempts = 1 },
        });
        var job = await bench.SubmitAsync(await bench.AddProjectAsync(), "deaf");

        var ended = await bench.EndAsync(job);

        Assert.Equal((JobState.TimedOut, 2, 2, "timeout"), (ended.State, ended.Attempt, ended.Charged, ended.ErrorCode));
        Assert.All(ended.Attempts, attempt => Assert.Equal(AttemptOutcome.TimedOut, attempt.Outcome));
        Assert.Empty(ProcessSweep.Find(job.Id.ToString()));
    }
}
