using AutoBuild.Core.Runs;

namespace AutoBuild.Tests.Runner;

/// <summary>Runs attempts with stand-ins for the real command lines: what they are given, and what follows from what they print.</summary>
public sealed class CommandLineAgentTests
{
    public static TheoryData<string, string, string, string> Each { get; } = new()
    {
        { "claude", "--print --output-format stream-json --verbose", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1", "--resume 6d9b8723-d14c-460c-b655-bf31c8d43d32" },
        { "codex", "exec --json", "CODEX_HOME=", "exec resume 01a1fce8-a79c-70b2-8194-3f369b76d56c" },
        { "opencode", "run --format json", "OPENCODE_DISABLE_AUTOUPDATE=1", "-s ses_e0313ed75ffeAJGN2wMeptYrNe" },
        { "gemini", "-o stream-json", "AUTOBUILD_TRIGGER=ticket", "--resume c890a97f-275f-4960-9c59-af2bd5906f52" },
        { "qwen", "-o stream-json", "AUTOBUILD_TRIGGER=ticket", "--resume e530f632-a436-49fa-9a41-da08a1831b68" },
    };

    /// <summary>The task comes on standard input byte for byte; failed checks go back to the same session.</summary>
    [Theory]
    [MemberData(nameof(Each))]
    public async Task Each_works_and_mends_in_its_session(string agent, string arguments, string variable, string resumed)
    {
        await using var bench = await RunBench.CreateAsync("");
        var program = new StandInProgram(bench, agent, "cat \"$said/" + agent + "/success.jsonl\"; echo $turn > made.txt");
        bench.Spec = bench.Spec with { Agent = bench.Spec.Agent! with { Model = "some-model" }, Qa = RunBench.Check("! grep -qs 1 made.txt") };

        var report = await bench.RunAsync();

        Assert.True(report.Outcome == RunOutcome.Changed, $"{report.Outcome}: {report.Error} {bench.Log}");
        Assert.Equal(2, report.QaRounds);
        Assert.Equal("Do it\n\nplease", program.Input(1));
        Assert.Contains(arguments, string.Join(' ', program.Arguments(1)), StringComparison.Ordinal);
        Assert.Contains("some-model", program.Arguments(1));
        Assert.Contains(program.Variables(1), line => line.StartsWith(variable, StringComparison.Ordinal));
        Assert.Contains(resumed, string.Join(' ', program.Arguments(2)), StringComparison.Ordinal);
        Assert.EndsWith(report.SessionId!, resumed, StringComparison.Ordinal);
        Assert.Contains(bench.Events, line => line.Kind == RunEventKind.ToolCall);
        Assert.True(report.Usage.InputTokens > 0);
    }

    [Theory]
    [InlineData("claude", "rate-limited", RunOutcome.Quota, "rate_limit", false)]
    [InlineData("codex", "usage-limit", RunOutcome.Quota, "quota", false)]
    [InlineData("claude", "error-401", RunOutcome.AgentError, "agent_not_signed_in", false)]
    [InlineData("claude", "overloaded", RunOutcome.Quota, "agent_provider_overloaded", false)]
    [InlineData("claude", "permission-denied", RunOutcome.AgentError, "agent_permission_denied", false)]
    [InlineData("claude", "interrupted-sigint-stream", RunOutcome.AgentError, "agent_crashed", true)]
    [InlineData("opencode", "permission-rejected", RunOutcome.AgentError, "agent_permission_denied", false)]
    public async Task An_end_decides_what_follows(string agent, string transcript, RunOutcome outcome, string code, bool retry)
    {
        await using var bench = await RunBench.CreateAsync("");
        _ = new StandInProgram(bench, agent, $"cat \"$said/{agent}/{transcript}.jsonl\"");

        var report = await bench.RunAsync();

        Assert.Equal((outcome, code, retry), (report.Outcome, report.Error!.Code, report.Error.Retry));
    }

    [Fact]
    public async Task What_was_refused_is_named()
    {
        await using var bench = await RunBench.CreateAsync("");
        _ = new StandInProgram(bench, "claude", "cat \"$said/claude/permission-denied.jsonl\"");

        Assert.Matches("changed nothing: Write .+; Bash .+\\.$", (await bench.RunAsync()).Error!.Message);
    }

    /// <summary>What was done before a refusal is checked and kept like any work.</summary>
    [Fact]
    public async Task A_refusal_beside_work_is_no_failure()
    {
        await using var bench = await RunBench.CreateAsync("");
        _ = new StandInProgram(bench, "claude", "cat \"$said/claude/permission-denied.jsonl\"; echo done > made.txt");

        var report = await bench.RunAsync();

        Assert.Equal(RunOutcome.Changed, report.Outcome);
        Assert.Contains(bench.Events, line => line.Kind == RunEventKind.PermissionDenied);
    }

    [Fact]
    public async Task A_session_that_is_gone_is_begun_anew_and_said()
    {
        await using var bench = await RunBench.CreateAsync("");
        var program = new StandInProgram(bench, "claude", """
            case "$*" in
            *--resume*) echo "No conversation found with session ID: old" >&2; exit 1 ;;
            esac
            cat "$said/claude/success.jsonl"; echo done > made.txt
            """);
        bench.Spec = bench.Spec with { Agent = bench.Spec.Agent! with { SessionId = "old" } };

        var report = await bench.RunAsync();

        Assert.Equal((RunOutcome.Changed, 2), (report.Outcome, program.Turns));
        Assert.Contains(bench.Events, line => line.Kind == RunEventKind.Warning && line.Text!.Contains("session old", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named()
    {
        await using var bench = await RunBench.CreateAsync("");
        _ = new StandInProgram(bench, "claude", "true");
        bench.Environment["PATH"] = "/usr/bin:/bin";

        var report = await bench.RunAsync();

        Assert.Equal(("agent_missing", false), (report.Error!.Code, report.Error.Retry));
        Assert.Contains("claude", report.Error.Message, StringComparison.Ordinal);
    }
}
