using AutoBuild.Core.Runs;
using AutoBuild.Runner.Pipeline;

namespace AutoBuild.Tests.Runner;

/// <summary>Begins, resumes and leaves sessions of stand-ins for the real command lines.</summary>
public sealed class SessionTests
{
    private static readonly EarlierRun Before = new()
    {
        Ended = "qa_failed: Required checks fail.", Summary = "I chose red.", Question = "Red or blue?", Messages = ["make it blue"], FailedChecks = ["test\n1 failed"],
    };

    private const string Said = """echo '{"type":"assistant","message":{"content":[{"type":"text","text":"I was about to paint."}]}}'""";

    /// <summary>What each prints where it no longer has the session it shall resume, and its exit code.</summary>
    public static TheoryData<string, string, int> Refusals { get; } = new()
    {
        { "claude", "No conversation found with session ID: old", 1 },
        { "codex", "WARNING: proceeding\nError: thread/resume: thread/resume failed: no rollout found for thread id old (code -32600)\n\nStack backtrace:\n 0: x\n 1: x\n 2: x\n 3: x\n 4: x\n 5: x\n 6: x\n 7: x\n 8: x\n 9: x\n 10: x\n 11: x", 1 },
        { "gemini", "Error resuming session: No previous sessions found for this project.", 42 },
        { "qwen", "No saved session found with ID old. Run `qwen --resume` without an ID to choose from existing sessions.", 1 },
        { "opencode", "\u001b[91m\u001b[1mError: \u001b[0mSession not found", 1 },
    };

    /// <summary>A session that is gone is said to be, and a new one is told what was.</summary>
    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_session_that_is_gone_is_begun_anew_with_a_summary(string agent, string refusal, int exitCode)
    {
        await using var bench = await RunBench.CreateAsync("");
        var program = new StandInProgram(bench, agent, $"""
            if [ $turn = 1 ]; then printf '%s\n' '{refusal}' >&2; exit {exitCode}; fi
            cat "$said/{agent}/success.jsonl"; echo done > made.txt
            """);
        bench.Spec = bench.Spec with { Agent = bench.Spec.Agent! with { SessionId = "old", Message = "blue", Earlier = [Before] } };

        var report = await bench.RunAsync();

        Assert.True((RunOutcome.Changed, RunSession.FreshWithSummary, 2) == (report.Outcome, report.Session, program.Turns), $"{report.Session} {report.Error} {bench.Log}");
        Assert.Contains("old", program.Arguments(1));
        Assert.DoesNotContain("old", program.Arguments(2));
        Assert.All(["Do it\n\nplease", "blue", "I chose red.", "Red or blue?", "make it blue", "1 failed"], part => Assert.Contains(part, program.Input(2), StringComparison.Ordinal));
        Assert.DoesNotContain("I chose red.", program.Input(1), StringComparison.Ordinal);
        Assert.Contains(bench.Events, line => line.Kind == RunEventKind.Warning && line.Text!.Contains("session old", StringComparison.Ordinal));
        var session = Assert.Single(bench.Events, line => line.Kind == RunEventKind.Session);
        Assert.Equal((report.SessionId, true), (session.Name, session.Text!.Contains("is told", StringComparison.Ordinal)));
    }

    /// <summary>An attempt that follows one that was cut off goes on in the session, and is not told all from the start.</summary>
    [Fact]
    public async Task A_session_that_was_cut_off_goes_on()
    {
        await using var bench = await RunBench.CreateAsync("");
        var program = new StandInProgram(bench, "claude", "cat \"$said/claude/success.jsonl\"; echo done > made.txt");
        bench.Spec = bench.Spec with { Agent = bench.Spec.Agent! with { SessionId = "6d9b8723-d14c-460c-b655-bf31c8d43d32", Earlier = [Before with { Ended = "timed_out: It was silent." }] } };

        var report = await bench.RunAsync();

        Assert.Equal(RunSession.Resumed, report.Session);
        Assert.StartsWith("You were cut off in the midst of your work (timed_out: It was silent)", program.Input(1), StringComparison.Ordinal);
        Assert.DoesNotContain("I chose red.", program.Input(1), StringComparison.Ordinal);
    }

    /// <summary>A session that was left for its failures is named, and what it left is told.</summary>
    [Fact]
    public async Task A_session_that_was_left_is_named()
    {
        await using var bench = await RunBench.CreateAsync("");
        var program = new StandInProgram(bench, "codex", "cat \"$said/codex/success.jsonl\"; echo done > made.txt");
        bench.Spec = bench.Spec with { Agent = bench.Spec.Agent! with { SessionLeft = "Session old failed twice in the same way.", Earlier = [Before] } };

        var report = await bench.RunAsync();

        Assert.Equal((RunSession.FreshWithSummary, 1), (report.Session, program.Turns));
        Assert.Contains("I chose red.", program.Input(1), StringComparison.Ordinal);
        Assert.Contains(bench.Events, line => line is { Kind: RunEventKind.Warning, Text: "Session old failed twice in the same way." });
    }

    /// <summary>A session that has grown too long is begun anew once, with its work and last words; then it stops.</summary>
    [Theory]
    [InlineData(2, RunOutcome.Changed, null)]
    [InlineData(3, RunOutcome.AgentError, "agent_context_too_long")]
    public async Task A_session_too_long_is_begun_anew_once(int fits, RunOutcome outcome, string? code)
    {
        await using var bench = await RunBench.CreateAsync("");
        var program = new StandInProgram(bench, "claude", $$"""
            if [ $turn -ge {{fits}} ]; then cat "$said/claude/success.jsonl"; echo done >> made.txt; exit 0; fi
            echo half > made.txt
            {{Said}}
            sed 's/"num_turns":1/"num_turns":3/' "$said/claude/error-prompt-too-long.jsonl"; exit 1
            """);
        bench.Spec = bench.Spec with { Agent = bench.Spec.Agent! with { SessionId = "old" } };

        var report = await bench.RunAsync();

        Assert.Equal((outcome, code, 2), (report.Outcome, report.Error?.Code, program.Turns));
        Assert.All(["I was about to paint.", "- made.txt +1 -0"], part => Assert.Contains(part, program.Input(2), StringComparison.Ordinal));
        Assert.DoesNotContain("old", program.Arguments(2));
    }

    /// <summary>A first prompt that is too long by itself is not tried again.</summary>
    [Fact]
    public async Task A_prompt_too_long_stops()
    {
        await using var bench = await RunBench.CreateAsync("");
        var program = new StandInProgram(bench, "claude", "cat \"$said/claude/error-prompt-too-long.jsonl\"; exit 1");

        Assert.Equal(("agent_context_too_long", 1), ((await bench.RunAsync()).Error!.Code, program.Turns));
    }

    [Fact]
    public void A_summary_is_bounded()
    {
        var endless = new string('x', 1_000_000);
        var run = Before with { Summary = endless, Question = endless, Messages = [.. Enumerable.Repeat(endless, 10)], FailedChecks = [.. Enumerable.Repeat(endless, 5)] };

        Assert.InRange(Summary.Text(Enumerable.Repeat(run, 100), []).Length, 100, 60_000);
    }
}
