using System.Text.Json;
using System.Text.RegularExpressions;
using AutoBuild.Runner.Qa;

namespace AutoBuild.Runner.Agents;

/// <summary>Is what a repository says to an agent in files of that agent's own, as the base commit has them.</summary>
internal sealed partial record ProjectSettings
{
    /// <summary>The MCP servers that it names.</summary>
    public IReadOnlyList<McpServer> Servers { get; init; } = [];

    /// <summary>What the agent may not do, in its own words. What a person would be asked about is among it.</summary>
    public IReadOnlyList<string> Forbidden { get; init; } = [];

    /// <summary>What of it has no effect, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Reads the two files of Claude Code.</summary>
    /// <param name="servers">Text of <c>.mcp.json</c>; null where there is none.</param>
    /// <param name="settings">Text of <c>.claude/settings.json</c>.</param>
    /// <param name="secrets">Names of the secrets that the agent is given.</param>
    public static ProjectSettings OfClaude(string? servers, string? settings, IReadOnlySet<string> secrets)
    {
        var notes = new List<string>();
        using var named = Parse(servers, ".mcp.json", notes);
        using var set = Parse(settings, ".claude/settings.json", notes);
        var permissions = set?.RootElement.Member("permissions");
        if (set?.RootElement.Member("hooks") is { ValueKind: JsonValueKind.Object } hooks && hooks.EnumerateObject().Any())
        {
            notes.Add("Hooks of .claude/settings.json don't run here: what should run for every change belongs into setup or qa of .autobuild.yaml.");
        }
        return new ProjectSettings
        {
            Servers = [.. Members(named?.RootElement.Member("mcpServers")).Select(server => Server(server, secrets, notes)).OfType<McpServer>()],
            Forbidden = [.. Rules(permissions, "deny"), .. Rules(permissions, "ask")],
            Notes = notes,
        };
    }

    private static JsonDocument? Parse(string? text, string file, List<string> notes)
    {
        var document = text is null ? null : JsonMembers.Parse(text);
        if (text is not null && document is null)
        {
            notes.Add($"{file} is no JSON object and is not heeded.");
        }
        return document;
    }

    private static McpServer? Server(JsonProperty named, IReadOnlySet<string> secrets, List<string> notes)
    {
        var server = new McpServer(named.Name)
        {
            Command = named.Value.Text("command"),
            Args = [.. named.Value.Member("args").Items().Select(one => one.ToString())],
            Env = Texts(named.Value, "env"),
            Url = named.Value.Text("url"),
            Headers = Texts(named.Value, "headers"),
        };
        if (Objection(server, named.Value.Text("type"), secrets) is not { } reason)
        {
            return server;
        }
        notes.Add($"The server '{named.Name}' of .mcp.json is left out: {reason}.");
        return null;
    }

    private static string? Objection(McpServer server, string? type, IReadOnlySet<string> secrets) => 0 switch
    {
        var _ when !ServerName().IsMatch(server.Name) => "its name is none that can be given to an agent",
        var _ when type is not (null or "stdio" or "http") || (server.Command is null) == (server.Url is null) => "it has to be a command, or an address of type http",
        var _ when new[] { server.Command, server.Url }.Concat(server.Args).Concat(server.Env.Values).Concat(server.Headers.Values).OfType<string>().Any(text => !McpServer.IsValue(text)) =>
            "a dollar may only stand in ${NAME}, which is a secret of the agent's",
        var _ when server.Secrets.FirstOrDefault(name => !secrets.Contains(name)) is { } missing => $"it needs {missing}, which agents.secrets doesn't name or the server of AutoBuild doesn't have",
        var _ => null,
    };

    // A path that begins with one slash is meant from the file's own root, which is another one for settings that are handed over.
    private static IEnumerable<string> Rules(JsonElement? permissions, string name) =>
        permissions.Member(name).Items().Where(rule => rule.ValueKind == JsonValueKind.String).Select(rule => FromRoot().Replace(rule.GetString()!, "(./"));

    // JSON may name a member twice; the last one counts, as it does for the agent itself.
    private static List<JsonProperty> Members(JsonElement? json) =>
        json is { ValueKind: JsonValueKind.Object } some ? [.. some.EnumerateObject().GroupBy(member => member.Name).Select(alike => alike.Last())] : [];

    private static Dictionary<string, string> Texts(JsonElement json, string name) => Members(json.Member(name)).ToDictionary(one => one.Name, one => one.Value.ToString());

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_-]{0,60}\z")]
    private static partial Regex ServerName();

    [GeneratedRegex(@"\((?=/[^/])/")]
    private static partial Regex FromRoot();
}
