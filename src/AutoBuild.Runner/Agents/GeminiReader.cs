using System.Text;
using System.Text.Json;
using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Agents;

/// <summary>Reads <c>gemini -o stream-json</c>.</summary>
/// <remarks>Words come in pieces and are joined until something else follows. Retries and most failures stand on the error output only.</remarks>
internal sealed class GeminiReader : JsonReader
{
    private const int NoSignIn = 41;
    private const int TurnsUsedUp = 53;

    private readonly StringBuilder _words = new();
    private readonly Dictionary<string, string> _edits = [];
    private JsonElement? _result;

    public override AgentFault? Conclude(int exitCode, DateTimeOffset now)
    {
        if (_result is { } result)
        {
            return result.Text("status") == "success"
                ? null
                : ProviderFault.Read(null, result.Member("error").Text("message") ?? result.Text("status") ?? "", now);
        }
        var silent = Silent(exitCode, now);
        return exitCode switch
        {
            NoSignIn => silent with { Failure = AgentFailure.Authentication },
            TurnsUsedUp => silent with { Failure = AgentFailure.MaxTurns },
            var _ => silent,
        };
    }

    protected override IEnumerable<AgentLine> Read(JsonElement line)
    {
        if (line.Text("type") == "message")
        {
            return Spoken(line);
        }
        return Joined().Concat(line.Text("type") switch
        {
            "init" => [new AgentLine { Session = line.Text("session_id") }],
            "tool_use" => WithRead(Called(line), line.Member("parameters")),
            "tool_result" => Returned(line),
            "error" => [Of(RunEventKind.Warning, line.Text("message"))],
            "result" => Ended(line),
            var _ => [],
        });
    }

    private IEnumerable<AgentLine> Spoken(JsonElement line)
    {
        if (line.Text("role") == "assistant")
        {
            _words.Append(line.Text("content"));
        }
        return [];
    }

    private IEnumerable<AgentLine> Joined()
    {
        var said = _words.ToString();
        _words.Clear();
        return said.Length == 0 ? [] : [Of(RunEventKind.Message, said)];
    }

    private AgentLine Called(JsonElement line)
    {
        var name = line.Text("tool_name") ?? "";
        var brief = Brief(line.Member("parameters"));
        if (name is "write_file" or "replace" && line.Text("tool_id") is { } id)
        {
            _edits[id] = brief;
        }
        return Of(RunEventKind.ToolCall, brief, name);
    }

    private IEnumerable<AgentLine> Returned(JsonElement line)
    {
        var good = line.Text("status") == "success";
        yield return Of(RunEventKind.ToolResult, line.Text("output") ?? line.Member("error").Text("message") ?? line.Text("status"));
        if (good && line.Text("tool_id") is { } id && _edits.Remove(id, out var path))
        {
            yield return Of(RunEventKind.FileChange, null, path);
        }
    }

    private IEnumerable<AgentLine> Ended(JsonElement line)
    {
        _result = line.Clone();
        var stats = line.Member("stats");
        List<AgentLine> used = stats.Member("models") is { ValueKind: JsonValueKind.Object } models
            ? [.. models.EnumerateObject().Select(model => Used(model.Value, model.Name))]
            : [Used(stats, null)];
        return used.Append(new AgentLine { Kind = RunEventKind.Usage, Usage = new RunUsage { Turns = 1 + stats.Count("tool_calls") } });
    }

    private static AgentLine Used(JsonElement? stats, string? model) => new()
    {
        Kind = RunEventKind.Usage,
        Name = model,
        Counts = UsageCount.Process,
        Usage = new RunUsage
        {
            InputTokens = (long)stats.Number("input_tokens"),
            CachedInputTokens = (long)stats.Number("cached"),
            OutputTokens = (long)stats.Number("output_tokens"),
        },
    };
}
