using YamlDotNet.RepresentationModel;

namespace AutoBuild.Runner.Qa;

/// <summary>Reads <c>agent.mcp</c> of a recipe: servers by name.</summary>
internal static class RecipeServers
{
    internal static IReadOnlyList<McpServer> Read(YamlNode node) => [.. RecipeYaml.Keys(node, "mcp").Select(entry => Server(entry.Key, entry.Value))];

    private static McpServer Server(string name, YamlNode node)
    {
        if (!McpServer.IsName(name))
        {
            throw new RecipeFault(node.Start.Line, $"expected a server's name of at most 31 small letters and digits, found '{name}'.");
        }
        var server = RecipeYaml.Keys(node, $"server {name}", "command", "args", "env", "url", "headers").Aggregate(new McpServer(name), (made, key) => With(made, key.Key, key.Value));
        return (server.Command is null) != (server.Url is null) ? server : throw new RecipeFault(node.Start.Line, $"expected either 'command' or 'url' in server {name}.");
    }

    private static McpServer With(McpServer server, string key, YamlNode value) => key switch
    {
        "command" => server with { Command = RecipeYaml.Text(value, "a command") },
        "args" => server with { Args = RecipeYaml.List(value, one => Value(one, "an argument")) },
        "env" => server with { Env = RecipeYaml.Keys(value, "env").ToDictionary(entry => RecipeYaml.Variable(entry.Key, value), entry => Value(entry.Value, $"a value for {entry.Key}")) },
        "url" => server with { Url = Address(value) },
        "headers" => server with { Headers = RecipeYaml.Keys(value, "headers").ToDictionary(entry => entry.Key, entry => Value(entry.Value, $"a value for {entry.Key}")) },
        _ => throw new ArgumentOutOfRangeException(nameof(key), key, "Keys were checked before."),
    };

    private static string Value(YamlNode node, string what)
    {
        var text = RecipeYaml.Value(node, what);
        return McpServer.IsValue(text) ? text : throw new RecipeFault(node.Start.Line, $"expected a dollar only in ${{NAME}}, which stands for a secret of the agent's, found '{text}'.");
    }

    private static string Address(YamlNode node)
    {
        var text = RecipeYaml.Text(node, "an address");
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && !text.Contains('$', StringComparison.Ordinal)
            ? text
            : throw new RecipeFault(node.Start.Line, $"expected an address such as https://…, found '{text}'.");
    }
}
