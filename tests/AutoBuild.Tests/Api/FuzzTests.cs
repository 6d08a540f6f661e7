using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AutoBuild.Tests.Codebase;

namespace AutoBuild.Tests.Api;

/// <summary>Asks everything that the document allows, and much that it does not.</summary>
public sealed partial class FuzzTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // One for each test: a request that deletes the project is among them.
    private readonly ApiServer _server = new();

    /// <summary>What no answer may tell: types and calls of ours, statements, files of the source.</summary>
    [GeneratedRegex(@"   at |System\.|Microsoft\.|AutoBuild\.[A-Z]|Exception|\.cs\b|SQLite Error|no such (table|column)|\bSELECT\b|\bINSERT\b", RegexOptions.CultureInvariant)]
    private static partial Regex Inner();

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public Task No_request_breaks_the_server() => RunAsync(seed: 20_260_731, count: 1500);

    [Fact(Explicit = true)]
    public Task No_request_breaks_the_server_for_long() => RunAsync(Random.Shared.Next(), count: 60_000);

    private async Task RunAsync(int seed, int count)
    {
        var random = new Random(seed);
        var routes = (await ApiRoute.OfAsync(_server.Calls)).Where(route => !route.Path.EndsWith("/shutdown", StringComparison.Ordinal)).ToList();
        var codes = ErrorCodesTests.Documented();
        var job = await _server.MakeJobAsync();
        var ids = new[] { _server.Project, job, Guid.Parse((await _server.Calls.GetAsync($"jobs/{job}")).Word("ticket_id")!), Guid.CreateVersion7() };
        var seen = new Dictionary<int, int>();
        var wrong = new Dictionary<string, string>();
        for (var i = 0; i < count; i++)
        {
            var route = routes[i % routes.Count];
            var asked = new FuzzRequest(random, route, ids);
            var began = Stopwatch.GetTimestamp();
            var answer = await SendAsync(route.Method, asked);
            if (answer.Status == 429)
            {
                // Faster than a caller may be.
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
                continue;
            }

            var told = $"seed {seed}, request {i}: {route.Method} {asked.Path} {asked.Body?[..Math.Min(500, asked.Body.Length)]}\n{answer.Status} {answer.Text[..Math.Min(1000, answer.Text.Length)]}";

            seen[answer.Status] = seen.GetValueOrDefault(answer.Status) + 1;
            if (Objection(answer, codes, Stopwatch.GetElapsedTime(began)) is { } objection)
            {
                wrong.TryAdd($"{route.Method} {route.Path}: {objection}", told);
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong.Select(found => $"{found.Key}\n{found.Value}")));

        // It did get through to the work behind the checks.
        Assert.All([200, 201, 400, 404, 409], status => Assert.True(seen.GetValueOrDefault(status) > 0, $"No answer was {status}: {string.Join(", ", seen)}"));
        Assert.Empty((await _server.Calls.GetAsync("health/deep")).Did(200).Json["broken"]!.AsArray());
    }

    private static string? Objection(ApiAnswer answer, HashSet<string> codes, TimeSpan took) => answer switch
    {
        _ when took > Limit => "too slow",
        { Status: >= 500 or < 200 } => "a fault",
        { Status: < 400 } => null,
        { Type: not "application/problem+json" } => "no problem",
        _ when !codes.Contains(answer.Word("code")!) => "a code that nobody knows",
        _ when Inner().IsMatch(Regex.Replace(answer.Word("detail")!, "'[^']*'", "''")) => "it tells too much",
        _ when answer.Text.Length > 20_000 => "too many words",
        _ => null,
    };

    private async Task<ApiAnswer> SendAsync(string method, FuzzRequest asked)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(asked.Path, UriKind.Relative));
        request.Content = asked.Body is null ? null : new StringContent(asked.Body, Encoding.UTF8, "application/json");
        using var answer = await _server.Calls.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var type = answer.Content.Headers.ContentType?.MediaType;
        var text = type == "text/event-stream" ? "" : await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new ApiAnswer((int)answer.StatusCode, text, type, new Dictionary<string, string>());
    }
}

/// <summary>Is one request made up along a route's description, with faults strewn in.</summary>
internal sealed class FuzzRequest
{
    private static readonly string[] Words =
    [
        "", " ", "x", "main", "ready", "in_progress", "manual", "auto", "command", "scripted", "local", "critical", "-1", "0", "1", "500", "99999999999999999999", "1e400", "true", "null",
        "../../etc/passwd", "--help", "'; drop table jobs; --", "$(touch x)", "`id`", "%s%n%x", "{{7*7}}", "<script>", "a\nb", "a\0b", "\u202e\u0000\ufeff", "\ud83d\ude00", "ÿ", "İ", "|", "=", "ZmFsc2U=", "MTIzIHg=", "/", "/nowhere/at/all", "file:///nowhere", "https://127.0.0.1:1/x.git",
    ];

    private readonly Random _random;
    private readonly ApiRoute _route;
    private readonly Guid[] _ids;

    public FuzzRequest(Random random, ApiRoute route, Guid[] ids)
    {
        (_random, _route, _ids) = (random, route, ids);
        Path = Regex.Replace(route.Path, "{[a-z]+}", _ => Id()) + Query();
        Body = route.Operation["requestBody"]?["content"]?["application/json"]?["schema"] is { } schema ? Written(Value(schema, 0)) : null;
    }

    public string Path { get; }

    public string? Body { get; }

    private string Id() => Chance(20) ? Uri.EscapeDataString(Word().Replace("\0", "", StringComparison.Ordinal) + "x") : Pick(_ids).ToString();

    private string Query()
    {
        var parts = new List<string>();
        foreach (var parameter in _route.Operation["parameters"]?.AsArray() ?? [])
        {
            if (parameter!["in"]!.GetValue<string>() == "query" && Chance(40))
            {
                parts.Add($"{parameter["name"]}={Uri.EscapeDataString(Chance(40) ? Pick(_ids).ToString() : Word())}");
            }
        }

        return parts.Count == 0 ? "" : "?" + string.Join('&', parts);
    }

    /// <summary>Breaks one text in ten as a careless or malicious sender would.</summary>
    private string Written(JsonNode? value)
    {
        var text = value?.ToJsonString() ?? "null";
        return !Chance(10) || text.Length < 2 ? text
            : _random.Next(3) switch
            {
                0 => text[.._random.Next(text.Length)],
                1 => text.Insert(_random.Next(text.Length), Pick(["\"", "}", "\\u0000", "\\ud800", "[[[[", "\u0001"])),
                _ => text.Replace("\"", Pick(["'", "\"\"", ""]), StringComparison.Ordinal),
            };
    }

    private JsonNode? Value(JsonNode schema, int depth)
    {
        if (schema["$ref"] is { } reference)
        {
            return Value(_route.Document["components"]!["schemas"]![reference.GetValue<string>().Split('/')[^1]]!, depth);
        }

        if (Chance(3) || depth > 4)
        {
            return Wrong();
        }

        if ((schema["oneOf"] ?? schema["anyOf"]) is JsonArray choices)
        {
            return Value(Pick([.. choices])!, depth);
        }

        return Kind(schema) switch
        {
            "object" => Members(schema, depth),
            "array" => new JsonArray([.. Enumerable.Range(0, _random.Next(4)).Select(_ => Value(schema["items"] ?? new JsonObject(), depth + 1))]),
            "integer" => _random.Next(-2, 70),
            "number" => Math.Round(_random.NextDouble() * 100, 2),
            "boolean" => Chance(50),
            "null" => null,
            _ => Text(),
        };
    }

    private JsonObject Members(JsonNode schema, int depth)
    {
        var made = new JsonObject();
        foreach (var (name, member) in schema["properties"]?.AsObject() ?? [])
        {
            if (name.EndsWith("_id", StringComparison.Ordinal) && !Chance(10))
            {
                made[name] = name == "project_id" ? _ids[0].ToString() : Pick(_ids).ToString();
            }
            else if (Chance(name is "name" or "title" or "prompt" or "message" ? 95 : 15))
            {
                made[name] = Value(member!, depth + 1);
            }
        }

        if (Chance(10))
        {
            made[Pick(["__proto__", "$type", "", "unknown"])] = Wrong();
        }

        return made;
    }

    private static string? Kind(JsonNode schema) => schema["type"] switch
    {
        JsonArray kinds => kinds.Select(kind => kind!.GetValue<string>()).FirstOrDefault(kind => kind != "null"),
        JsonValue kind => kind.GetValue<string>(),
        _ => null,
    };

    private JsonNode? Wrong() => _random.Next(7) switch
    {
        0 => null,
        1 => new JsonArray(1, "x", null),
        2 => new JsonObject { ["x"] = new JsonObject() },
        3 => long.MaxValue,
        4 => -0.5,
        5 => true,
        _ => Text(),
    };

    private string Text() => Chance(2) ? new string('x', _random.Next(1, 5000)) : Chance(30) ? Word() + Word() : Chance(20) ? Pick(_ids).ToString() : Word();

    private string Word() => Pick(Words);

    private T Pick<T>(T[] from) => from[_random.Next(from.Length)];

    private bool Chance(int percent) => _random.Next(100) < percent;
}
