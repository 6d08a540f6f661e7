using System.Text.Json;
using System.Text.Json.Nodes;
using AutoBuild.Runner.Qa;

namespace AutoBuild.Runner.Agents;

/// <summary>Writes MCP servers as each command line takes them; a secret stays a name, which the command line fills in.</summary>
internal static class McpForms
{
    /// <summary>For <c>--mcp-config</c>.</summary>
    public static JsonObject Claude(IReadOnlyList<McpServer> servers) => Each(servers, server => server.Command is null
        ? new JsonObject { ["type"] = "http", ["url"] = server.Url, ["headers"] = Texts(server.Headers) }
        : new JsonObject { ["type"] = "stdio", ["command"] = server.Command, ["args"] = Texts(server.Args), ["env"] = Texts(server.Env) });

    /// <summary>For <c>mcpServers</c> of its settings; trusted, since the recipe names them.</summary>
    public static JsonObject Gemini(IReadOnlyList<McpServer> servers) => Each(servers, server => server.Command is null
        ? new JsonObject { ["httpUrl"] = server.Url, ["headers"] = Texts(server.Headers), ["trust"] = true }
        : new JsonObject { ["command"] = server.Command, ["args"] = Texts(server.Args), ["env"] = Texts(server.Env), ["trust"] = true });

    /// <summary>For <c>mcp</c> of its settings.</summary>
    public static JsonObject OpenCode(IReadOnlyList<McpServer> servers) => Each(servers, server => server.Command is null
        ? new JsonObject { ["type"] = "remote", ["url"] = server.Url, ["headers"] = Texts(server.Headers, Own), ["enabled"] = true }
        : new JsonObject { ["type"] = "local", ["command"] = Texts([server.Command, .. server.Args]), ["environment"] = Texts(server.Env, Own), ["enabled"] = true });

    /// <summary>For <c>-c</c>, in TOML; JSON's texts and lists are among TOML's.</summary>
    public static IEnumerable<string> Codex(IReadOnlyList<McpServer> servers) => servers.SelectMany(server => new[] { "-c", $"mcp_servers.{server.Name}={{{Toml(server)}}}" });

    /// <summary>Codex hands a secret on under its own name, or as a whole header, but puts it into no text.</summary>
    public static bool CodexCan(McpServer server) =>
        server.Env.All(one => !Holds(one.Value) || McpServer.SecretOf(one.Value) == one.Key)
        && server.Headers.All(one => !Holds(one.Value) || McpServer.SecretOf(one.Value) is not null || (IsSignIn(one.Key) && McpServer.SecretOf(one.Value, "Bearer ") is not null));

    private static string Toml(McpServer server)
    {
        var plain = server.Env.Where(one => !Holds(one.Value));
        var bearer = server.Headers.Where(one => IsSignIn(one.Key)).Select(one => McpServer.SecretOf(one.Value, "Bearer ")).FirstOrDefault(name => name is not null);
        string[] members = server.Command is { } command
            ? [$"command={Text(command)}", $"args=[{string.Join(',', server.Args.Select(Text))}]", $"env={Table(plain)}", $"env_vars=[{string.Join(',', server.Secrets.Select(Text))}]"]
            : [$"url={Text(server.Url!)}", $"http_headers={Table(server.Headers.Where(one => !Holds(one.Value)))}",
                $"env_http_headers={Table(server.Headers.Where(one => McpServer.SecretOf(one.Value) is not null).Select(one => KeyValuePair.Create(one.Key, McpServer.SecretOf(one.Value)!)))}",
                .. bearer is null ? [] : new[] { $"bearer_token_env_var={Text(bearer)}" }];
        return string.Join(',', members);
    }

    private static bool Holds(string value) => value.Contains('$', StringComparison.Ordinal);

    private static bool IsSignIn(string header) => header.Equals("Authorization", StringComparison.OrdinalIgnoreCase);

    private static string Own(string value) => value.Replace("${", "{env:", StringComparison.Ordinal);

    private static string Table(IEnumerable<KeyValuePair<string, string>> entries) => $"{{{string.Join(',', entries.Select(one => $"{Text(one.Key)}={Text(one.Value)}"))}}}";

    private static string Text(string text) => JsonSerializer.Serialize(text, JsonOptions);

    private static readonly JsonSerializerOptions JsonOptions = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static JsonObject Each(IReadOnlyList<McpServer> servers, Func<McpServer, JsonObject> form) => new(servers.Select(server => KeyValuePair.Create(server.Name, (JsonNode?)form(server))));

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    private static JsonObject Texts(IReadOnlyDictionary<string, string> texts, Func<string, string>? form = null) =>
        new(texts.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)(form?.Invoke(one.Value) ?? one.Value))));
}
