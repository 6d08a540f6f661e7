using AutoBuild.Core.Runs;

namespace AutoBuild.Tests.Runner;

/// <summary>Which model an agent works with and for how long, and who may say so.</summary>
public sealed class AgentChoiceTests
{
    [Theory]
    [InlineData("of-ticket", "agent: {model: of-recipe}", "of-config", "of-ticket")]
    [InlineData(null, "agent: {model: of-recipe}", "of-config", "of-recipe")]
    [InlineData(null, "agent: {name: claude, model: of-recipe}", "of-config", "of-recipe")]
    [InlineData(null, "agent: {name: codex, model: of-recipe}", "of-config", "of-config")]
    [InlineData(null, "agent: claude", "of-config", "of-config")]
    public async Task The_ticket_outranks_the_recipe_and_that_the_configuration(string? asked, string recipe, string configured, string chosen)
    {
        await using var bench = await RunBench.CreateAsync("", (".autobuild.yaml", recipe));
        var program = new StandInProgram(bench, "claude", "cat $said/claude/success.jsonl");
        bench.Spec = bench.Spec with { Agent = bench.Spec.Agent! with { Model = asked, DefaultModel = configured } };

        await bench.RunAsync();

        var arguments = program.Arguments(1).ToList();
        Assert.Equal(chosen, arguments[arguments.IndexOf("--model") + 1]);
    }

    [Theory]
    [InlineData("opus", true)]
    [InlineData("openrouter/anthropic/claude-opus-4.8:beta", true)]
    [InlineData("claude-opus-4-8[1m]", true)]
    [InlineData("us.anthropic.claude@20260101", true)]
    [InlineData("--dangerously-skip-permissions", false)]
    [InlineData("a b", false)]
    [InlineData("a\nb", false)]
    [InlineData("$(id)", false)]
    [InlineData("", false)]
    public void A_model_is_no_option(string name, bool valid) => Assert.Equal(valid, ModelName.IsValid(name));

    [Fact]
    public async Task A_model_that_is_none_ends_the_run_before_the_agent()
    {
        await using var bench = await RunBench.CreateAsync("");
        bench.Spec = bench.Spec with { Agent = RunBench.Command("echo hi > made.txt") with { Model = "--help" } };

        var report = await bench.RunAsync();

        Assert.Equal(("model_invalid", false), (report.Error!.Code, report.Error.Retry));
        Assert.DoesNotContain(bench.Events, line => line.Kind == RunEventKind.AgentStarted);
    }

    /// <summary>Command lines without a limit of their own are counted by what they print, and ended.</summary>
    [Theory]
    [InlineData("codex", """{"type":"item.started","item":{"id":"item_'$n'","type":"command_execution","command":"ls"}}""")]
    [InlineData("opencode", """{"type":"step_start","sessionID":"ses_1","part":{"id":"'$n'"}}""")]
    public async Task Turns_are_counted_where_the_command_line_does_not(string agent, string line)
    {
        await using var bench = await RunBench.CreateAsync("");
        _ = new StandInProgram(bench, agent, $"n=0; while [ $n -lt 1000 ]; do n=$((n + 1)); echo '{line}'; echo $n > made.txt; sleep 0.05; done");
        bench.Spec = bench.Spec with { Agent = bench.Spec.Agent! with { MaxTurns = 7 } };

        var report = await bench.RunAsync();

        Assert.Equal(("agent_max_turns", false), (report.Error!.Code, report.Error.Retry));
        Assert.Contains("7 turns", report.Error.Message, StringComparison.Ordinal);
        Assert.Equal(["made.txt"], report.ChangedFiles);
    }

    [Theory]
    [InlineData("claude", "--max-turns 9")]
    [InlineData("qwen", "--max-session-turns 9")]
    public async Task Others_are_told_their_limit(string agent, string arguments)
    {
        await using var bench = await RunBench.CreateAsync("", (".autobuild.yaml", "agent: {max_turns: 9}"));
        var program = new StandInProgram(bench, agent, $"cat $said/{agent}/success.jsonl");

        await bench.RunAsync();

        Assert.Contains(arguments, string.Join(' ', program.Arguments(1)), StringComparison.Ordinal);
    }
}
