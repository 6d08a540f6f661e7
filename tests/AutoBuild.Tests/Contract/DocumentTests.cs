using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AutoBuild.Tests.Api;
using AutoBuild.Tests.Codebase;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Contract;

/// <summary>Holds the OpenAPI document that a real server publishes: nothing of a route is left unsaid, and a change of it is seen in review.</summary>
public sealed partial class DocumentTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Copy = "docs/openapi.json";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>What speaks of our own code instead of the wire.</summary>
    [GeneratedRegex(@"&lt;|\b[A-Z][a-z]\w*\.[A-Z][a-z]\w+|IReadOnlyList|Guid\?|string\?")]
    private static partial Regex OurCode();

    [Fact]
    public async Task Every_route_says_all_there_is_to_say()
    {
        var lacks = (await ApiRoute.OfAsync(server.Calls)).SelectMany(route => Lacks(route).Select(lack => $"{route.Method} {route.Path}: {lack}")).ToList();
        Assert.True(lacks.Count == 0, string.Join('\n', lacks) + "\nSee src/AutoBuild/Contract: RouteFacts beside the route, Samples for a type, attributes for members.");
    }

    [Fact]
    public async Task Every_schema_is_whole()
    {
        var document = (await ApiRoute.OfAsync(server.Calls))[0].Document;
        Repository.HasNo(document["components"]!["schemas"]!.AsObject().SelectMany(schema => Untrue(schema.Value!, schema.Key)));
    }

    [Fact]
    public async Task Every_code_is_known()
    {
        var known = ErrorCodesTests.Documented();
        Repository.HasNo((await ApiRoute.OfAsync(server.Calls)).SelectMany(route => route.Codes().Where(code => !known.Contains(code)).Select(code => $"{route.Method} {route.Path}: {code} is not in docs/errors.md")));
    }

    [Fact]
    public async Task Only_health_is_open()
    {
        var routes = await ApiRoute.OfAsync(server.Calls);
        Assert.Equal(["/api/v1/health"], routes.Where(route => route.Operation["security"] is JsonArray { Count: 0 }).Select(route => route.Path));
        Assert.All(routes, route => Assert.Equal(route.Path != "/api/v1/health", route.Operation["responses"]!["401"] is not null));
        // A callback is read whatever its type is called.
        Assert.All(routes, route => Assert.Equal(route.Operation["requestBody"] is not null && route.Path != "/api/v1/callback", route.Operation["responses"]!["415"] is not null));
    }

    /// <summary>Holds the copy in the repository; <c>UPDATE_DOCS=1</c> on this test writes it anew.</summary>
    [Fact]
    public async Task The_copy_in_the_repository_is_what_a_server_gives()
    {
        var (first, again) = (await TextAsync(server), await TextAsync(server));
        Assert.Equal(first, again);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            await File.WriteAllTextAsync(Path.Combine(Repository.Root, Copy), first, Cancel);
        }

        Assert.True(first == Repository.Read(Copy), $"{Copy} is not what a server gives. Write it anew: UPDATE_DOCS=1 on this test, and look at the difference.");
    }

    [Fact]
    public async Task The_linter_has_nothing_to_say()
    {
        using var folder = new TempFolder();
        var artifacts = Path.Combine(Repository.Root, "artifacts");
        var linter = Path.Combine(artifacts, "openapi", "node_modules", "@redocly", "cli", "bin", "cli.js");
        var node = Executable.Find("node", $"{Path.Combine(artifacts, "agents", "bin")}:{Environment.GetEnvironmentVariable("PATH")}");
        var there = node is not null && File.Exists(linter);
        Assert.True(there || Environment.GetEnvironmentVariable("CI") is not { Length: > 0 }, "The linter is not installed, and on a CI machine it has to be.");
        Assert.SkipUnless(there, "The linter is not installed: tests/npm-install tests/openapi artifacts/openapi needs npm and a network.");

        var rules = Path.Combine(Repository.Root, "tests", "openapi", "redocly.yaml");
        var command = new ChildCommand(node!, [linter, "lint", "--config", rules, "--format", "stylish", "--max-problems", "200", folder.Write("openapi.json", await TextAsync(server))])
        {
            Environment = new Dictionary<string, string> { ["REDOCLY_TELEMETRY"] = "off", ["REDOCLY_SUPPRESS_UPDATE_NOTICE"] = "true" },
        };
        var said = await ChildProcess.RunAsync(command, null, Cancel);
        Assert.True(said.ExitCode == 0 && !said.Output.Contains("warning", StringComparison.Ordinal), said.Output + said.Error);
        Assert.Contains("validated", said.Output + said.Error, StringComparison.Ordinal);
    }

    private static async Task<string> TextAsync(ApiServer server) => (await server.Calls.GetAsync("/openapi/v1.json")).Did(200).Text;

    private static IEnumerable<string> Lacks(ApiRoute route)
    {
        var said = route.Operation;
        foreach (var name in new[] { "summary", "description", "operationId", "tags" }.Where(name => said[name] is null))
        {
            yield return $"no {name}";
        }

        foreach (var parameter in said["parameters"]?.AsArray() ?? [])
        {
            if (parameter!["description"] is null)
            {
                yield return $"parameter {parameter["name"]}: no description";
            }
        }

        foreach (var (type, content) in said["requestBody"]?["content"]?.AsObject() ?? [])
        {
            if (content!["example"] is null)
            {
                yield return $"body as {type}: no example";
            }
        }

        foreach (var (status, type, content) in route.Contents().Where(content => content.Status[0] == '2'))
        {
            if (content["schema"] is null || content["example"] is null)
            {
                yield return $"{status} as {type}: no {(content["schema"] is null ? "schema" : "example")}";
            }
        }

        if (!said["responses"]!.AsObject().Any(answer => answer.Key[0] == '2'))
        {
            yield return "no answer for what was done (Produces)";
        }

        if (route.Path.Contains("{id}", StringComparison.Ordinal) && said["responses"]!["404"] is null)
        {
            yield return "no 404 for an id that is not there (Refuses)";
        }
    }

    private static IEnumerable<string> Untrue(JsonNode schema, string at)
    {
        if (schema is not JsonObject known)
        {
            yield break;
        }

        if (known["description"]?.GetValue<string>() is { } said && OurCode().IsMatch(said))
        {
            yield return $"{at}: '{said}' speaks of our code";
        }

        if (known.Count == 0 || (known["enum"] is not null && known["type"] is null))
        {
            yield return $"{at}: no type";
        }

        foreach (var (name, member) in known["properties"]?.AsObject() ?? [])
        {
            foreach (var found in Untrue(member!, $"{at}.{name}"))
            {
                yield return found;
            }
        }
    }
}
