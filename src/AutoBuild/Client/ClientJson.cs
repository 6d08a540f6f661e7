using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using AutoBuild.Api;

namespace AutoBuild.Client;

/// <summary>Writes the requests and reads the answers of the server, with the definitions of the server itself.</summary>
internal static class ClientJson
{
    private static readonly JsonSerializerOptions Options = Create();

    /// <summary>How JSON is printed: one line, letters as they are.</summary>
    public static JsonSerializerOptions Printed { get; } = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>Reads a document; throws <c>answer_invalid</c> where it is none of this kind.</summary>
    public static T Read<T>(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Type<T>())
                ?? throw new ApiFault(null, "answer_invalid", $"The server answered null where a {typeof(T).Name} was expected.");
        }
        catch (JsonException fault)
        {
            throw new ApiFault(null, "answer_invalid", $"The server's answer is no readable {typeof(T).Name}: {fault.Message} Is it an AutoBuild server of this version?", fault);
        }
    }

    /// <summary>Writes a request body of the members that are set.</summary>
    public static string Write<T>(T body) => JsonSerializer.Serialize(body, Type<T>());

    private static JsonTypeInfo<T> Type<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions();
        ApiJson.Apply(options);
        options.TypeInfoResolverChain.Add(new ClientJsonContext());
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.IgnoreReadOnlyProperties = true;
        return options;
    }
}

[JsonSerializable(typeof(JobView))]
[JsonSerializable(typeof(JobPage))]
[JsonSerializable(typeof(SubmittedView))]
[JsonSerializable(typeof(MessageView))]
internal sealed partial class ClientJsonContext : JsonSerializerContext;
