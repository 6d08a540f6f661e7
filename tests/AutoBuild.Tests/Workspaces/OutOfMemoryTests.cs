using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Workspaces;

public sealed class OutOfMemoryTests
{
    [Fact]
    public async Task The_kernel_takes_an_agent_before_others()
    {
        Assert.SkipUnless(File.Exists("/proc/self/oom_score_adj"), "Only Linux has scores.");
        var command = new ChildCommand("cat", ["/proc/self/oom_score_adj"]) { Confinement = Confinement.Namespace };

        var result = await ChildProcess.RunAsync(command, null, TestContext.Current.CancellationToken);

        Assert.Equal("800", result.Output.Trim());
        Assert.NotEqual("800", (await File.ReadAllTextAsync("/proc/self/oom_score_adj", TestContext.Current.CancellationToken)).Trim());
        Assert.InRange(OutOfMemory.Kills(), 0, long.MaxValue);
    }
}
