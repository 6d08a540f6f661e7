using AutoBuild.Core.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Runner;

/// <summary>Holds that a runner uses what its server found out about isolation, and tries it out itself where it was told nothing that makes sense.</summary>
public sealed class RunnerIsolationTests
{
    [Theory]
    [InlineData("root/user", false)]
    [InlineData("root/root", true)]
    public async Task What_it_was_told_is_used(string finding, bool ofTheMachine)
    {
        Assert.SkipUnless(ProcessIsolation.Walls is { IsMachineRoot: true }, "needs root");
        await using var bench = await RunAsync("cat /proc/self/uid_map > a.txt", finding);

        Assert.Equal(ofTheMachine, (await bench.FileAsync("a.txt"))!.Contains("4294967295", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no such thing")]
    [InlineData("none/none")]
    [InlineData("a/b/c")]
    public async Task What_makes_no_sense_takes_no_wall_away(string finding)
    {
        Assert.SkipUnless(ProcessIsolation.WallsWork, "this machine lets nobody mount in a namespace");
        var trace = $"/etc/autobuild-test-{Guid.NewGuid():N}";
        await using var bench = await RunAsync($"echo x > a.txt; echo x > {trace}; ls -d /proc/[0-9]* | wc -l >> a.txt", finding);

        var left = File.Exists(trace);
        File.Delete(trace);
        Assert.False(left);
        Assert.True(int.Parse((await bench.FileAsync("a.txt"))!.Split('\n')[1], System.Globalization.CultureInfo.InvariantCulture) < 10);
    }

    private static async Task<RunBench> RunAsync(string deed, string finding)
    {
        var bench = await RunBench.CreateAsync("");
        bench.Spec = bench.Spec with { Agent = RunBench.Command(deed), Walls = new RunWalls() };
        var runner = bench.StartRunner(Confinement.Namespace, ProcessIsolation.Argument + finding);
        await RunBench.UntilAsync(() => !runner.IsAlive());
        return bench;
    }
}
