using System.Text.Json;
using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Agents;

/// <summary>Is one line of an agent's output, read as the small line protocol of <c>docs/scripted-agent.md</c>.</summary>
/// <remarks>A line that is no JSON object with the member <c>autobuild</c> is a message as it stands.</remarks>
internal sealed record AgentLine
{
    /// <summary>The member that marks a line as ours, so that no other tool's JSON is taken for it.</summary>
    public const string Mark = "autobuild";

    /// <summary>The event it makes; null where it only tells a fact, such as the session.</summary>
    public RunEventKind? Kind { get; init; }

    public string? Text { get; init; }

    public string? Name { get; init; }

    /// <summary>A count of tokens; <see cref="Name"/> is then the model, null where the line names none.</summary>
    public RunUsage? Usage { get; init; }

    public UsageCount Counts { get; init; }

    public string? Session { get; init; }

    public bool Quota { get; init; }

    public DateTimeOffset? ResetAt { get; init; }

    /// <summary>The agent has taken the next of what it was told.</summary>
    public bool Heard { get; init; }

    /// <summary>It is done with what it was told so far, and goes on only with a further message.</summary>
    public bool Rests { get; init; }

    public static AgentLine Read(string line) => Marked(line) ?? new AgentLine { Kind = RunEventKind.Message, Text = line };

    private static AgentLine? Marked(string line)
    {
        if (!line.StartsWith('{') || !line.Contains($"\"{Mark}\"", StringComparison.Ordinal))
        {
            return null;
        }
        using var document = JsonMembers.Parse(line);
        return document is null ? null : Read(document.RootElement);
    }

    private static AgentLine? Read(JsonElement line) => line.Text(Mark) switch
    {
        "message" => Of(RunEventKind.Message, line),
        "thinking" => Of(RunEventKind.Thinking, line),
        "plan" => Of(RunEventKind.Plan, line),
        "tool" => Of(RunEventKind.ToolCall, line),
        "tool_result" => Of(RunEventKind.ToolResult, line),
        "file" => Of(RunEventKind.FileChange, line),
        "read" => Of(RunEventKind.FileRead, line),
        "question" => Of(RunEventKind.Question, line),
        "usage" => new AgentLine { Kind = RunEventKind.Usage, Name = line.Text("model"), Usage = Used(line) },
        "session" => Of(RunEventKind.Usage, line) with { Session = line.Text("id"), Usage = new RunUsage() },
        "quota" => Of(RunEventKind.ProviderWaiting, line) with { Quota = true, ResetAt = Time(line, "reset_at") },
        var _ => null,
    };

    private static AgentLine Of(RunEventKind kind, JsonElement line) => new() { Kind = kind, Text = line.Text("text"), Name = line.Text("name") };

    private static RunUsage Used(JsonElement line) => new()
    {
        InputTokens = (long)line.Number("input_tokens"),
        CachedInputTokens = (long)line.Number("cached_input_tokens"),
        CacheWriteTokens = (long)line.Number("cache_write_tokens"),
        OutputTokens = (long)line.Number("output_tokens"),
        CostUsd = line.Number("cost_usd"),
        Turns = line.Count("turns"),
    };

    private static DateTimeOffset? Time(JsonElement line, string name) =>
        line.Member(name) is { ValueKind: JsonValueKind.String } value && value.TryGetDateTimeOffset(out var time) ? time : null;
}
