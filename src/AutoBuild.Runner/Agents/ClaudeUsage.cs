using System.Text.Json;
using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Agents;

/// <summary>Reads what Claude Code and Qwen Code say of tokens and cost.</summary>
/// <remarks>
/// A message tells its input when it begins, and comes once for each of its blocks; what it wrote is told by the result alone.
/// <c>modelUsage</c> and the cost count over the process, also requests that <c>usage</c>, which counts a turn, leaves out.
/// </remarks>
internal sealed class ClaudeUsage
{
    private readonly HashSet<string> _told = [];
    private string? _model;
    private RunUsage _turns = new();

    /// <summary>Counts a message, the first time it comes.</summary>
    public IEnumerable<AgentLine> OfMessage(JsonElement? message)
    {
        var used = Used(message.Member("usage"));
        if (used.Tokens == 0 || message.Text("id") is not { } id || !_told.Add(id))
        {
            return [];
        }
        _model = Plain(message.Text("model"));
        return [new AgentLine { Kind = RunEventKind.Usage, Name = _model, Usage = used }];
    }

    /// <summary>Counts all that the process used, by model where that is told.</summary>
    public IEnumerable<AgentLine> OfResult(JsonElement result)
    {
        var turns = result.Count("num_turns");
        var models = result.Member("modelUsage") is { ValueKind: JsonValueKind.Object } all ? all.EnumerateObject().ToList() : [];
        var counts = models.Count > 0
            ? models.Select(model => (Model: Plain(model.Name), Usage: OfModel(model.Value)))
            : [(Model: _model, Usage: _turns = _turns.Plus(Used(result.Member("usage"))) with { CostUsd = result.Number("total_cost_usd") })];
        foreach (var (model, usage) in counts)
        {
            yield return new AgentLine { Kind = RunEventKind.Usage, Name = model, Counts = UsageCount.Process, Usage = usage with { Turns = turns } };
            turns = 0;
        }
    }

    // Qwen Code counts what was cached within its input and tells the total; Claude Code counts it beside.
    private static RunUsage Used(JsonElement? usage)
    {
        var (input, read, write) = ((long)usage.Number("input_tokens"), (long)usage.Number("cache_read_input_tokens"), (long)usage.Number("cache_creation_input_tokens"));
        return new RunUsage
        {
            InputTokens = usage.Member("total_tokens") is null ? input + read + write : input,
            CachedInputTokens = read,
            CacheWriteTokens = write,
            OutputTokens = (long)usage.Number("output_tokens"),
        };
    }

    private static RunUsage OfModel(JsonElement usage)
    {
        var (read, write) = ((long)usage.Number("cacheReadInputTokens"), (long)usage.Number("cacheCreationInputTokens"));
        return new RunUsage
        {
            InputTokens = (long)usage.Number("inputTokens") + read + write,
            CachedInputTokens = read,
            CacheWriteTokens = write,
            OutputTokens = (long)usage.Number("outputTokens"),
            CostUsd = usage.Number("costUSD"),
        };
    }

    // The mark of a long context is not always told: claude-opus-4-8[1m].
    private static string? Plain(string? model) => model?.Split('[')[0];
}
