using System.Text.Json.Nodes;
using AutoBuild.Workspaces;

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
    public async Task WorkThatFailsWithWhatLandedMeanwhileIsMendedByItsAgentAndFollowedUntilItHasLanded()
    {
        await using var binary = new Binary();
        var repository = await Repository.CreateAsync(binary.Folder);
        await File.AppendAllTextAsync(Path.Combine(repository, "test.sh"), "[ ! -e left.txt ] || [ ! -e right.txt ] || { echo both sides; exit 1; }\n", TestContext.Current.CancellationToken);
        await Git.ExpectAsync(repository, ["commit", "--quiet", "--all", "--message", "either side"], cancellation: TestContext.Current.CancellationToken);
        var go = Path.Combine(binary.Folder, "go");
        var agent = $"case $(cat) in *'both sides'*) git mv right.txt beside.txt;; *) while [ ! -e {go} ]; do sleep 0.05; done; echo Two. > right.txt;; esac";
        var (process, working) = binary.Start("the agent works", "run", "right", "--repo", repository, "--land", "auto", "--agent", "command", "--agent-command", agent, "--json");
        await using var right = process;
        await working;

        var left = await binary.RunAsync("run", "left", "--repo", repository, "--land", "auto", "--agent", "command", "--agent-command", "cat > /dev/null; echo One. > left.txt");
        await File.WriteAllTextAsync(go, "", TestContext.Current.CancellationToken);
        var ended = await right.Completion.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);

        Assert.True(left.ExitCode == 0 && ended.ExitCode == 0, left.Output + left.Error + ended.Output + ended.Error);
        Assert.Contains("Checks fail on the merged tree; sent back to its agent, job ", ended.Error, StringComparison.Ordinal);
        var run = JsonNode.Parse(ended.Output)!.AsObject();
        Assert.Equal(["ticket", "job", "landing"], run.Select(member => member.Key));
        Assert.Equal(("completed", "landed", 1), ((string?)run["ticket"]!["status"], (string?)run["landing"]!["state"], (int)run["landing"]!["reworks"]!));
        Assert.Equal((string?)run["job"]!["id"], (string?)run["landing"]!["job_id"]);
        Assert.NotNull(run["job"]!["rework_of"]);
    }

    /// <summary>A key exported after the server was started would not reach its agents: the server is started anew.</summary>
    [Fact]
    public async Task AKeyOfThisTerminalReachesTheAgentOfAServerThatWasStartedWithoutIt()
    {
        await using var binary = new Binary();
        var repository = await Repository.CreateAsync(binary.Folder);
        var programs = Directory.CreateDirectory(Path.Combine(binary.Folder, "bin")).FullName;
        var claude = Path.Combine(programs, "claude");
        await File.WriteAllTextAsync(claude, "#!/bin/sh\nread -r prompt\nprintf '%s.\\n' \"$ANTHROPIC_API_KEY\" > key.txt\necho '{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,\"result\":\"done\"}'\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(claude, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        binary.Variables["PATH"] = $"{programs}:{Environment.GetEnvironmentVariable("PATH")}";
        Assert.Equal(0, (await binary.RunAsync("project", "list")).ExitCode);
        var first = binary.Server();

        binary.Variables["ANTHROPIC_API_KEY"] = "sk-ant-of-this-terminal";
        var run = await binary.RunAsync("run", "write the key", "--repo", repository, "--agent", "claude");
        var again = await binary.RunAsync("run", "write the key", "--repo", repository, "--agent", "claude");

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Contains("The server that runs has not this terminal's ANTHROPIC_API_KEY; it is started anew.", run.Output, StringComparison.Ordinal);
        Assert.NotEqual(first, binary.Server());
        Assert.Contains("key.txt", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("started anew", again.Output, StringComparison.Ordinal);

        binary.Variables["ANTHROPIC_API_KEY"] = "sk-ant-another-one";
        var retried = await binary.RunAsync("job", "message", (await binary.JsonAsync("job", "list")).Json["jobs"]![0]!["id"]!.ToString(), "once more");
        Assert.Contains("started anew", retried.Output, StringComparison.Ordinal);
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
