using System.Text.Json;
using System.Text.Json.Nodes;
using AutoBuild.Client;

namespace AutoBuild.Mcp;

/// <summary>Is one tool that an agent may call.</summary>
/// <param name="Reads">Whether it changes nothing.</param>
/// <param name="Run">Does it; returns text for the agent.</param>
/// <param name="Parameters">What it takes.</param>
internal sealed record MemoryTool(string Name, string Description, bool Reads, Func<Arguments, CancellationToken, Task<string>> Run, params Parameter[] Parameters)
{
    /// <summary>Writes the JSON Schema of what it takes.</summary>
    public JsonElement Schema() => JsonSerializer.SerializeToElement(new JsonObject
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(Parameters.Select(one => KeyValuePair.Create(one.Name, (JsonNode?)one.Schema()))),
        ["required"] = new JsonArray([.. Parameters.Where(one => one.Required).Select(one => JsonValue.Create(one.Name))]),
        ["additionalProperties"] = false,
    }, ClientJson.Printed);
}

/// <param name="Type">string or integer.</param>
/// <param name="Words">What it may be; none where it is free.</param>
internal sealed record Parameter(string Name, string Type, string Description, bool Required = false, params string[] Words)
{
    public JsonObject Schema()
    {
        var schema = new JsonObject { ["type"] = Type, ["description"] = Description };
        if (Words.Length > 0)
        {
            schema["enum"] = new JsonArray([.. Words.Select(word => JsonValue.Create(word))]);
        }

        return schema;
    }
}

/// <summary>Reads what an agent gave; throws <c>wrong_use</c> as an <see cref="ApiFault"/>, which the agent is told.</summary>
internal sealed class Arguments(IDictionary<string, JsonElement> given)
{
    public string Text(string name) => Optional(name) ?? throw new ApiFault(null, "wrong_use", $"'{name}' is missing: expected a text.");

    public string? Optional(string name) => !given.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString() : throw new ApiFault(null, "wrong_use", $"'{name}': expected a text.");

    public int Number(string name, int usual, int least, int most) => !given.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null ? usual
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most ? number
        : throw new ApiFault(null, "wrong_use", $"'{name}': expected a whole number from {least} to {most}.");
}
