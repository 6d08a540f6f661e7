using AutoBuild.Core.Runs;

namespace AutoBuild.Tests.Runner;

/// <summary>Speaks with a stand-in for Claude Code while it works, as people do with a running job.</summary>
public sealed class ConversationTests
{
    // What Claude Code prints when it has taken a message.
    private const string Says = """
        heard() { echo '{"type":"system","subtype":"init","session_id":"s1"}'; echo '{"type":"user","message":{"role":"user","content":[]},"isReplay":true}'; }
        done_() { echo '{"type":"result","subtype":"success","is_error":false,"num_turns":1,"session_id":"s1","total_cost_usd":'$1',"usage":{"input_tokens":10,"output_tokens":1}}'; }
        say() { echo '{"type":"assistant","message":{"content":[{"type":"text","text":"'"$1"'"}]}}'; }
        ends() { if IFS= read -r more; then echo "$more" >> "$kept/more"; exit 9; fi; }

        """;

    /// <summary>A message reaches the process that is at work; its input is closed once it rests.</summary>
    [Fact]
    public async Task A_message_reaches_the_running_agent()
    {
        await using var bench = await RunBench.CreateAsync("");
        var program = new StandInProgram(bench, "claude", Says + """
            heard; touch begun
            IFS= read -r second; printf '%s' "$second" > second.txt
            heard; done_ 0.25; ends
            """);

        var running = bench.RunAsync();
        await RunBench.UntilAsync(() => File.Exists(Path.Combine(bench.Tree, "begun")));
        bench.Control(RunControlKind.Message, "make it \"blue\"");
        var report = await running;

        Assert.True(report.Outcome == RunOutcome.Changed, $"{report.Error}");
        Assert.Contains("make it \\u0022blue\\u0022", await bench.FileAsync("second.txt"), StringComparison.Ordinal);
        Assert.Equal(1, program.Turns);
        Assert.Contains("stream-json --replay-user-messages", string.Join(' ', program.Arguments(1)), StringComparison.Ordinal);
        Assert.Equal("make it \"blue\"", Assert.Single(bench.Events, line => line is { Kind: RunEventKind.Message, Name: "user" }).Text);
    }

    /// <summary>A message that comes while it rests begins a further turn of the same process; the cost of a result is that of all before.</summary>
    [Fact]
    public async Task The_last_result_counts_and_cost_is_counted_once()
    {
        await using var bench = await RunBench.CreateAsync("");
        bench.Control(RunControlKind.Message, "and tests");
        _ = new StandInProgram(bench, "claude", Says + """
            IFS= read -r second; heard; heard; echo done > made.txt
            echo '{"type":"result","subtype":"error_during_execution","is_error":true,"num_turns":2,"session_id":"s1","total_cost_usd":0.25,"usage":{"input_tokens":10}}'
            done_ 0.75
            """);

        var report = await bench.RunAsync();

        Assert.Equal(RunOutcome.Changed, report.Outcome);
        Assert.Equal((0.75m, 20L, 3), (report.Usage.CostUsd, report.Usage.InputTokens, report.Usage.Turns));
    }

    /// <summary>What it took no notice of is told again, to the same session.</summary>
    [Fact]
    public async Task A_message_that_was_not_heard_is_told_again()
    {
        await using var bench = await RunBench.CreateAsync("");
        var program = new StandInProgram(bench, "claude", Says + """
            heard; echo $turn > made.txt
            if [ $turn = 1 ]; then touch begun; IFS= read -r second; fi
            done_ 0.25; ends
            """);

        var running = bench.RunAsync();
        await RunBench.UntilAsync(() => File.Exists(Path.Combine(bench.Tree, "begun")));
        bench.Control(RunControlKind.Message, "make it blue");
        var report = await running;

        Assert.Equal((RunOutcome.Changed, 2), (report.Outcome, program.Turns));
        Assert.Contains("make it blue", program.Input(2), StringComparison.Ordinal);
        Assert.Contains("--resume s1", string.Join(' ', program.Arguments(2)), StringComparison.Ordinal);
        Assert.Single(bench.Events, line => line is { Kind: RunEventKind.Message, Name: "user" });
    }

    /// <summary>An agent that only waits for more input ends by its silence, and one that dies in the midst of our words ends too.</summary>
    [Theory]
    [InlineData("cat > /dev/null", RunOutcome.TimedOut, "idle_timeout")]
    [InlineData("exit 7", RunOutcome.AgentError, "agent_crashed")]
    public async Task An_open_input_never_hangs(string body, RunOutcome outcome, string code)
    {
        await using var bench = await RunBench.CreateAsync("");
        _ = new StandInProgram(bench, "claude", body);
        bench.Control(RunControlKind.Message, new string('x', 200_000));
        bench.Spec = bench.Spec with { Limits = bench.Spec.Limits with { IdleSeconds = 1 } };

        var report = await bench.RunAsync();

        Assert.Equal((outcome, code), (report.Outcome, report.Error!.Code));
        Assert.DoesNotContain(bench.Events, line => line is { Kind: RunEventKind.Message, Name: "user" });
    }

    public static TheoryData<string> Agents { get; } = ["claude", "codex", "opencode", "gemini", "qwen"];

    /// <summary>The end of the last words asks a person, whichever agent says it.</summary>
    [Theory]
    [MemberData(nameof(Agents))]
    public async Task A_question_at_the_end_needs_input(string agent)
    {
        await using var bench = await RunBench.CreateAsync("");
        _ = new StandInProgram(bench, agent, $"sed 's/DONE\\./Half is done.\\\\n\\\\n**NEEDS INPUT:** Red or blue?/' \"$said/{agent}/success.jsonl\"; echo half > made.txt");

        var report = await bench.RunAsync();

        Assert.Equal((RunOutcome.NeedsInput, "Red or blue?"), (report.Outcome, report.Question));
        Assert.Equal("half\n", await bench.FileAsync("made.txt"));
    }

    /// <summary>What is said before further work, or in the midst of a line, is no question.</summary>
    [Theory]
    [InlineData("NEEDS INPUT: Red or blue?", "Blue it is.")]
    [InlineData("I was told to write NEEDS INPUT: where I have a question.", null)]
    public async Task Only_the_last_words_ask(string first, string? last)
    {
        await using var bench = await RunBench.CreateAsync("");
        var second = last is null ? "" : $"say '{last}'";
        _ = new StandInProgram(bench, "claude", Says + $$"""
            say "{{first}}"
            {{second}}
            echo done > made.txt; done_ 0; ends
            """);

        Assert.Equal(RunOutcome.Changed, (await bench.RunAsync()).Outcome);
    }
}
