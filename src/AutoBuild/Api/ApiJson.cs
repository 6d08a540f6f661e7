using System.Text.Json;
using System.Text.Json.Serialization;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Json;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Memory;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Tickets;
using AutoBuild.Orchestrator.Projects;

namespace AutoBuild.Api;

/// <summary>Reads and writes the bodies of the API with the names of <see cref="CoreJson"/> and generated code, so that a start pays no reflection.</summary>
internal static class ApiJson
{
    /// <summary>The context bound to the options of the wire.</summary>
    public static ApiJsonContext Context { get; } = new(Create());

    /// <summary>Makes options speak as the wire does.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = CoreJson.Options.PropertyNamingPolicy;
        options.DictionaryKeyPolicy = null;
        options.PropertyNameCaseInsensitive = false;
        options.AllowDuplicateProperties = false;
        options.NumberHandling = CoreJson.Options.NumberHandling;
        options.Encoder = CoreJson.Options.Encoder;
        foreach (var converter in CoreJson.Options.Converters)
        {
            options.Converters.Add(converter);
        }

        options.TypeInfoResolverChain.Clear();
        options.TypeInfoResolverChain.Add(ApiJsonContext.Default);
        foreach (var resolver in CoreJson.Options.TypeInfoResolverChain)
        {
            options.TypeInfoResolverChain.Add(resolver);
        }
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions();
        Apply(options);
        return options;
    }
}

/// <summary>Holds the generated readers and writers of what only the API knows.</summary>
[JsonSerializable(typeof(ProblemBody))]
[JsonSerializable(typeof(ProjectBody))]
[JsonSerializable(typeof(ProjectChange))]
[JsonSerializable(typeof(ProjectList))]
[JsonSerializable(typeof(TicketBody))]
[JsonSerializable(typeof(TicketChange))]
[JsonSerializable(typeof(TicketList))]
[JsonSerializable(typeof(SubmitBody))]
[JsonSerializable(typeof(MessageBody))]
[JsonSerializable(typeof(JobList))]
[JsonSerializable(typeof(CallbackBody))]
[JsonSerializable(typeof(CallbackAccepted))]
[JsonSerializable(typeof(CallbackList))]
[JsonSerializable(typeof(AttemptToken))]
[JsonSerializable(typeof(Submitted))]
[JsonSerializable(typeof(Delivered))]
[JsonSerializable(typeof(LogHits))]
[JsonSerializable(typeof(SyncBody))]
[JsonSerializable(typeof(Synced))]
[JsonSerializable(typeof(ProjectStatus))]
[JsonSerializable(typeof(ReasonBody))]
[JsonSerializable(typeof(ResolveBody))]
[JsonSerializable(typeof(MoveBody))]
[JsonSerializable(typeof(WorktreeBody))]
[JsonSerializable(typeof(WorktreeList))]
[JsonSerializable(typeof(RescueList))]
[JsonSerializable(typeof(ResolutionList))]
[JsonSerializable(typeof(RestoreBody))]
[JsonSerializable(typeof(Restored))]
[JsonSerializable(typeof(Message))]
[JsonSerializable(typeof(LandingList))]
[JsonSerializable(typeof(TrainBody))]
[JsonSerializable(typeof(RadarPicture))]
[JsonSerializable(typeof(AutoBuild.Agents.AgentList))]
[JsonSerializable(typeof(AutoBuild.Agents.AgentCheckBody))]
[JsonSerializable(typeof(AutoBuild.Agents.AgentChecked))]
[JsonSerializable(typeof(QueueBody))]
[JsonSerializable(typeof(UsageBody))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(DeepHealth))]
[JsonSerializable(typeof(MemoryHealth))]
[JsonSerializable(typeof(IndexBody))]
[JsonSerializable(typeof(IndexShown))]
[JsonSerializable(typeof(IndexPlanned))]
[JsonSerializable(typeof(FilesBody))]
[JsonSerializable(typeof(FilesIndexed))]
[JsonSerializable(typeof(SearchBody))]
[JsonSerializable(typeof(SearchShown))]
[JsonSerializable(typeof(ChangelogBody))]
[JsonSerializable(typeof(ChangelogShown))]
[JsonSerializable(typeof(MemoryBody))]
[JsonSerializable(typeof(MemoryChange))]
[JsonSerializable(typeof(ShownMemory))]
[JsonSerializable(typeof(ShownMemories))]
[JsonSerializable(typeof(Learnt))]
[JsonSerializable(typeof(RunFacts))]
[JsonSerializable(typeof(ContextBody))]
[JsonSerializable(typeof(TaskContext))]
[JsonSerializable(typeof(LearnedPattern))]
[JsonSerializable(typeof(PatternEndpoints.PatternList))]
[JsonSerializable(typeof(PatternEndpoints.PatternChange))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(Guid))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;

internal sealed record ProjectList(IReadOnlyList<Project> Projects, string? NextCursor);

internal sealed record TicketList(IReadOnlyList<Ticket> Tickets, string? NextCursor);

internal sealed record JobList(IReadOnlyList<Job> Jobs, string? NextCursor);

internal sealed record LandingList(IReadOnlyList<Landing> Landings, string? NextCursor);

/// <summary>Is what a call without a thing of its own answers.</summary>
internal sealed record Message([property: JsonPropertyName("message")] string Text);
