using System.Globalization;
using System.Text.Json;
using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Agents;

/// <summary>Reads <c>opencode run --format json</c>.</summary>
/// <remarks>Its exit code is 0 also after a refused permission; the reason of the last step tells whether it finished.</remarks>
internal sealed class OpenCodeReader : JsonReader
{
    private AgentFault? _fault;
    private string? _denied;
    private string? _reason;
    private int _turns;

    public override int Turns => _turns;

    public override AgentFault? Conclude(int exitCode, DateTimeOffset now)
    {
        if (_fault is { } fault)
        {
            return fault.ResetAt is null ? fault with { ResetAt = ResetTime.Read(fault.Said, now) } : fault;
        }
        return (_reason, _denied) switch
        {
            ("stop", _) when exitCode == 0 => null,
            (_, { } denied) => new AgentFault(AgentFailure.PermissionDenied, denied),
            var _ => Silent(exitCode, now),
        };
    }

    protected override IEnumerable<AgentLine> Read(JsonElement line)
    {
        _turns += line.Text("type") == "step_start" ? 1 : 0;
        var (session, part) = (line.Text("sessionID"), line.Member("part"));
        IEnumerable<AgentLine> said = line.Text("type") switch
        {
            "text" => [Of(RunEventKind.Message, part.Text("text"))],
            "reasoning" => [Of(RunEventKind.Thinking, part.Text("text"))],
            "tool_use" => Tool(part.Text("tool") ?? "", part.Member("state")),
            "step_finish" => Step(part),
            "error" => Erred(line.Member("error")),
            var _ => [],
        };
        return said.Append(new AgentLine { Session = session });
    }

    private IEnumerable<AgentLine> Tool(string tool, JsonElement? state)
    {
        foreach (var called in WithRead(Of(RunEventKind.ToolCall, Brief(state.Member("input")), tool), state.Member("input")))
        {
            yield return called;
        }
        var error = state.Text("error");
        if (error?.Contains("permission", StringComparison.OrdinalIgnoreCase) == true)
        {
            _denied = error;
            yield return Of(RunEventKind.PermissionDenied, error, tool);
        }
        else
        {
            yield return Of(RunEventKind.ToolResult, error ?? state.Text("output"), tool);
        }
        if (error is null && tool is "write" or "edit" or "patch")
        {
            yield return Of(RunEventKind.FileChange, null, Brief(state.Member("input")));
        }
    }

    private IEnumerable<AgentLine> Step(JsonElement? part)
    {
        _reason = part.Text("reason");
        var (tokens, cache) = (part.Member("tokens"), part.Member("tokens").Member("cache"));
        yield return new AgentLine
        {
            Kind = RunEventKind.Usage,
            Usage = new RunUsage
            {
                InputTokens = (long)(tokens.Number("input") + cache.Number("read") + cache.Number("write")),
                CachedInputTokens = (long)cache.Number("read"),
                CacheWriteTokens = (long)cache.Number("write"),
                OutputTokens = (long)(tokens.Number("output") + tokens.Number("reasoning")),
                ReasoningTokens = (long)tokens.Number("reasoning"),
                CostUsd = part.Number("cost"),
                Turns = 1,
            },
        };
    }

    private IEnumerable<AgentLine> Erred(JsonElement? error)
    {
        var data = error.Member("data");
        var status = data.Number("statusCode") is > 0 and var code ? (int?)code : null;
        var message = data.Text("message") ?? error.Text("name") ?? "It failed and said not why.";
        var wait = data.Member("responseHeaders").Text("retry-after");
        // A length in words, so that one place reads times.
        var said = int.TryParse(wait, CultureInfo.InvariantCulture, out var seconds) ? $"{message} (retry in {seconds} s)" : message;
        _fault = new AgentFault(ProviderFault.Classify(status, message), said);
        return [];
    }
}
