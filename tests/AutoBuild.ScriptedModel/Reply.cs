using System.Text.Json.Nodes;

namespace AutoBuild.ScriptedModel;

/// <summary>Is what the model answers, before a protocol writes it down.</summary>
internal sealed record Reply
{
    public required string Model { get; init; }

    public string Text { get; init; } = "";

    public string Thinking { get; init; } = "";

    public IReadOnlyList<ToolCall> Calls { get; init; } = [];

    /// <summary>Why it ends, in the protocol's own word; null is the usual one.</summary>
    public string? Stop { get; init; }

    public int Input { get; init; }

    public int Output { get; init; }

    public int CacheRead { get; init; }

    public int CacheWrite { get; init; }

    public static Reply Of(JsonObject step, string? model)
    {
        var usage = step["usage"] as JsonObject;
        return new Reply
        {
            Model = model ?? "scripted-model",
            Text = (string?)step["text"] ?? "",
            Thinking = (string?)step["thinking"] ?? "",
            Calls = [.. ToolCall.In(step)],
            Stop = (string?)step["stop"],
            Input = (int?)usage?["input"] ?? 100,
            Output = (int?)usage?["output"] ?? 10,
            CacheRead = (int?)usage?["cache_read"] ?? 0,
            CacheWrite = (int?)usage?["cache_write"] ?? 0,
        };
    }

    public static string NewId(string prefix) => prefix + Guid.NewGuid().ToString("N")[..24];
}

/// <summary>Is one tool that the model calls.</summary>
/// <param name="Input">An object; of a custom tool a text.</param>
/// <param name="Custom">Takes free text, as the Responses protocol has it.</param>
/// <param name="Namespace">Where the tool stands, as the Responses protocol has it.</param>
internal sealed record ToolCall(string Id, string Name, JsonNode Input, bool Custom, string? Namespace)
{
    public string Arguments => Input.ToJsonString(Protocol.Json);

    public static IEnumerable<ToolCall> In(JsonObject step)
    {
        var calls = step["tools"] is JsonArray several ? several.OfType<JsonObject>() : step.ContainsKey("tool") || step.ContainsKey("custom_tool") ? [step] : [];
        return calls.Select(call => new ToolCall(
            Reply.NewId("call_"),
            (string?)call["tool"] ?? (string)call["custom_tool"]!,
            call["input"]?.DeepClone() ?? new JsonObject(),
            call.ContainsKey("custom_tool"),
            (string?)call["namespace"]));
    }
}
