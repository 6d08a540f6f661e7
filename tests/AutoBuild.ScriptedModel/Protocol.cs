using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoBuild.ScriptedModel;

/// <summary>Is one event of a stream.</summary>
/// <param name="Name">Null where the protocol names no events.</param>
internal sealed record StreamEvent(string? Name, string Data)
{
    public static StreamEvent Typed(JsonObject data) => new((string)data["type"]!, data.ToJsonString(Protocol.Json));
}

/// <summary>Writes replies and errors as one provider does.</summary>
internal abstract class Protocol
{
    public static JsonSerializerOptions Json { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Returns the answer to a request without streaming, and the events of one with it.</summary>
    public abstract (JsonObject Body, IReadOnlyList<StreamEvent> Events) Encode(Reply reply);

    public abstract JsonObject Error(string kind, string message);

    /// <summary>Returns the event that breaks a stream off.</summary>
    public abstract StreamEvent StreamError(string kind, string message);

    /// <summary>Finds the protocol that an address belongs to; null for telemetry and other side traffic.</summary>
    public static Protocol? Of(string path) => path switch
    {
        var _ when path.EndsWith("/messages", StringComparison.Ordinal) => new AnthropicMessages(),
        var _ when path.EndsWith("/chat/completions", StringComparison.Ordinal) => new OpenAiChat(),
        var _ when path.EndsWith("/responses", StringComparison.Ordinal) => new OpenAiResponses(),
        var _ when path.EndsWith(":generateContent", StringComparison.Ordinal) => new GeminiContent(),
        var _ when path.EndsWith(":streamGenerateContent", StringComparison.Ordinal) => new GeminiContent(),
        var _ => null,
    };

    protected static JsonObject Object(object value) => JsonSerializer.SerializeToNode(value, Json)!.AsObject();

    /// <summary>Returns a copy with more members.</summary>
    protected static JsonObject With(JsonObject head, object more)
    {
        var copy = head.DeepClone().AsObject();
        foreach (var (name, value) in Object(more))
        {
            copy[name] = value?.DeepClone();
        }

        return copy;
    }
}
