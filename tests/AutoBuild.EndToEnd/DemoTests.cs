using AutoBuild.Workspaces;

namespace AutoBuild.EndToEnd;

public sealed class DemoTests
{
    [Fact]
    public async Task AllLandAndTheTwoThatCollideAreMergedByRule()
    {
        await using var binary = new Binary();

        var (code, demo) = await binary.JsonAsync("demo");

        Assert.Equal((6, 6, 0, 0), ((int)demo["tickets"]!, (int)demo["landed"]!, (int)demo["needs_you"]!, (int)demo["failed"]!));
        Assert.Equal(0, code);
        Assert.Equal(["tickets", "landed", "needs_you", "failed", "qa_rounds", "resolved", "seconds", "repository"], demo.Select(member => member.Key));
        Assert.Equal((7, 1), ((int)demo["qa_rounds"]!, (int)demo["resolved"]!));
        var repository = (string)demo["repository"]!;
        Assert.StartsWith(binary.Data, repository, StringComparison.Ordinal);
        var log = await Git.TextAsync(repository, ["log", "--format=%s", "--first-parent"], cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(7, log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        var script = await File.ReadAllTextAsync(Path.Combine(repository, "shelf"), TestContext.Current.CancellationToken);
        Assert.Contains("    count) count_books ;;\n", script, StringComparison.Ordinal);
        Assert.Contains("    authors) list_authors ;;\n", script, StringComparison.Ordinal);
        var merges = await Git.TextAsync(repository, ["log", "--format=%(trailers:key=AutoBuild-Resolved,valueonly)"], cancellation: TestContext.Current.CancellationToken);
        Assert.StartsWith("shelf (", merges.Trim(), StringComparison.Ordinal);
        Assert.InRange((double)demo["seconds"]!, 0, 60);
    }
}
