using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AutoBuild.Tests.Api;
using AutoBuild.Tests.Codebase;

namespace AutoBuild.Tests.Contract;

/// <summary>Holds answers against the OpenAPI document: the status, the type, the body and the headers have to be those that it tells.</summary>
internal sealed class ApiContract
{
    /// <summary>What may be answered where the document has no such path or method.</summary>
    private static readonly int[] OffTheMap = [400, 401, 403, 404, 405, 413, 429];

    private static readonly Uri Anywhere = new("http://localhost/api/v1/");
    private static readonly Lazy<ApiContract> Kept = new(() => new ApiContract(JsonNode.Parse(Repository.Read("docs/openapi.json"))!));

    private readonly SchemaValidator _schemas;
    private readonly (ApiRoute Route, Regex Path)[] _routes;

    public ApiContract(JsonNode document)
    {
        _schemas = new SchemaValidator(document);
        Routes = ApiRoute.Of(document);
        // What is named goes before what stands for anything.
        _routes = [.. Routes.OrderBy(route => route.Path.Count(letter => letter == '{')).Select(route => (route, new Regex($"^{Regex.Replace(route.Path, "{[a-z]+}", "[^/]+")}/?$", RegexOptions.IgnoreCase)))];
    }

    public IReadOnlyList<ApiRoute> Routes { get; }

    /// <summary>Fails where an answer is not what the copy of the document in the repository tells of a route that it knows.</summary>
    public static ApiAnswer Hold(HttpRequestMessage request, ApiAnswer answer)
    {
        var (method, path) = (request.Method.Method, request.RequestUri!.IsAbsoluteUri ? request.RequestUri.AbsolutePath : new Uri(Anywhere, request.RequestUri).AbsolutePath);
        if (answer.Type != "text/event-stream" && Kept.Value.Find(method, path) is { } route)
        {
            var objections = Kept.Value.Objections(route, answer).ToList();
            Assert.True(objections.Count == 0, $"{method} {route.Path} does not answer as docs/openapi.json tells:\n{string.Join('\n', objections)}\n{answer.Text}");
        }

        return answer;
    }

    /// <summary>Returns the route that a request meets; null where the document has none.</summary>
    /// <param name="path">Without a query.</param>
    public ApiRoute? Find(string method, string path) =>
        _routes.FirstOrDefault(known => known.Route.Method == method && known.Path.IsMatch(path)).Route;

    /// <summary>Returns what an answer breaks; nothing where all is as told.</summary>
    public IEnumerable<string> Objections(string method, string path, ApiAnswer answer)
    {
        if (Find(method, path) is { } route)
        {
            return Objections(route, answer);
        }

        return (OffTheMap.Contains(answer.Status), answer.Status) switch
        {
            (false, _) => [$"{answer.Status} where there is no such route"],
            (_, 405) => Allowed(path, answer),
            _ => answer.Type == "application/problem+json" ? [] : [$"{answer.Status} is no problem but {answer.Type}"],
        };
    }

    private IEnumerable<string> Objections(ApiRoute route, ApiAnswer answer)
    {
        var answers = route.Operation["responses"]!;
        if ((answers[$"{answer.Status}"] ?? (answer.Status >= 500 ? answers["5XX"] : null)) is not { } told)
        {
            return [$"the status {answer.Status} is not told of{(answer.Status >= 400 ? $": add .Refuses({answer.Status}, \"{Code(answer)}\") to the route" : "")}"];
        }

        var content = route.Resolve(told)["content"]?.AsObject();
        if (content is null || content.Count == 0)
        {
            return answer.Text.Length == 0 ? [] : [$"{answer.Status} has a body that is not told of"];
        }

        if (answer.Type is null || content[answer.Type] is not { } body)
        {
            return [$"{answer.Status} as {answer.Type ?? "nothing"} is not told of"];
        }

        return Headers(route.Resolve(told), answer).Concat(Body(answer, body["schema"]!).Select(objection => $"{answer.Status}: the body breaks its schema: {objection}"));
    }

    private IEnumerable<string> Body(ApiAnswer answer, JsonNode schema)
    {
        if (answer.Type == "text/plain")
        {
            return [];
        }

        try
        {
            return _schemas.Validate(Read(answer), schema).Take(5);
        }
        catch (JsonException fault)
        {
            return [$"no JSON: {fault.Message}"];
        }
    }

    private static JsonNode? Read(ApiAnswer answer) => answer.Type switch
    {
        "application/x-ndjson" => new JsonArray([.. answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line))]),
        "text/event-stream" => new JsonArray([.. answer.Text.Split("\n\n").SkipLast(1).Select(Event).OfType<JsonNode>()]),
        _ => JsonNode.Parse(answer.Text),
    };

    private static JsonObject? Event(string text)
    {
        var fields = text.Split('\n').Where(line => !line.StartsWith(':')).Select(line => line.Split(": ", 2)).Where(field => field.Length == 2).ToDictionary(field => field[0], field => field[1]);
        if (!fields.TryGetValue("event", out var kind))
        {
            return null;
        }

        var read = new JsonObject { ["event"] = kind, ["data"] = JsonNode.Parse(fields["data"]) };
        if (fields.TryGetValue("id", out var id))
        {
            read["id"] = JsonNode.Parse(id);
        }

        return read;
    }

    private IEnumerable<string> Headers(JsonNode told, ApiAnswer answer)
    {
        foreach (var (name, header) in told["headers"]?.AsObject() ?? [])
        {
            if (answer.Headers.TryGetValue(name, out var sent))
            {
                var schema = header!["schema"]!;
                var value = schema["type"]!.GetValue<string>() == "integer" && long.TryParse(sent, out var number) ? JsonValue.Create(number) : JsonValue.Create(sent);
                foreach (var objection in _schemas.Validate(value, schema))
                {
                    yield return $"header {name}: {objection}";
                }
            }
            else if (name == "Location" || name.StartsWith("X-", StringComparison.Ordinal))
            {
                yield return $"{answer.Status} lacks its header {name}";
            }
        }
    }

    private IEnumerable<string> Allowed(string path, ApiAnswer answer)
    {
        var told = string.Join(", ", _routes.Where(known => known.Path.IsMatch(path)).Select(known => known.Route.Method).Distinct().Order());
        var allowed = string.Join(", ", (answer.Headers.GetValueOrDefault("Allow") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Order());
        return told == allowed ? [] : [$"405 allows {allowed}, the document tells {told}"];
    }

    private static string Code(ApiAnswer answer) => answer.Type == "application/problem+json" ? answer.Word("code") ?? "" : "";
}
