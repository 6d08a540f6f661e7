using AutoBuild.Client;
using AutoBuild.Commands;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Runs;
using AutoBuild.Demo;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Cli;

public sealed class ShowTests
{
    [Fact]
    public void TextFromAnAgentCantDriveTheTerminal()
    {
        Assert.Equal("a[2Jb", Plain.Text("a\u001b[2Jb"));
        Assert.Equal("a\tb\nc", Plain.Text("a\tb\nc"));
        Assert.Equal("one", Plain.Line("  one\r\ntwo"));
        Assert.Equal("12…", Plain.Line("12345", 3));
    }

    /// <summary>What nobody knows is no $0.</summary>
    [Theory]
    [InlineData(null, 0L, null, "")]
    [InlineData(null, 5L, null, "cost unknown")]
    [InlineData(1.234, 0L, CostSource.Agent, "$1.23")]
    [InlineData(1.234, 0L, CostSource.Prices, "about $1.23")]
    [InlineData(1.234, 0L, CostSource.Mixed, "about $1.23")]
    [InlineData(1.234, 5L, CostSource.Agent, "at least $1.23")]
    [InlineData(0.001, 0L, CostSource.Agent, "less than $0.01")]
    public void ACostSaysHowWellItIsKnown(double? dollars, long unpriced, CostSource? source, string shown) =>
        Assert.Equal(shown, Plain.Cost(new RunUsage { CostUsd = (decimal?)dollars, UnpricedTokens = unpriced, CostSource = source }));

    [Fact]
    public void ALongTaskHasAShortTitleAndIsKeptWhole()
    {
        var task = string.Join(' ', Enumerable.Repeat("do this", 100));

        var (title, description) = WorkOptions.Split(task);

        Assert.Equal((120, '…'), (title.Length, title[^1]));
        Assert.Equal(task, description);
        Assert.Equal(("Greet", "the world"), WorkOptions.Split("\nGreet\n\nthe world\n"));
        Assert.Equal(("Greet", null), WorkOptions.Split("Greet"));
    }

    [Fact]
    public void AJobIsReadWithTheStatusOfTheWire()
    {
        var id = Guid.CreateVersion7();
        var job = ClientJson.Read<JobView>($$"""{"id":"{{id}}","ticket_id":"{{id}}","project_id":"{{id}}","status":"failed","error_code":"qa_failed","newer_member":1,"created_at":"2030-01-01T00:00:00Z"}""");

        Assert.Equal(JobStatus.Failed, job.Status);
        Assert.True(job.IsOver);
        Assert.False(job.Succeeded);
    }

    [Theory]
    [InlineData("https://example.org/team/shelf.git", "shelf")]
    [InlineData("git@example.org:team/shelf.git", "shelf")]
    [InlineData("ssh://git@example.org/team/shelf", "shelf")]
    public async Task AnAddressIsNoPath(string address, string name)
    {
        var source = await RepositorySource.ParseAsync(address, TestContext.Current.CancellationToken);

        Assert.Equal(address, source.Url);
        Assert.Equal(name, source.Body(null).Name);
    }

    [Fact]
    public async Task AFolderInsideACheckoutMeansTheCheckout()
    {
        using var folder = new TempFolder();
        await Git.ExpectAsync(folder.Path, ["init", "--quiet"], cancellation: TestContext.Current.CancellationToken);
        var inner = Directory.CreateDirectory(Path.Combine(folder.Path, "a", "b")).FullName;

        var source = await RepositorySource.ParseAsync(inner, TestContext.Current.CancellationToken);

        Assert.Equal(folder.Path, source.Path);
    }

    [Fact]
    public async Task TheSampleOfTheDemoPassesItsOwnTests()
    {
        using var folder = new TempFolder();
        await SampleRepository.CreateAsync(folder.Path, TestContext.Current.CancellationToken);

        var test = await ChildProcess.RunAsync(new ChildCommand("sh", ["test.sh"]) { WorkingDirectory = folder.Path }, null, TestContext.Current.CancellationToken);

        Assert.True(test.Succeeded, test.Output + test.Error);
        Assert.Contains("ok      books", test.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryTicketOfTheDemoHasAScript()
    {
        Assert.Equal(6, DemoTicket.All.Count);
        Assert.All(DemoTicket.All, ticket => Assert.NotEmpty(ticket.Script));
    }
}
