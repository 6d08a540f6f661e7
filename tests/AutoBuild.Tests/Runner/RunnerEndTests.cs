using AutoBuild.Core.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Runner;

/// <summary>Holds that nothing outlives a run, however it ends: the runner is a process of its own here, as it is in earnest.</summary>
public sealed class RunnerEndTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Confinement.Namespace)]
    [InlineData(Confinement.Sweep)]
    public async Task What_an_agent_leaves_ends_with_its_turn(Confinement confinement)
    {
        var hostile = new Hostile();
        await using var bench = await RunBench.CreateAsync("");
        bench.Spec = bench.Spec with { Agent = RunBench.Command($"{hostile.Script} echo x > a.txt; touch {bench.Root}/started; while [ ! -e {bench.Root}/go ]; do sleep 0.05; done") };
        var runner = bench.StartRunner(confinement);
        await hostile.StartedAsync();
        await File.WriteAllTextAsync(Path.Combine(bench.Root, "go"), "", Stop);

        await RunBench.UntilAsync(() => !runner.IsAlive());

        Assert.Equal(RunOutcome.Changed, bench.Report().Outcome);
        Assert.Empty(hostile.Alive);
    }

    [Theory]
    [InlineData(Confinement.Namespace)]
    [InlineData(Confinement.Sweep)]
    public async Task An_agent_that_is_killed_is_seen_within_a_second(Confinement confinement)
    {
        var hostile = new Hostile();
        await using var bench = await RunBench.CreateAsync("");
        bench.Spec = bench.Spec with { Agent = RunBench.Command($"{hostile.Script} exec sleep 600.25") };
        var runner = bench.StartRunner(confinement);
        await hostile.StartedAsync();
        var agent = Assert.Single(ProcessSweep.Find(bench.Spec.JobId.ToString()), pid => File.ReadAllText($"/proc/{pid}/cmdline") == "sleep\0600.25\0");

        var killed = TimeProvider.System.GetUtcNow();
        ProcessIdentity.Of(agent)!.Kill();
        await RunBench.UntilAsync(() => !runner.IsAlive());

        var report = bench.Report();
        Assert.Equal((RunOutcome.AgentError, "agent_crashed", true), (report.Outcome, report.Error!.Code, report.Error.Retry));
        Assert.InRange((bench.Events.Single(what => what.Kind == RunEventKind.AgentEnded).At - killed).TotalSeconds, -0.1, 5);
        Assert.Empty(hostile.Alive);
    }

    [Fact]
    public async Task In_a_namespace_all_dies_with_a_runner_that_is_killed()
    {
        Assert.SkipUnless(ProcessIsolation.NamespacesWork, "needs PID namespaces");
        var hostile = new Hostile();
        await using var bench = await RunBench.CreateAsync("");
        bench.Spec = bench.Spec with { Agent = RunBench.Command($"{hostile.Script} exec sleep 600") };
        var runner = bench.StartRunner(Confinement.Namespace);
        await hostile.StartedAsync();

        runner.Kill();

        await RunBench.UntilAsync(() => hostile.Alive.Count == 0 && ProcessSweep.Find(bench.Spec.JobId.ToString()).Count == 0);
    }

    [Fact]
    public async Task Without_one_whoever_finds_the_runner_dead_ends_the_rest()
    {
        var hostile = new Hostile();
        await using var bench = await RunBench.CreateAsync("");
        bench.Spec = bench.Spec with { Agent = RunBench.Command($"{hostile.Script} exec sleep 600") };
        var runner = bench.StartRunner(Confinement.Sweep);
        await hostile.StartedAsync();
        // Those without a mark are written down once a second.
        await RunBench.UntilAsync(() => ProcessMemory.Read(bench.Folder.Unmarked).Count >= 3);

        runner.Kill();
        await RunBench.UntilAsync(() => !runner.IsAlive());
        Assert.NotEmpty(hostile.Alive);

        Assert.True(await ProcessSweep.EndAsync(runner, bench.Spec.JobId.ToString(), bench.Folder.Unmarked));
        Assert.Empty(hostile.Alive);
    }

    [Theory]
    [InlineData(Confinement.Namespace)]
    [InlineData(Confinement.Sweep)]
    public async Task A_halted_runner_is_ended_with_all_that_it_started(Confinement confinement)
    {
        var hostile = new Hostile();
        await using var bench = await RunBench.CreateAsync("");
        bench.Spec = bench.Spec with { Agent = RunBench.Command($"{hostile.Script} exec sleep 600") };
        var runner = bench.StartRunner(confinement);
        await hostile.StartedAsync();
        runner.Halt();

        Assert.True(await ProcessSweep.EndAsync(runner, bench.Spec.JobId.ToString(), bench.Folder.Unmarked));

        Assert.False(runner.IsAlive());
        Assert.Empty(hostile.Alive);
    }

    [Fact]
    public async Task What_setup_left_without_a_mark_ends_with_the_run()
    {
        var hostile = new Hostile();
        await using var bench = await RunBench.CreateAsync("write a.txt: x", (".autobuild.yaml", $"setup:\n  - |\n    {hostile.Script} true\n"));
        var runner = bench.StartRunner(Confinement.Namespace);

        await RunBench.UntilAsync(() => !runner.IsAlive());

        Assert.Equal((RunOutcome.Changed, null), (bench.Report().Outcome, bench.Report().Error));
        Assert.Empty(hostile.Alive);
    }
}
