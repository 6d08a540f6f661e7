using AutoBuild.Commands;

namespace AutoBuild.Tests.Cli;

public sealed class WrongUseTests
{
    [Theory]
    [InlineData("Unknown command 'jib'. Did you mean 'job'?", "jib")]
    [InlineData("Unknown command 'lits'. Did you mean 'list'?", "ticket", "lits")]
    [InlineData("Unknown option '--jsn'. Did you mean '--json'?", "job", "list", "--jsn")]
    [InlineData("Unknown option '--repos'. Did you mean '--repo'?", "run", "x", "--repos", ".")]
    [InlineData("Unknown option '--jsn'. Did you mean '--json'?", "run", "--jsn")]
    [InlineData("Unknown command 'xylophone'.", "xylophone")]
    [InlineData("'--repo' stands after '--', where everything is text.", "run", "--", "-x", "--repo", ".")]
    [InlineData("Say what is to be done", "run", "", "--server", "http://127.0.0.1:1")]
    [InlineData("Say what is to be done", "run", " \n\t", "--server", "http://127.0.0.1:1")]
    [InlineData("'autobuild job' needs to know what to do: list,", "job")]
    [InlineData("--memory-port expects a number", "up", "--memory-port", "99999")]
    [InlineData("'--priority'", "run", "x", "--priority")]
    [InlineData("--priority expects one of low, normal, high, critical, got 'urgent'.", "run", "x", "--priority", "urgent")]
    [InlineData("Did you mean 'high'?", "run", "x", "--priority", "hihg")]
    [InlineData("--limit expects a number, got 'abc'.", "job", "list", "--limit", "abc")]
    [InlineData("--orchestrator-port expects a number from 0 to 65535.", "up", "--orchestrator-port", "abc")]
    [InlineData("STATUS expects one of backlog, ready, in_progress, completed, got 'done'.", "ticket", "move", "1f3a9c42", "done")]
    [InlineData("'depend' needs TICKET and OTHER.", "ticket", "depend")]
    [InlineData("Say what is to be done", "run", "--server", "http://127.0.0.1:1")]
    [InlineData("--server expects an address", "queue", "show", "--server", "nonsense")]
    public async Task WrongUseIsToldInASentence(string sentence, params string[] args)
    {
        var run = await TypedCommand.RunAsync(args);

        Assert.Equal(ExitCode.WrongUse, run.ExitCode);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task AUselessGuessIsNotMade()
    {
        var run = await TypedCommand.RunAsync("xylophone");

        Assert.DoesNotContain("Did you mean", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AfterTwoDashesEverythingIsText()
    {
        var run = await TypedCommand.RunAsync("run", "--project", "x", "--server", "http://127.0.0.1:1", "--", "--fix the option");

        Assert.Contains("No server answers", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATokenThatLooksLikeAResponseFileIsText()
    {
        var run = await TypedCommand.RunAsync("run", "@missing", "--server", "nonsense");

        Assert.Contains("--server expects", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAgentAndACommandThatContradictAreRefused()
    {
        var run = await TypedCommand.RunAsync("run", "x", "--agent", "scripted", "--agent-command", "true", "--server", "http://127.0.0.1:1");

        Assert.Equal(ExitCode.WrongUse, run.ExitCode);
        Assert.Contains("agent 'command'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADataDirectoryThatIsAFileIsNamed()
    {
        using var folder = new TempFolder();
        var file = folder.Write("taken", "");

        var run = await TypedCommand.RunAsync("queue", "show", "--data", file);

        Assert.Equal(ExitCode.Broken, run.ExitCode);
        Assert.Contains($"The data directory '{file}' can't be made or written", run.Error, StringComparison.Ordinal);
        Assert.Contains("[store_unwritable]", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServerThatDoesNotAnswerIsBroken()
    {
        var run = await TypedCommand.RunAsync("queue", "show", "--server", "http://127.0.0.1:1");

        Assert.Equal(ExitCode.Broken, run.ExitCode);
        Assert.Contains("No server answers at http://127.0.0.1:1/", run.Error, StringComparison.Ordinal);
    }
}
