namespace AutoBuild.EndToEnd;

public sealed class RunTests
{
    [Fact]
    public async Task ARunEndsWithEvidenceLandsOnRequestAndComesHomeOnRequest()
    {
        await using var binary = new Binary();
        var repository = await Repository.CreateAsync(binary.Folder);
        var before = Repository.Bytes(repository);

        var (code, run) = await binary.JsonAsync("run", "add a second file", "--repo", repository, "--agent", "command", "--agent-command", "cat > /dev/null; echo Two. > second.txt");

        Assert.Equal(0, code);
        Assert.Equal("completed", (string?)run["job"]!["status"]);
        Assert.Equal("passed", (string?)run["job"]!["qa"]!["verdict"]);
        Assert.Equal("full-stops", (string?)run["job"]!["qa"]!["checks"]![0]!["name"]);
        Assert.Equal("in_review", (string?)run["ticket"]!["status"]);
        Assert.Null(run["landing"]);

        var (landed, landing) = await binary.JsonAsync("job", "land", (string)run["job"]!["id"]!);
        Assert.Equal((0, "landed"), (landed, (string?)landing["state"]));
        Assert.Equal(before, Repository.Bytes(repository));

        var sync = await binary.RunAsync("project", "sync", "--repo", repository);
        Assert.Equal(0, sync.ExitCode);
        Assert.Equal("Two.\n", await File.ReadAllTextAsync(Path.Combine(repository, "second.txt"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task WorkThatFailsItsChecksEndsWithOne()
    {
        await using var binary = new Binary();
        var repository = await Repository.CreateAsync(binary.Folder);

        var run = await binary.RunAsync("run", "add a bad file", "--repo", repository, "--agent", "command", "--agent-command", "echo Two > second.txt");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("✗ full-stops", run.Output, StringComparison.Ordinal);
        Assert.Contains("second.txt has no full stop", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public async Task AnUnknownAgentIsRefusedAndLeavesNoTicket()
    {
        await using var binary = new Binary();
        var repository = await Repository.CreateAsync(binary.Folder);

        var run = await binary.RunAsync("run", "anything", "--repo", repository, "--agent", "nobody");
        var (_, tickets) = await binary.JsonAsync("ticket", "list", "--repo", repository);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("nobody", run.Error, StringComparison.Ordinal);
        Assert.Contains("scripted", run.Error, StringComparison.Ordinal);
        Assert.Empty(tickets["tickets"]!.AsArray());
    }

    [Fact]
    public async Task CommandsAtOnceFindOneServer()
    {
        await using var binary = new Binary();

        var shown = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => binary.RunAsync("queue", "show", "--json")));

        Assert.All(shown, one => Assert.Equal((0, ""), (one.ExitCode, one.Error)));
        Assert.NotNull(binary.Server());
    }
}
