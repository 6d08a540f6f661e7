using AutoBuild.Core.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Runner;

public sealed class StopTests
{
    [Fact]
    public async Task Cancel_ends_the_agent_with_all_it_started()
    {
        await using var bench = await RunBench.CreateAsync("write a.txt: half\nfork 600s\nprint ready\nhang");
        var run = bench.RunAsync();
        await bench.WaitForAsync(e => e.Text == "ready");
        Assert.NotEmpty(ProcessSweep.Find(bench.Spec.JobId.ToString()));
        bench.Control(RunControlKind.Cancel, "no longer wanted");
        var report = await run;

        Assert.Equal((RunOutcome.Cancelled, "no longer wanted"), (report.Outcome, report.Error!.Message));
        Assert.Empty(ProcessSweep.Find(bench.Spec.JobId.ToString()));
        Assert.Equal("half\n", await File.ReadAllTextAsync(Path.Combine(bench.Tree, "a.txt"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_agent_that_ignores_the_signal_is_killed_after_the_grace()
    {
        await using var bench = await RunBench.CreateAsync("stubborn\nprint ready\nhang");
        bench.Spec = bench.Spec with { Limits = bench.Spec.Limits with { GraceSeconds = 0.2 } };
        var run = bench.RunAsync();
        await bench.WaitForAsync(e => e.Text == "ready");
        bench.Control(RunControlKind.Cancel);
        Assert.Equal(RunOutcome.Cancelled, (await run).Outcome);
        Assert.Empty(ProcessSweep.Find(bench.Spec.JobId.ToString()));
    }

    [Fact]
    public async Task An_ordinary_end_leaves_no_daemon_either()
    {
        await using var bench = await RunBench.CreateAsync("write a.txt: x\nfork 600s");
        Assert.Equal(RunOutcome.Changed, (await bench.RunAsync()).Outcome);
        Assert.Empty(ProcessSweep.Find(bench.Spec.JobId.ToString()));
    }

    [Fact]
    public async Task Cancel_during_checks_is_no_failed_check()
    {
        await using var bench = await RunBench.CreateAsync("write a.txt: x");
        bench.Spec = bench.Spec with { Qa = RunBench.Check("sleep 600") };
        var run = bench.RunAsync();
        await bench.WaitForAsync(e => e.Kind == RunEventKind.CheckStarted);
        bench.Control(RunControlKind.Cancel);
        var report = await run;

        Assert.Equal(RunOutcome.Cancelled, report.Outcome);
        Assert.NotNull(report.Commit);
        Assert.Empty(ProcessSweep.Find(bench.Spec.JobId.ToString()));
    }

    [Fact]
    public async Task The_runners_own_stop_is_a_cancel()
    {
        await using var bench = await RunBench.CreateAsync("print ready\nhang");
        using var stop = new CancellationTokenSource();
        var run = bench.RunUntilAsync(stop.Token);
        await bench.WaitForAsync(e => e.Text == "ready");
        await stop.CancelAsync();
        Assert.Equal(RunOutcome.Cancelled, (await run).Outcome);
    }

    [Fact]
    public async Task Without_a_renew_the_agent_is_ended()
    {
        await using var bench = await RunBench.CreateAsync("hang");
        bench.Spec = bench.Spec with { Limits = bench.Spec.Limits with { RenewSeconds = 1 } };
        var report = await bench.RunAsync();
        Assert.Equal((RunOutcome.AgentError, "lost_renewal", true), (report.Outcome, report.Error!.Code, report.Error.Retry));
    }

    [Fact]
    public async Task Renewed_it_goes_on_longer_than_one_lease()
    {
        await using var bench = await RunBench.CreateAsync("write a.txt: x\nsleep 3s");
        bench.Spec = bench.Spec with { Limits = bench.Spec.Limits with { RenewSeconds = 1.5 } };
        var run = bench.RunAsync();
        while (!run.IsCompleted)
        {
            bench.Control(RunControlKind.Renew);
            await Task.WhenAny(run, Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, TestContext.Current.CancellationToken));
        }
        Assert.Equal(RunOutcome.Changed, (await run).Outcome);
    }

    [Fact]
    public async Task Silence_is_an_idle_timeout()
    {
        await using var bench = await RunBench.CreateAsync("print ready\nhang");
        bench.Spec = bench.Spec with { Limits = bench.Spec.Limits with { IdleSeconds = 1 } };
        var report = await bench.RunAsync();
        Assert.Equal((RunOutcome.TimedOut, "idle_timeout"), (report.Outcome, report.Error!.Code));
    }

    [Fact]
    public async Task A_chatty_agent_hits_the_wall()
    {
        await using var bench = await RunBench.CreateAsync("run while true; do echo still here; sleep 0.1; done");
        bench.Spec = bench.Spec with { Limits = bench.Spec.Limits with { IdleSeconds = 60, WallSeconds = 2 } };
        var report = await bench.RunAsync();
        Assert.Equal((RunOutcome.TimedOut, "wall_timeout"), (report.Outcome, report.Error!.Code));
        Assert.Empty(ProcessSweep.Find(bench.Spec.JobId.ToString()));
    }

    [Fact]
    public async Task What_setup_started_serves_the_run_and_ends_with_it()
    {
        await using var bench = await RunBench.CreateAsync("write a.txt: x\nprint ready\nwait-for go\ndelete go",
            (".autobuild.yaml", "setup: ['setsid sleep 600 >/dev/null 2>&1 &']\n"));
        var run = bench.RunAsync();
        await bench.WaitForAsync(e => e.Text == "ready");
        Assert.Contains(ProcessSweep.Find(bench.Spec.JobId.ToString()), pid => File.ReadAllText($"/proc/{pid}/cmdline") == "sleep\0600\0");
        await File.WriteAllTextAsync(Path.Combine(bench.Tree, "go"), "", TestContext.Current.CancellationToken);
        Assert.Equal(RunOutcome.Changed, (await run).Outcome);
        Assert.Empty(ProcessSweep.Find(bench.Spec.JobId.ToString()));
    }

    [Theory]
    [InlineData("hang", RunOutcome.Cancelled)]
    [InlineData("write a.txt: x", RunOutcome.Changed)]
    [InlineData("exit 3", RunOutcome.AgentError)]
    public async Task Teardown_runs_exactly_once_however_it_ends(string script, RunOutcome outcome)
    {
        await using var bench = await RunBench.CreateAsync($"print ready\n{script}", (".autobuild.yaml", "teardown: ['echo torn >> $HOME/torn.txt']\n"));
        var run = bench.RunAsync();
        if (outcome == RunOutcome.Cancelled)
        {
            await bench.WaitForAsync(e => e.Text == "ready");
            bench.Control(RunControlKind.Cancel);
        }
        Assert.Equal(outcome, (await run).Outcome);
        Assert.Equal("torn\n", await File.ReadAllTextAsync(Path.Combine(bench.Spec.Tree.Home, "torn.txt"), TestContext.Current.CancellationToken));
    }
}
