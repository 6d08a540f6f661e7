using System.Text.Json;
using System.Text.Json.Nodes;
using AutoBuild.Api;
using AutoBuild.Core.Events;
using AutoBuild.Core.Json;

namespace AutoBuild.Contract;

/// <summary>Makes the examples of the document: real values of the types that the routes read and write.</summary>
internal static partial class Samples
{
    private static readonly Guid ProjectId = Guid.Parse("0197c0de-1000-7000-8000-000000000001");
    private static readonly Guid TicketId = Guid.Parse("0197c0de-2000-7000-8000-000000000002");
    private static readonly Guid JobId = Guid.Parse("0197c0de-3000-7000-8000-000000000003");
    private static readonly Guid LandingId = Guid.Parse("0197c0de-4000-7000-8000-000000000004");
    private static readonly Guid WorktreeId = Guid.Parse("0197c0de-5000-7000-8000-000000000005");
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private const string Base = "4f1c2d3e5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d";
    private const string Head = "9b8a7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b";
    private const string Branch = "autobuild/0197c0de-add-a-greeting";

    /// <summary>Returns the sample of a type; null where there is none.</summary>
    public static object? Of(Type type) => All.GetValueOrDefault(type)?.Invoke();

    /// <summary>Writes an answer with all its members.</summary>
    public static JsonNode? Answer(Type? type) => type is null || Of(type) is not { } sample ? null
        : JsonNode.Parse(JsonSerializer.Serialize(sample, ApiJson.Context.Options.GetTypeInfo(type)));

    /// <summary>Writes a body as one would send it, without the members that say nothing.</summary>
    public static JsonNode? Body(object? sample)
    {
        if (sample is null)
        {
            return null;
        }

        var body = JsonNode.Parse(JsonSerializer.Serialize(sample, ApiJson.Context.Options.GetTypeInfo(sample.GetType())))!.AsObject();
        foreach (var silent in body.Where(member => member.Value is null).Select(member => member.Key).ToList())
        {
            body.Remove(silent);
        }

        return body;
    }

    public static JsonNode RunLine() => JsonNode.Parse(RunLines.Write(new(1, Told())))!;

    private static JsonNode RunChange()
    {
        var change = RunLine();
        (change["job_id"], change["ticket_id"]) = ($"{JobId}", $"{TicketId}");
        return change;
    }

    /// <summary>Shows an event of each kind that a stream may carry.</summary>
    public static JsonArray Events(IReadOnlyList<string> kinds) => [.. kinds.Select((kind, at) => new JsonObject { ["id"] = 4711 + at, ["event"] = kind, ["data"] = Data(kind, !kinds.Contains(EventShapes.Reset)) })];

    private static JsonNode Data(string kind, bool ofOneJob) => kind switch
    {
        EventKinds.Project => JsonNode.Parse(CoreJson.Write(Project()))!,
        EventKinds.Ticket => JsonNode.Parse(CoreJson.Write(Ticket()))!,
        EventKinds.Job => JsonNode.Parse(CoreJson.Write(Job()))!,
        EventKinds.Run when !ofOneJob => RunChange(),
        EventKinds.Run => RunLine(),
        EventKinds.Landing => JsonNode.Parse(CoreJson.Write(Landing()))!,
        EventKinds.Worktree => JsonNode.Parse(CoreJson.Write(Worktree()))!,
        EventKinds.Quota => JsonNode.Parse(CoreJson.Write(Limit()))!,
        EventKinds.Queue => new JsonObject { ["paused"] = true },
        EventKinds.Radar => JsonNode.Parse(CoreJson.Write(Radar()))!,
        _ => new JsonObject(),
    };
}
