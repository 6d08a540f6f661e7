using System.Text.Json.Nodes;
using AutoBuild.Core.Events;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Tickets;
using AutoBuild.Core.Worktrees;
using Microsoft.OpenApi;

namespace AutoBuild.Contract;

/// <summary>Describes what flows through event streams: as an array of events, each with the JSON of its data.</summary>
internal static class EventShapes
{
    public const string Stream = "text/event-stream";
    public const string Lines = "application/x-ndjson";
    public const string Reset = "reset";

    private const string RunLine = "RunLine";
    private const string RunChange = "RunChange";

    /// <summary>Kinds and the type of their data; null where it is written below.</summary>
    private static readonly Dictionary<string, Type?> Data = new()
    {
        [EventKinds.Project] = typeof(Project),
        [EventKinds.Ticket] = typeof(Ticket),
        [EventKinds.Job] = typeof(Job),
        [EventKinds.Run] = null,
        [EventKinds.Landing] = typeof(Landing),
        [EventKinds.Worktree] = typeof(Worktree),
        [EventKinds.Quota] = typeof(AgentLimit),
        [EventKinds.Queue] = null,
        [EventKinds.Radar] = typeof(RadarPicture),
        [Reset] = null,
    };

    public static void Declare(OpenApiOperation operation, IReadOnlyList<string> kinds, OpenApiDocument document)
    {
        var line = DeclareLine(document);
        var run = kinds.Contains(Reset) ? DeclareChange(line, document) : line;
        foreach (var (type, content) in operation.Responses!["200"].Content!)
        {
            content.Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Description = type == Stream ? "Server-sent events, each as its fields; comments keep the connection alive." : "One JSON document a line.",
                Items = type == Stream ? new OpenApiSchema { OneOf = [.. kinds.Select(kind => Event(kind, DataOf(kind, run, document)))] } : line,
            };
            content.Example = type == Stream ? Samples.Events(kinds) : new JsonArray(Samples.RunLine());
        }
    }

    private static IOpenApiSchema DataOf(string kind, IOpenApiSchema run, OpenApiDocument document) => kind switch
    {
        _ when Data[kind] is { } type => new OpenApiSchemaReference(type.Name, document),
        EventKinds.Run => run,
        EventKinds.Queue => Members(("paused", new OpenApiSchema { Type = JsonSchemaType.Boolean })),
        _ => new OpenApiSchema { Type = JsonSchemaType.Object, Description = "Nothing: load what is shown anew." },
    };

    private static OpenApiSchemaReference DeclareLine(OpenApiDocument document)
    {
        if (!document.Components!.Schemas!.ContainsKey(RunLine))
        {
            document.AddComponent<IOpenApiSchema>(RunLine, new OpenApiSchema
            {
                Description = "Is an event of a run, with the attempt it belongs to.",
                AllOf = [new OpenApiSchemaReference(nameof(RunEvent), document), Members(("attempt", new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32", Minimum = "1" }))],
            });
        }

        return new OpenApiSchemaReference(RunLine, document);
    }

    // Among the events of all jobs, a run's names its own.
    private static OpenApiSchemaReference DeclareChange(OpenApiSchemaReference line, OpenApiDocument document)
    {
        document.AddComponent<IOpenApiSchema>(RunChange, new OpenApiSchema
        {
            Description = "Is the newest event of a run, once a second at most, with the job and the ticket it belongs to.",
            AllOf = [line, Members(("job_id", new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" }), ("ticket_id", new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" }))],
        });
        return new OpenApiSchemaReference(RunChange, document);
    }

    private static OpenApiSchema Event(string kind, IOpenApiSchema data)
    {
        var happened = Members(("event", new OpenApiSchema { Type = JsonSchemaType.String, Const = kind }), ("data", data));
        happened.Properties!["id"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Description = "Grows; a reader resumes after it. Where it is missing the one before holds." };
        return happened;
    }

    private static OpenApiSchema Members(params (string Name, IOpenApiSchema Schema)[] members) => new()
    {
        Type = JsonSchemaType.Object,
        Required = members.Select(member => member.Name).ToHashSet(),
        Properties = members.ToDictionary(member => member.Name, member => member.Schema),
    };
}
