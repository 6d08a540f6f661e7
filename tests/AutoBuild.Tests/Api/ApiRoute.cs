using System.Text.Json.Nodes;

namespace AutoBuild.Tests.Api;

/// <summary>Is one method of one path of the document that a running server publishes, so that a new route is never forgotten.</summary>
/// <param name="Operation">What the document says of it.</param>
internal sealed record ApiRoute(string Method, string Path, JsonNode Operation, JsonNode Document)
{
    public static async Task<IReadOnlyList<ApiRoute>> OfAsync(ApiCalls calls) => Of((await calls.GetAsync("/openapi/v1.json")).Did(200).Json);

    public static IReadOnlyList<ApiRoute> Of(JsonNode document) =>
        [.. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()
            .Select(operation => new ApiRoute(operation.Key.ToUpperInvariant(), path.Key, operation.Value!, document)))];

    /// <summary>The path with real things where there are some, so that a request let through would do something.</summary>
    public string Filled(Guid project, Guid ticket, Guid job) => Path
        .Replace("{other}", Guid.CreateVersion7().ToString(), StringComparison.Ordinal)
        .Replace("{delivery}", Guid.CreateVersion7().ToString(), StringComparison.Ordinal)
        .Replace("{rescue}", $"{project:N}-x", StringComparison.Ordinal)
        .Replace("{id}", (Path.Split('/') is [_, _, _, var things, ..] ? things switch { "projects" => project, "tickets" => ticket, "jobs" => job, _ => Guid.CreateVersion7() } : project).ToString(), StringComparison.Ordinal);

    /// <summary>Follows a reference.</summary>
    public JsonNode Resolve(JsonNode node) => node is JsonObject known && known["$ref"] is { } reference
        ? Resolve(reference.GetValue<string>().Split('/').Skip(1).Aggregate(Document, (at, part) => at[part]!))
        : node;

    /// <summary>The answers by status and type.</summary>
    public IEnumerable<(string Status, string Type, JsonNode Content)> Contents() => Operation["responses"]!.AsObject()
        .SelectMany(answer => (Resolve(answer.Value!)["content"]?.AsObject() ?? []).Select(content => (answer.Key, content.Key, content.Value!)));

    /// <summary>Every code that its refusals name.</summary>
    public IEnumerable<string> Codes() => Contents()
        .SelectMany(answer => answer.Content["schema"]?["allOf"]?.AsArray() ?? [])
        .SelectMany(part => part!["properties"]?["code"]?["enum"]?.AsArray() ?? [])
        .Select(code => code!.GetValue<string>());
}
