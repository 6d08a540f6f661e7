using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using AutoBuild.Core.Json;

namespace AutoBuild.Client;

/// <summary>Reads the answers of the server.</summary>
internal static class ClientJson
{
    /// <summary>How JSON is printed: one line, letters as they are.</summary>
    public static JsonSerializerOptions Printed { get; } = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    private static readonly JsonSerializerOptions Options = Create();

    /// <summary>Reads a document; throws <c>answer_invalid</c> where it is none of this kind.</summary>
    public static T Read<T>(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T)))
                ?? throw new ApiFault(null, "answer_invalid", $"The server answered null where a {typeof(T).Name} was expected.");
        }
        catch (JsonException fault)
        {
            throw new ApiFault(null, "answer_invalid", $"The server's answer is no readable {typeof(T).Name}: {fault.Message} Is it an AutoBuild server of this version?", fault);
        }
    }

    /// <summary>Makes a request body of the members that are set.</summary>
    public static JsonObject Body(params (string Name, JsonNode? Value)[] members)
    {
        var body = new JsonObject();
        foreach (var (name, value) in members)
        {
            if (value is not null)
            {
                body[name] = value;
            }
        }

        return body;
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(CoreJson.Options);
        options.TypeInfoResolverChain.Add(new ClientJsonContext());
        return options;
    }
}

[JsonSerializable(typeof(UsageView))]
[JsonSerializable(typeof(AutoBuild.Agents.AgentList))]
[JsonSerializable(typeof(AutoBuild.Agents.AgentChecked))]
[JsonSerializable(typeof(JobView))]
[JsonSerializable(typeof(SubmittedView))]
[JsonSerializable(typeof(MessageView))]
[JsonSerializable(typeof(JobList))]
[JsonSerializable(typeof(TicketList))]
[JsonSerializable(typeof(ProjectList))]
[JsonSerializable(typeof(LandingList))]
[JsonSerializable(typeof(WorktreeList))]
[JsonSerializable(typeof(RescueList))]
[JsonSerializable(typeof(RestoredView))]
[JsonSerializable(typeof(QueueView))]
[JsonSerializable(typeof(SyncView))]
[JsonSerializable(typeof(AutoBuild.Orchestrator.Projects.ProjectStatus))]
[JsonSerializable(typeof(Sentence))]
internal sealed partial class ClientJsonContext : JsonSerializerContext;
