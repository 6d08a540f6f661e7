namespace AutoBuild.EndToEnd;

public sealed class InterruptTests
{
    [Fact]
    public async Task CtrlCStopsTheJobAndSaysSo()
    {
        await using var binary = new Binary();
        var repository = await Repository.CreateAsync(binary.Folder);
        var (process, working) = binary.Start("the agent works", "run", "never ends", "--repo", repository, "--agent", "command", "--agent-command", "sleep 600");
        await using var run = process;
        await working;

        process.Interrupt();

        var ended = await process.Completion;
        var (_, jobs) = await binary.JsonAsync("job", "list");
        Assert.Equal(130, ended.ExitCode);
        Assert.Contains("Stopping the job", ended.Error, StringComparison.Ordinal);
        Assert.Equal("cancelled", (string?)jobs["jobs"]![0]!["status"]);
    }

    [Fact]
    public async Task ARunSurvivesTheDeathOfItsServer()
    {
        await using var binary = new Binary();
        var repository = await Repository.CreateAsync(binary.Folder);
        var go = Path.Combine(binary.Folder, "go");
        var agent = $"while [ ! -e {go} ]; do sleep 0.1; done; echo Two. > second.txt";
        var (process, working) = binary.Start("the agent works", "run", "outlive the server", "--repo", repository, "--agent", "command", "--agent-command", agent);
        await using var run = process;
        await working;

        var first = binary.Server()!;
        first.Kill();
        await File.WriteAllTextAsync(go, "", TestContext.Current.CancellationToken);

        var ended = await process.Completion.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        var (_, jobs) = await binary.JsonAsync("job", "list");
        Assert.Equal(0, ended.ExitCode);
        Assert.Equal((1, "completed", 1), (jobs["jobs"]!.AsArray().Count, (string?)jobs["jobs"]![0]!["status"], (int)jobs["jobs"]![0]!["attempt"]!));
        Assert.NotEqual(first, binary.Server());
    }
}
