using System.Text.Json.Nodes;

namespace AutoBuild.Tests.Api;

/// <summary>Is one method of one path of the document that a running server publishes, so that a new route is never forgotten.</summary>
/// <param name="Operation">What the document says of it.</param>
internal sealed record ApiRoute(string Method, string Path, JsonNode Operation, JsonNode Document)
{
    public static async Task<IReadOnlyList<ApiRoute>> OfAsync(ApiCalls calls)
    {
        var document = (await calls.GetAsync("/openapi/v1.json")).Did(200).Json;
        return [.. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()
            .Select(operation => new ApiRoute(operation.Key.ToUpperInvariant(), path.Key, operation.Value!, document)))];
    }

    /// <summary>The path with real things where there are some, so that a request let through would do something.</summary>
    public string Filled(Guid project, Guid ticket, Guid job) => Path
        .Replace("{other}", Guid.CreateVersion7().ToString(), StringComparison.Ordinal)
        .Replace("{rescue}", $"{project:N}-x", StringComparison.Ordinal)
        .Replace("{id}", (Path.Split('/') is [_, _, _, var things, ..] ? things switch { "projects" => project, "tickets" => ticket, "jobs" => job, _ => Guid.CreateVersion7() } : project).ToString(), StringComparison.Ordinal);
}
