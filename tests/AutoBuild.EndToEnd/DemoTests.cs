using AutoBuild.Workspaces;

namespace AutoBuild.EndToEnd;

public sealed class DemoTests
{
    [Fact]
    public async Task FiveLandAndOneNeedsYou()
    {
        await using var binary = new Binary();

        var (code, demo) = await binary.JsonAsync("demo");

        Assert.Equal((6, 5, 1, 0), ((int)demo["tickets"]!, (int)demo["landed"]!, (int)demo["needs_you"]!, (int)demo["failed"]!));
        Assert.Equal(0, code);
        Assert.Equal(["tickets", "landed", "needs_you", "failed", "qa_rounds", "seconds", "repository"], demo.Select(member => member.Key));
        Assert.Equal(7, (int)demo["qa_rounds"]!);
        var repository = (string)demo["repository"]!;
        Assert.StartsWith(binary.Data, repository, StringComparison.Ordinal);
        var log = await Git.TextAsync(repository, ["log", "--format=%s", "--first-parent"], cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(6, log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.InRange((double)demo["seconds"]!, 0, 60);
    }
}
