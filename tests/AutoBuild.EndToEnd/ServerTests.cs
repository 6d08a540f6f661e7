using System.Text.Json.Nodes;

namespace AutoBuild.EndToEnd;

public sealed class ServerTests
{
    [Fact]
    public async Task UpTakesOverFromAServerOfACommandAndEndsAtCtrlC()
    {
        await using var binary = new Binary();
        await binary.RunAsync("queue", "pause");
        var own = binary.Server()!;

        var (process, ready) = binary.Start("AutoBuild is ready", "up", "--orchestrator-port", "0", "--memory-port", "0", "--web-port", "0");
        await using var up = process;
        await ready;
        var (_, queue) = await binary.JsonAsync("queue", "show");
        process.Interrupt();
        var ended = await process.Completion.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.False(own.IsAlive());
        Assert.True((bool)queue["paused"]!);
        Assert.Equal(0, ended.ExitCode);
        Assert.False(File.Exists(Path.Combine(binary.Data, "endpoints.json")));
    }

    [Fact]
    public async Task TicketsWaitForOneAnotherAndLandByThemselves()
    {
        await using var binary = new Binary();
        var repository = await Repository.CreateAsync(binary.Folder);
        string[] agent = ["--repo", repository, "--land", "auto", "--agent", "command", "--agent-command"];

        var (_, first) = await binary.JsonAsync(["ticket", "add", "write two", .. agent, "echo Two. > two.txt", "--start"]);
        var (code, run) = await binary.JsonAsync(["run", "write three from two", .. agent, "sed s/Two/Three/ two.txt > three.txt", "--depends-on", Short(first)]);

        Assert.Equal((0, "landed"), (code, (string?)run["landing"]!["state"]));
        Assert.Equal("completed", (string?)run["ticket"]!["status"]);
        var sync = await binary.RunAsync("project", "sync", "--repo", repository);
        Assert.Equal(0, sync.ExitCode);
        Assert.Equal("Three.\n", await File.ReadAllTextAsync(Path.Combine(repository, "three.txt"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://127.0.0.1:9")]
    public async Task TelemetryIsLoadedOnlyWhereACollectorIsConfigured(string collector)
    {
        Assert.SkipUnless(File.Exists("/proc/self/maps"), "What a process has loaded is read from /proc.");
        await using var binary = new Binary();
        binary.Variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector;
        var (process, ready) = binary.Start("AutoBuild is ready", "up", "--orchestrator-port", "0", "--memory-port", "0");
        await using var up = process;
        await ready;
        var loaded = await File.ReadAllTextAsync($"/proc/{binary.Server()!.Pid}/maps", TestContext.Current.CancellationToken);
        process.Interrupt();
        var ended = await process.Completion.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Contains("AutoBuild.Core.dll", loaded, StringComparison.Ordinal);
        Assert.Equal(collector.Length > 0, loaded.Contains("OpenTelemetry", StringComparison.Ordinal));
        Assert.Equal(0, ended.ExitCode);
    }

    private static string Short(JsonObject ticket) => ((string)ticket["id"]!)[^8..];
}
