using System.CommandLine.Completions;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoBuild.Core;
using AutoBuild.Hosting;
using AutoBuild.Workspaces;

namespace AutoBuild.Commands;

/// <summary>Completes ids and names from the server that runs; starts none, and gives up after a moment.</summary>
internal static class ServerWords
{
    private const int Most = 50;

    /// <summary>How long a person waits for Tab to do something.</summary>
    public static TimeSpan Patience { get; set; } = TimeSpan.FromMilliseconds(200);


    /// <summary>Returns what completes the id of a thing, such as a job.</summary>
    public static Func<CompletionContext, IEnumerable<CompletionItem>> Of(string what) => context => what switch
    {
        "job" => Ids(context, "jobs", "jobs", job => $"{Text(job, "status")}: {Text(job, "prompt")}"),
        "landing" => Ids(context, "landings", "landings", landing => $"{Text(landing, "state")}: {Text(landing, "branch_name")}"),
        "worktree" => Ids(context, "worktrees", "worktrees", tree => $"{Text(tree, "branch_name")}"),
        "rescue" => Read(context, "worktrees/rescues", "rescues").Select(rescue => new CompletionItem(Plain.Rescue(Text(rescue, "id")!))),
        "project" => Read(context, "projects", "projects").Select(project => new CompletionItem(Text(project, "name")!, detail: Text(project, "repo_path") ?? Text(project, "repo_url"))),
        "ticket" => Read(context, "projects", "projects").Take(5).SelectMany(project => Ids(context, $"projects/{Text(project, "id")}/tickets", "tickets", ticket => $"{Text(ticket, "status")}: {Text(ticket, "title")}")),
        "agent" => Read(context, "agents?versions=false", "agents").Select(agent => new CompletionItem(Text(agent, "name")!)),
        var _ => [],
    };

    private static IEnumerable<CompletionItem> Ids(CompletionContext context, string route, string member, Func<JsonObject, string> detail) =>
        Read(context, route, member).Select(one => new CompletionItem(Plain.Id(Guid.Parse(Text(one, "id")!)), detail: Plain.Line(detail(one), 60)));

    private static IEnumerable<JsonObject> Read(CompletionContext context, string route, string member)
    {
        try
        {
            var environment = OwnEnvironment.Read();
            var data = DataDirectory.Find(context.ParseResult.GetValue(CommonOptions.Data), environment.GetValueOrDefault);
            if (context.ParseResult.GetValue(CommonOptions.Server) is not null || EndpointsFile.Read(data.Endpoints) is not { } server || !server.IsAlive())
            {
                return [];
            }

            using var http = new HttpClient { BaseAddress = server.Address, Timeout = Patience };
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/api/v1/{route}{(route.Contains('?', StringComparison.Ordinal) ? "&" : "?")}limit={Most}", UriKind.Relative));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer",
                context.ParseResult.GetValue(CommonOptions.Token) ?? environment.GetValueOrDefault("AUTOBUILD_TOKEN") ?? File.ReadAllText(server.TokenFile).Trim());
            using var answer = http.Send(request);
            using var body = answer.Content.ReadAsStream();
            return [.. (JsonNode.Parse(body)?[member] as JsonArray ?? []).OfType<JsonObject>()];
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or IOException or JsonException or UnauthorizedAccessException or AutoBuildException)
        {
            // A line is completed as far as can be told; a fault is for the command itself.
            return [];
        }
    }

    private static string? Text(JsonObject one, string name) => one[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
}
