using System.Text.Json;
using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Agents;

/// <summary>Reads <c>codex exec --json</c>.</summary>
/// <remarks>Only <c>turn.completed</c> is an end that counts. An <c>item</c> of type <c>error</c> may be a mere warning. Token counts run over the whole thread, also across a resume.</remarks>
internal sealed class CodexReader : JsonReader
{
    private const string Reconnecting = "Reconnecting...";

    // What it does between two answers of the model; it doesn't show the answers.
    private static readonly string[] Steps = ["command_execution", "mcp_tool_call", "web_search", "file_change"];

    private readonly HashSet<string> _steps = [];
    private bool _completed;
    private string? _failure;
    private int _turns;

    public override int Turns => _steps.Count + 1;

    public override AgentFault? Conclude(int exitCode, DateTimeOffset now) => (_completed, _failure) switch
    {
        (true, null) when exitCode == 0 => null,
        (_, { } said) => ProviderFault.Read(null, said, now),
        var _ => Silent(exitCode, now),
    };

    protected override IEnumerable<AgentLine> Read(JsonElement line)
    {
        if (line.Member("item") is { } item && Steps.Contains(item.Text("type")) && item.Text("id") is { } step)
        {
            _steps.Add(step);
        }
        return Said(line);
    }

    private IEnumerable<AgentLine> Said(JsonElement line) => line.Text("type") switch
    {
        "thread.started" => [new AgentLine { Session = line.Text("thread_id") }],
        "item.started" => Started(line.Member("item") ?? default),
        "item.completed" => Completed(line.Member("item") ?? default),
        "error" => Erred(line.Text("message") ?? ""),
        "turn.completed" => Ended(line.Member("usage")),
        "turn.failed" => Failed(line.Member("error").Text("message") ?? "The turn failed."),
        var _ => [],
    };

    private static IEnumerable<AgentLine> Started(JsonElement item) => item.Text("type") switch
    {
        "command_execution" => [Of(RunEventKind.ToolCall, item.Text("command"), "shell")],
        "mcp_tool_call" => [Of(RunEventKind.ToolCall, item.Member("arguments")?.GetRawText(), $"{item.Text("server")}.{item.Text("tool")}")],
        "web_search" => [Of(RunEventKind.ToolCall, item.Text("query"), "web_search")],
        var _ => [],
    };

    private IEnumerable<AgentLine> Completed(JsonElement item)
    {
        _turns++;
        return item.Text("type") switch
        {
            "agent_message" => [Of(RunEventKind.Message, item.Text("text"))],
            "reasoning" => [Of(RunEventKind.Thinking, item.Text("text"))],
            "command_execution" => [Of(RunEventKind.ToolResult, item.Text("aggregated_output"), "shell")],
            "mcp_tool_call" => [Of(RunEventKind.ToolResult, (item.Member("result") ?? item.Member("error"))?.GetRawText(), $"{item.Text("server")}.{item.Text("tool")}")],
            "file_change" => item.Member("changes").Items().Select(change => Of(RunEventKind.FileChange, change.Text("kind"), change.Text("path"))),
            "todo_list" => [Of(RunEventKind.Plan, string.Join('\n', item.Member("items").Items().Select(todo => $"{(todo.Flag("completed") ? "[x]" : "[ ]")} {todo.Text("text")}")))],
            "error" => [Of(RunEventKind.Warning, item.Text("message"))],
            var _ => [],
        };
    }

    private IEnumerable<AgentLine> Erred(string message)
    {
        if (message.StartsWith(Reconnecting, StringComparison.Ordinal))
        {
            return [Of(RunEventKind.ProviderWaiting, message)];
        }
        _failure = message;
        return [];
    }

    private IEnumerable<AgentLine> Failed(string message)
    {
        _failure = message;
        return [];
    }

    private IEnumerable<AgentLine> Ended(JsonElement? usage)
    {
        _completed = true;
        // An error before it was overcome.
        _failure = null;
        yield return new AgentLine
        {
            Kind = RunEventKind.Usage,
            Counts = UsageCount.Session,
            Usage = new RunUsage
            {
                InputTokens = (long)usage.Number("input_tokens"),
                CachedInputTokens = (long)usage.Number("cached_input_tokens"),
                CacheWriteTokens = (long)usage.Number("cache_write_input_tokens"),
                OutputTokens = (long)usage.Number("output_tokens"),
                ReasoningTokens = (long)usage.Number("reasoning_output_tokens"),
                Turns = _turns,
            },
        };
    }
}
