using System.Text.Json;
using AutoBuild.Core.Json;

namespace AutoBuild.Runner.Agents;

/// <summary>Reads members of a command line's JSON: what is missing or of another type is null or 0, never a fault.</summary>
internal static class JsonMembers
{
    // Above that it is no count of anything, and would not fit where it is kept.
    private const decimal Most = 1_000_000_000_000_000;

    public static JsonElement? Member(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static JsonElement? Member(this JsonElement? json, string name) => json?.Member(name);

    public static string? Text(this JsonElement json, string name) => json.Member(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public static string? Text(this JsonElement? json, string name) => json?.Text(name);

    public static decimal Number(this JsonElement json, string name) =>
        json.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDecimal(out var number) && Math.Abs(number) <= Most ? number : 0;

    public static decimal Number(this JsonElement? json, string name) => json?.Number(name) ?? 0;

    public static int Count(this JsonElement json, string name) => json.Number(name) is >= 0 and <= int.MaxValue and var number ? (int)number : 0;

    public static int Count(this JsonElement? json, string name) => json?.Count(name) ?? 0;

    public static bool Flag(this JsonElement json, string name) => json.Member(name) is { ValueKind: JsonValueKind.True };

    public static IEnumerable<JsonElement> Items(this JsonElement? json) => json is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>Returns the line as an object whose every text can be read; null where it is none.</summary>
    public static JsonDocument? Parse(string line)
    {
        try
        {
            return line.AsSpan().TrimStart().StartsWith('{') ? JsonDocument.Parse(LoneSurrogates.Replace(line)) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
