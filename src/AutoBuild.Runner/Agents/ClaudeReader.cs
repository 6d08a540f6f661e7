using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Agents;

/// <summary>Reads <c>--output-format stream-json</c> of Claude Code, and of Qwen Code, which prints the same.</summary>
/// <remarks>
/// The last <c>result</c> decides, not the exit code and not its <c>subtype</c>: a refused request is <c>success</c> with <c>is_error</c>,
/// an interrupted stream exits with 0. Lines after the result (background tasks, an answer to a further message) are still read;
/// a result's cost is that of the whole process so far, its tokens and turns are its own.
/// </remarks>
internal sealed partial class ClaudeReader : JsonReader
{
    // Qwen Code prints no result then.
    private const int TurnsUsedUp = 53;

    // And calls a refused request a success, whose result ends with these words, the reason, a bracket and perhaps some advice.
    private const string Refused = "[API Error: ";

    private readonly Dictionary<string, string> _edits = [];
    private readonly ClaudeUsage _usage = new();
    private string? _refusal;
    private JsonElement? _result;

    public override AgentFault? Conclude(int exitCode, DateTimeOffset now)
    {
        if (_result is not { } result)
        {
            var silent = Silent(exitCode, now);
            return exitCode == TurnsUsedUp ? silent with { Failure = AgentFailure.MaxTurns } : silent;
        }
        var said = result.Text("result") ?? string.Join(' ', result.Member("errors").Items().Select(error => error.ToString()));
        if (!result.Flag("is_error") && Refusal(said) is null)
        {
            return null;
        }
        return result.Text("subtype") switch
        {
            "error_max_turns" => new AgentFault(AgentFailure.MaxTurns, said),
            "error_max_budget_usd" => new AgentFault(AgentFailure.Budget, said),
            var _ => ProviderFault.Read(Status(result, said), $"{said} {_refusal}".Trim(), now) with { Said = said },
        };
    }

    protected override IEnumerable<AgentLine> Read(JsonElement line) => line.Text("type") switch
    {
        "system" => FromSystem(line),
        "assistant" => FromAssistant(line),
        "user" when line.Flag("isReplay") => [new AgentLine { Heard = true }],
        "user" => Blocks(line).SelectMany(FromTool),
        "result" => FromResult(line),
        var _ => [],
    };

    private static IEnumerable<JsonElement> Blocks(JsonElement line) => line.Member("message").Member("content").Items();

    private static int? Status(JsonElement result, string said) =>
        result.Count("api_error_status") is > 0 and var status ? status
        : int.TryParse(Refusal(said)?.Split(' ')[0], CultureInfo.InvariantCulture, out var told) ? told : null;

    private static string? Refusal(string said) =>
        said.LastIndexOf(Refused, StringComparison.Ordinal) is >= 0 and var at && Reason().Match(said[(at + Refused.Length)..]) is { Success: true } match ? match.Groups[1].Value : null;

    private static IEnumerable<AgentLine> FromSystem(JsonElement line) => line.Text("subtype") switch
    {
        "init" => [new AgentLine { Session = line.Text("session_id") }],
        "api_retry" => [Of(RunEventKind.ProviderWaiting, Retry(line), line.Text("error"))],
        var _ => [],
    };

    private static string Retry(JsonElement line) => string.Create(
        CultureInfo.InvariantCulture,
        $"The provider refused ({line.Text("error") ?? "no reason"}, {line.Number("error_status")}); try {line.Number("attempt")} of {line.Number("max_retries")} in {line.Number("retry_delay_ms") / 1000:0.#} s.");

    private IEnumerable<AgentLine> FromAssistant(JsonElement line)
    {
        if (line.Text("error") is { } refusal)
        {
            // The command line made this message up to show a refused request; its words come again with the result.
            _refusal = refusal;
            return [];
        }
        return _usage.OfMessage(line.Member("message")).Concat(Blocks(line).SelectMany(FromBlock));
    }

    private IEnumerable<AgentLine> FromBlock(JsonElement block) => block.Text("type") switch
    {
        "text" => [Of(RunEventKind.Message, block.Text("text"))],
        "thinking" => [Of(RunEventKind.Thinking, block.Text("thinking"))],
        "tool_use" => WithRead(Called(block), block.Member("input")),
        var _ => [],
    };

    private AgentLine Called(JsonElement block)
    {
        var (name, input) = (block.Text("name") ?? "", block.Member("input"));
        if (name is "Write" or "Edit" or "MultiEdit" or "NotebookEdit" or "write_file" or "edit" && block.Text("id") is { } id)
        {
            _edits[id] = Brief(input);
        }
        return name switch
        {
            "TodoWrite" or "todo_write" or "ExitPlanMode" => Of(RunEventKind.Plan, input.Text("plan") ?? Todos(input), name),
            var _ => Of(RunEventKind.ToolCall, Brief(input), name),
        };
    }

    private static string Todos(JsonElement? input) =>
        string.Join('\n', input.Member("todos").Items().Select(item => $"{(item.Text("status") == "completed" ? "[x]" : "[ ]")} {item.Text("content")}"));

    private IEnumerable<AgentLine> FromTool(JsonElement block)
    {
        if (block.Text("type") != "tool_result")
        {
            yield break;
        }
        yield return Of(RunEventKind.ToolResult, Words(block.Member("content")));
        if (block.Text("tool_use_id") is { } id && _edits.Remove(id, out var path) && !block.Flag("is_error"))
        {
            yield return Of(RunEventKind.FileChange, null, path);
        }
    }

    private static string? Words(JsonElement? content) => content is { ValueKind: JsonValueKind.String } text
        ? text.GetString()
        : string.Join('\n', content.Items().Select(part => part.Text("text")));

    private IEnumerable<AgentLine> FromResult(JsonElement line)
    {
        _result = line.Clone();
        foreach (var denial in line.Member("permission_denials").Items())
        {
            yield return Of(RunEventKind.PermissionDenied, Brief(denial.Member("tool_input")), denial.Text("tool_name"));
        }
        foreach (var used in _usage.OfResult(line))
        {
            yield return used;
        }
        yield return new AgentLine { Rests = true };
    }

    [GeneratedRegex(@"\A(.*)\](?:\n(?:Possible quota limitations|Please wait and try again)[^\n]*)?\s*\z", RegexOptions.Singleline)]
    private static partial Regex Reason();
}
