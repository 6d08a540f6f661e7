using System.Text.Json.Nodes;

namespace AutoBuild.ScriptedModel;

/// <summary>Is a request that came; keys are left out.</summary>
/// <param name="Session">The script that it asked.</param>
/// <param name="Step">The step that answered it; null where none was taken.</param>
/// <param name="Mismatch">What the step expected of it and did not find.</param>
public sealed record Received(
    int Seq,
    DateTimeOffset At,
    string Method,
    string Path,
    string Session,
    IReadOnlyDictionary<string, string> Headers,
    JsonNode? Body,
    int? Step = null,
    string? Mismatch = null)
{
    /// <summary>All texts of its body, those of the conversation so far too.</summary>
    public string Text => string.Join('\n', Texts(Body));

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(one => Texts(one.Value)),
        JsonArray items => items.SelectMany(Texts),
        JsonValue value when value.TryGetValue(out string? text) => [text],
        var _ => [],
    };
}
