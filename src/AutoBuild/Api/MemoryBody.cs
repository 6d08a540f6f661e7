using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoBuild.Contract;
using AutoBuild.Core.Memory;

namespace AutoBuild.Api;

/// <summary>Is the body that changes a memory; a member that is missing or null stays as it is.</summary>
internal record MemoryChange
{
    /// <summary>Markdown, or an object as older clients send it.</summary>
    [TextOrObject]
    public JsonNode? Content { get; init; }

    [Words<MemoryType>]
    public string? MemoryType { get; init; }

    /// <summary>The same as memory_type, as older clients call it; where both are sent, that one counts.</summary>
    [Words<MemoryType>]
    public string? Type { get; init; }

    public MemoryPatch ReadPatch(Fields fields)
    {
        var patch = new MemoryPatch(Content is null ? null : Text(fields), Kind(fields));
        if (patch is { Content: null, Type: null })
        {
            fields.Add("content", "expected a content or a memory_type to change.");
        }

        return patch;
    }

    protected MemoryType? Kind(Fields fields)
    {
        var (kind, older) = (fields.OneOf<MemoryType>("memory_type", MemoryType), fields.OneOf<MemoryType>("type", Type));
        return kind ?? older;
    }

    protected string Text(Fields fields)
    {
        if (Content is not (null or JsonObject) && Content.GetValueKind() != JsonValueKind.String)
        {
            fields.Add("content", "expected a text or an object.");
            return "";
        }

        var text = Content?.GetValueKind() == JsonValueKind.String ? Content.GetValue<string>() : Content?.ToJsonString(ApiJson.Context.Options);
        return fields.Required("content", text, NewMemory.Longest);
    }
}

/// <summary>Is the body that writes a memory down.</summary>
[Asks("project_id", "content")]
internal sealed record MemoryBody : MemoryChange
{
    [Required, Uuid]
    public string? ProjectId { get; init; }

    /// <summary>The ticket that it is about.</summary>
    [Uuid]
    public string? TicketId { get; init; }

    /// <summary>person or agent; default person. What an agent says is shown as that.</summary>
    [Words("person", "agent")]
    public string? Source { get; init; }

    public NewMemory Read(Fields fields, Caller caller)
    {
        fields.Among("source", Source, ["person", "agent"]);
        var kind = Kind(fields);
        if (MemoryType is null && Type is null)
        {
            fields.Add("memory_type", $"expected one of {string.Join(", ", Enum.GetValues<MemoryType>().Select(Fields.Word))}, it is missing.");
        }

        return new NewMemory
        {
            ProjectId = fields.Id("project_id", ProjectId),
            TicketId = fields.OptionalId("ticket_id", TicketId),
            Type = kind ?? default,
            Content = Text(fields),
            Source = Source == "agent" ? MemorySource.Agent : MemorySource.Person,
            MadeBy = caller.Name,
        };
    }
}

/// <summary>Is a memory as the wire shows it.</summary>
internal sealed record ShownMemory
{
    public required Guid Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required Guid? TicketId { get; init; }

    public required MemoryType MemoryType { get; init; }

    /// <summary>A text, or the object that was sent.</summary>
    [TextOrObject]
    public required JsonNode Content { get; init; }

    /// <summary>Whether a run left it, a person wrote it, or an agent did.</summary>
    public required MemorySource Source { get; init; }

    /// <summary>The job that it was learnt from; null where somebody wrote it.</summary>
    public required Guid? JobId { get; init; }

    /// <summary>The commit that came of that job.</summary>
    public required string? Commit { get; init; }

    /// <summary>Who wrote it; null where it was learnt.</summary>
    public required string? MadeBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public static ShownMemory Of(MemoryEntry memory) => new()
    {
        Id = memory.Id,
        ProjectId = memory.ProjectId,
        TicketId = memory.TicketId,
        MemoryType = memory.MemoryType,
        Content = Read(memory.Content),
        Source = memory.Source,
        JobId = memory.JobId,
        Commit = memory.Commit,
        MadeBy = memory.MadeBy,
        CreatedAt = memory.CreatedAt,
        UpdatedAt = memory.UpdatedAt,
    };

    private static JsonNode Read(string content)
    {
        try
        {
            return (content.StartsWith('{') ? JsonNode.Parse(content) : null) ?? JsonValue.Create(content);
        }
        catch (JsonException)
        {
            // A text that begins like an object, or one that was cut.
            return JsonValue.Create(content);
        }
    }
}

/// <param name="Memories">Newest first.</param>
/// <param name="Total">How many there are, beyond this answer too.</param>
internal sealed record ShownMemories(IReadOnlyList<ShownMemory> Memories, int Total);
