using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using AutoBuild.Core.Callbacks;
using AutoBuild.Core.Events;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Tickets;
using AutoBuild.Core.Worktrees;

namespace AutoBuild.Core.Json;

/// <summary>Reads and writes every document that parts exchange: snake_case names, enum values as snake_case words.</summary>
public static class CoreJson
{
    /// <summary>The options of the wire and of the run folder; nulls are written, unknown members are ignored.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Writes one line without line breaks.</summary>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T)));

    /// <summary>Reads a document; throws <c>document_invalid</c> where it is none.</summary>
    public static T Read<T>(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T)))
                ?? throw new AutoBuildException("document_invalid", $"Expected a {typeof(T).Name}, got null.");
        }
        catch (JsonException fault)
        {
            throw new AutoBuildException("document_invalid", $"Not a readable {typeof(T).Name}: {fault.Message}", fault);
        }
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DictionaryKeyPolicy = null,
            PropertyNameCaseInsensitive = false,
            NumberHandling = JsonNumberHandling.AllowReadingFromString,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.Converters.Add(new PriorityConverter());
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.TypeInfoResolverChain.Add(new CoreJsonContext());
        return options;
    }
}

/// <summary>Holds the generated readers and writers, so that a short-lived runner pays no reflection at start.</summary>
[JsonSerializable(typeof(Project))]
[JsonSerializable(typeof(Ticket))]
[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(AgentLimit))]
[JsonSerializable(typeof(Landing))]
[JsonSerializable(typeof(Worktree))]
[JsonSerializable(typeof(StoreEvent))]
[JsonSerializable(typeof(RunSpec))]
[JsonSerializable(typeof(RunEvent))]
[JsonSerializable(typeof(RunReport))]
[JsonSerializable(typeof(RunControl))]
[JsonSerializable(typeof(QaReport))]
[JsonSerializable(typeof(QaCheckResult))]
[JsonSerializable(typeof(IReadOnlyList<QaCheck>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<LandingConflict>))]
[JsonSerializable(typeof(RunUsage))]
[JsonSerializable(typeof(NeedsYou))]
[JsonSerializable(typeof(JobCallback))]
[JsonSerializable(typeof(Delivery))]
[JsonSerializable(typeof(ReceivedCallback))]
[JsonSerializable(typeof(RadarPicture))]
internal sealed partial class CoreJsonContext : JsonSerializerContext;
