using AutoBuild.Core.Runs;
using AutoBuild.Runner.Agents;

namespace AutoBuild.Tests.Runner;

/// <summary>Reads what the real command lines printed, kept in <c>Transcripts</c>.</summary>
public sealed class AgentReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, int, string?> Ends { get; } = new()
    {
        { "claude/success", 0, null },
        { "claude/mcp", 0, null },
        { "claude/hooks", 0, null },
        { "claude/json-schema", 0, null },
        { "claude/background-task", 0, null },
        { "claude/partial-messages", 0, null },
        { "claude/stream-json-input", 0, null },
        { "claude/permission-denied", 0, null },
        { "claude/rate-limited-then-ok", 0, null },
        { "claude/rate-limited", 1, nameof(AgentFailure.RateLimit) },
        { "claude/overloaded", 1, nameof(AgentFailure.Overloaded) },
        { "claude/max-turns", 1, nameof(AgentFailure.MaxTurns) },
        { "claude/max-budget", 1, nameof(AgentFailure.Budget) },
        { "claude/error-401", 1, nameof(AgentFailure.Authentication) },
        { "claude/error-credit", 1, nameof(AgentFailure.Billing) },
        { "claude/error-connection", 1, nameof(AgentFailure.Unreachable) },
        { "claude/error-prompt-too-long", 1, nameof(AgentFailure.ContextTooLong) },
        { "claude/interrupted-sigint-stream", 0, nameof(AgentFailure.Crashed) },
        { "claude/interrupted-sigint-tool", 1, nameof(AgentFailure.Crashed) },
        { "claude/error-400", 1, nameof(AgentFailure.Rejected) },
        { "claude/error-404", 1, nameof(AgentFailure.UnknownModel) },
        { "claude/error-503", 1, nameof(AgentFailure.Overloaded) },
        { "claude/error-cut", 1, nameof(AgentFailure.Overloaded) },
        { "claude/error-malformed", 1, nameof(AgentFailure.Malformed) },
        { "claude/error-too-long", 1, nameof(AgentFailure.ContextTooLong) },
        { "claude/error-usage-limit", 1, nameof(AgentFailure.Quota) },
        { "claude/session-gone", 1, nameof(AgentFailure.SessionGone) },
        { "codex/success", 0, null },
        { "codex/mcp", 0, null },
        { "codex/resumed", 0, null },
        { "codex/sandbox-workspace-write", 0, null },
        { "codex/rate-limited-then-ok", 0, null },
        { "codex/rate-limited", 1, nameof(AgentFailure.RateLimit) },
        { "codex/usage-limit", 1, nameof(AgentFailure.Quota) },
        { "codex/quota", 1, nameof(AgentFailure.Billing) },
        { "codex/error-401", 1, nameof(AgentFailure.Authentication) },
        { "codex/error-500", 1, nameof(AgentFailure.Overloaded) },
        { "codex/error-idle-timeout", 1, nameof(AgentFailure.Unreachable) },
        { "codex/interrupted-sigint", 1, nameof(AgentFailure.Crashed) },
        { "codex/error-400", 1, nameof(AgentFailure.Rejected) },
        { "codex/error-404", 1, nameof(AgentFailure.UnknownModel) },
        { "codex/error-503", 1, nameof(AgentFailure.Overloaded) },
        { "codex/error-cut", 1, nameof(AgentFailure.Unreachable) },
        { "codex/error-malformed", 1, nameof(AgentFailure.Unreachable) },
        { "codex/error-too-long", 1, nameof(AgentFailure.ContextTooLong) },
        { "codex/error-usage-limit", 1, nameof(AgentFailure.Quota) },
        { "codex/session-gone", 1, nameof(AgentFailure.SessionGone) },
        { "opencode/success", 0, null },
        { "opencode/mcp", 0, null },
        { "opencode/permission-rejected", 0, nameof(AgentFailure.PermissionDenied) },
        { "opencode/rate-limited", 1, nameof(AgentFailure.RateLimit) },
        { "opencode/error-401", 1, nameof(AgentFailure.Authentication) },
        { "opencode/error-malformed", 1, nameof(AgentFailure.Malformed) },
        { "gemini/success", 0, null },
        { "gemini/rate-limited", 1, nameof(AgentFailure.Crashed) },
        { "qwen/success", 0, null },
        { "qwen/max-turns", 53, nameof(AgentFailure.MaxTurns) },
        { "opencode/error-404", 1, nameof(AgentFailure.UnknownModel) },
        { "opencode/session-gone", 1, nameof(AgentFailure.SessionGone) },
        { "qwen/error-400", 0, nameof(AgentFailure.Rejected) },
        { "qwen/error-401", 0, nameof(AgentFailure.Authentication) },
        { "qwen/error-404", 0, nameof(AgentFailure.UnknownModel) },
        { "qwen/error-connection", 0, nameof(AgentFailure.Unreachable) },
        { "qwen/error-cut", 0, nameof(AgentFailure.Unreachable) },
        { "qwen/error-malformed", 0, nameof(AgentFailure.Malformed) },
        { "qwen/error-too-long", 0, nameof(AgentFailure.ContextTooLong) },
        { "qwen/quota", 0, nameof(AgentFailure.Quota) },
        { "qwen/session-gone", 1, nameof(AgentFailure.SessionGone) },
        { "gemini/error-400", 144, nameof(AgentFailure.Rejected) },
        { "gemini/error-401", 145, nameof(AgentFailure.Authentication) },
        { "gemini/error-cut", 1, nameof(AgentFailure.Unreachable) },
        { "gemini/error-malformed", 1, nameof(AgentFailure.Malformed) },
        { "gemini/session-gone", 42, nameof(AgentFailure.SessionGone) },
        { "qwen/rate-limited", 1, nameof(AgentFailure.Crashed) },
    };

    public static TheoryData<string, string, long, long, double> Used { get; } = new()
    {
        { "claude/success", "6d9b8723-d14c-460c-b655-bf31c8d43d32", 6300, 80, 0.027 },
        { "claude/max-budget", "b762408f-58a5-472c-81c9-e126d8fdc4ff", 200_000, 2000, 1.05 },
        { "codex/success", "01a1fce8-a79c-70b2-8194-3f369b76d56c", 3200, 120, 0 },
        { "opencode/success", "ses_e0313ed75ffeAJGN2wMeptYrNe", 3200, 0, 0 },
        { "gemini/success", "c890a97f-275f-4960-9c59-af2bd5906f52", 2200, 70, 0 },
        { "qwen/success", "e530f632-a436-49fa-9a41-da08a1831b68", 2200, 70, 0 },
    };

    /// <summary>Decides each class from what was printed, whatever the exit code says.</summary>
    [Theory]
    [MemberData(nameof(Ends))]
    public void AnEndHasItsClass(string transcript, int exitCode, string? failure)
    {
        var (reader, _) = Read(transcript);

        Assert.Equal(failure, reader.Conclude(exitCode, Now)?.Failure.ToString());
    }

    [Fact]
    public void EveryTranscriptIsJudged()
    {
        var kept = Directory.EnumerateFiles(Folder, "*.jsonl", SearchOption.AllDirectories)
            .Select(path => Path.ChangeExtension(Path.GetRelativePath(Folder, path), null).Replace('\\', '/'));

        Assert.Equal(kept.Order(), Ends.Select(row => row.Data.Item1).Order());
    }

    [Theory]
    [MemberData(nameof(Used))]
    public void SessionAndUsageAreTold(string transcript, string session, long input, long output, double cost)
    {
        var (_, lines) = Read(transcript);
        using var allowance = new Allowance(null, null);
        var usage = lines.Where(line => line.Usage is not null).Aggregate(new RunUsage(), (sum, line) => sum.Plus(allowance.Take(line, session)));

        Assert.Equal(session, lines.Last(line => line.Session is not null).Session);
        Assert.Equal(input, usage.InputTokens);
        Assert.True(output == 0 || output == usage.OutputTokens, $"{usage.OutputTokens} tokens out");
        Assert.True(cost == 0 || Math.Abs(cost - (double)usage.CostUsd!) < 1e-9, $"{usage.CostUsd} dollars");
    }

    [Theory]
    [InlineData("claude/success", "hello.txt")]
    [InlineData("codex/success", "patched.txt")]
    [InlineData("opencode/success", "hello.txt")]
    [InlineData("gemini/success", "hello.txt")]
    [InlineData("qwen/success", "hello.txt")]
    public void AnEditIsACallAResultAndAChangedFile(string transcript, string file)
    {
        var (_, lines) = Read(transcript);

        Assert.Contains(lines, line => line.Kind == RunEventKind.Message && line.Text!.EndsWith("DONE.", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Kind == RunEventKind.ToolCall);
        Assert.Contains(lines, line => line.Kind is RunEventKind.ToolResult);
        Assert.EndsWith(file, Assert.Single(lines, line => line.Kind == RunEventKind.FileChange).Name ?? "", StringComparison.Ordinal);
    }

    /// <summary>A refused edit is told, and is no changed file.</summary>
    [Fact]
    public void ARefusalIsTold()
    {
        var (_, lines) = Read("claude/permission-denied");

        Assert.Equal(["Write", "Bash"], lines.Where(line => line.Kind == RunEventKind.PermissionDenied).Select(line => line.Name));
        Assert.DoesNotContain(lines, line => line.Kind == RunEventKind.FileChange);
    }

    [Theory]
    [InlineData("claude/rate-limited-then-ok")]
    [InlineData("codex/rate-limited-then-ok")]
    public void WaitingForTheProviderShows(string transcript) =>
        Assert.Equal(2, Read(transcript).Lines.Count(line => line.Kind == RunEventKind.ProviderWaiting));

    /// <summary>What only the error output says decides where no result was printed.</summary>
    [Theory]
    [InlineData("Attempt 1 failed with status 429. Retrying with backoff...", 1, nameof(AgentFailure.RateLimit))]
    [InlineData("Invalid auth method selected.", 41, nameof(AgentFailure.Authentication))]
    [InlineData("No conversation found with session ID: 1", 1, nameof(AgentFailure.SessionGone))]
    [InlineData("", 0, nameof(AgentFailure.Crashed))]
    public void TheErrorOutputDecidesWhereNothingElseDoes(string said, int exitCode, string failure)
    {
        AgentReader[] readers = [new ClaudeReader(), new CodexReader(), new OpenCodeReader(), new GeminiReader()];
        Assert.All(readers, reader =>
        {
            Assert.Empty(reader.Read(said));
            Assert.Equal(failure, reader.Conclude(exitCode, Now)!.Failure.ToString());
        });
    }

    /// <summary>Broken, foreign and future lines are passed over.</summary>
    [Theory]
    [InlineData("{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"te")]
    [InlineData("{\"type\":\"assistant\",\"message\":\"text\"}")]
    [InlineData("{\"type\":\"assistant\",\"message\":{\"content\":\"text\"}}")]
    [InlineData("{\"type\":\"item.completed\"}")]
    [InlineData("{\"type\":\"item.completed\",\"item\":7}")]
    [InlineData("{\"type\":\"from_the_future\",\"data\":[1]}")]
    [InlineData("{\"type\":\"tool_use\",\"part\":null}")]
    [InlineData("{\"type\":\"result\",\"usage\":\"much\",\"stats\":[]}")]
    [InlineData("{\"type\":\"result\",\"usage\":{\"input_tokens\":1e27},\"num_turns\":1e12,\"api_error_status\":1e12,\"stats\":{\"tool_calls\":1e12}}")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    public void StrangeLinesAreNoFault(string line)
    {
        AgentReader[] readers = [new ClaudeReader(), new CodexReader(), new OpenCodeReader(), new GeminiReader()];
        Assert.All(readers, reader => Assert.DoesNotContain(reader.Read(line), said => said.Text is { Length: > 0 }));
    }

    /// <summary>A command line in JavaScript that cuts a text in the midst of an emoji prints half of one.</summary>
    [Fact]
    public void HalfACharacterIsNoFault()
    {
        var reader = new ClaudeReader();

        var said = reader.Read("""{"type":"assistant","message":{"content":[{"type":"text","text":"cut \ud83d"},{"type":"tool_use","name":"Bash","input":{"co\udc00":"\ud83d"}}]}}""");
        var answered = reader.Read("""{"type":"user","message":{"content":[{"type":"tool_result","content":"\uDE00 begins, \ud83d\ude00 is whole, \\ud83d is none"}]}}""");
        reader.Read("""{"type":"result","is_error":true,"subtype":"error_during_execution","errors":["\ud83dx"]}""");

        Assert.Equal(["cut \ufffd", """{"co\ufffd":"\ufffd"}"""], said.Select(line => line.Text));
        Assert.Equal("\ufffd begins, \ud83d\ude00 is whole, \\ud83d is none", Assert.Single(answered).Text);
        Assert.Contains("\ufffdx", reader.Conclude(1, Now)!.Said, StringComparison.Ordinal);
    }

    internal static string Folder => Path.Combine(AppContext.BaseDirectory, "Runner", "Transcripts");

    private static (AgentReader Reader, IReadOnlyList<AgentLine> Lines) Read(string transcript)
    {
        AgentReader reader = transcript.Split('/')[0] switch
        {
            "codex" => new CodexReader(),
            "opencode" => new OpenCodeReader(),
            "gemini" => new GeminiReader(),
            var _ => new ClaudeReader(),
        };
        var lines = File.ReadLines(Path.Combine(Folder, $"{transcript}.jsonl")).SelectMany(reader.Read).ToList();
        return (reader, lines);
    }
}
