using System.Text.Json.Nodes;
using AutoBuild.Tests.Api;

namespace AutoBuild.Tests.Contract;

/// <summary>Holds that the limits, words and forms that the document tells are those that the server holds, no tighter and no looser.</summary>
public sealed class BoundsTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task A_member_is_taken_up_to_its_bound_and_refused_beyond()
    {
        var wrong = new List<string>();
        // Of its own, since it is changed within all bounds.
        var project = await server.MakeProjectAsync("Bounds");
        var (ticket, job) = (await server.MakeTicketAsync(), await server.MakeJobAsync());
        foreach (var route in (await ApiRoute.OfAsync(server.Calls)).Where(route => route.Operation["requestBody"] is not null))
        {
            var content = route.Operation["requestBody"]!["content"]!["application/json"]!;
            var schema = new SchemaValidator(route.Document).Resolve(content["schema"] is JsonObject { } asked && asked["oneOf"] is JsonArray choices ? choices[^1]! : content["schema"]!);
            foreach (var (name, member) in schema["properties"]?.AsObject() ?? [])
            {
                foreach (var (value, isFine) in Cases(member!.AsObject()))
                {
                    var body = content["example"]!.DeepClone();
                    body[name] = value;
                    if (name == "text")
                    {
                        // Another name of the same, read where that is missing.
                        body.AsObject().Remove("message");
                    }

                    var answer = await server.Calls.SendAsync(new HttpMethod(route.Method), route.Filled(project, ticket, job), body.ToJsonString());
                    Judge($"{route.Method} {route.Path}: {name}", value, isFine, answer, name == "text" ? "message" : name, wrong);
                }
            }

            foreach (var needed in schema["required"]?.AsArray() ?? [])
            {
                var body = content["example"]!.DeepClone();
                body.AsObject().Remove(needed!.GetValue<string>());
                Judge($"{route.Method} {route.Path}: {needed}", null, false, await server.Calls.SendAsync(new HttpMethod(route.Method), route.Filled(project, ticket, job), body.ToJsonString()), needed.GetValue<string>(), wrong);
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task A_parameter_is_taken_up_to_its_bound_and_refused_beyond()
    {
        var wrong = new List<string>();
        var (ticket, job) = (await server.MakeTicketAsync(), await server.MakeJobAsync());
        foreach (var route in (await ApiRoute.OfAsync(server.Calls)).Where(route => route.Method == "GET"))
        {
            var path = route.Filled(server.Project, ticket, job);
            foreach (var parameter in (route.Operation["parameters"]?.AsArray() ?? []).Where(parameter => parameter!["in"]!.GetValue<string>() == "query" && parameter["schema"]!["maxLength"] is null))
            {
                var name = parameter!["name"]!.GetValue<string>();
                foreach (var (value, isFine) in Cases(parameter["schema"]!.AsObject()).Where(tried => tried.Value is not JsonValue text || text.ToString().Length < 1000))
                {
                    var answer = await server.Calls.GetAsync($"{path}?{name}={Uri.EscapeDataString(value?.ToString() ?? "")}&q=x");
                    Judge($"GET {route.Path}?{name}", value, isFine, answer, name, wrong);
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static void Judge(string what, JsonNode? value, bool isFine, ApiAnswer answer, string name, List<string> wrong)
    {
        var refused = answer.Status == 400 && answer.Json["errors"]?[name] is JsonArray { } faults ? faults[0]!.GetValue<string>() : null;
        if (isFine == refused is not null)
        {
            var shown = value?.ToJsonString() ?? "nothing";
            wrong.Add($"{what}: {(shown.Length > 60 ? $"{shown[..20]}… of {shown.Length - 2}" : shown)} is {(isFine ? $"refused: {refused}" : $"taken ({answer.Status} {answer.Word("code")})")}");
        }
    }

    /// <summary>What lies on either side of each bound that a schema tells.</summary>
    private static IEnumerable<(JsonNode? Value, bool IsFine)> Cases(JsonObject schema)
    {
        if (schema["maxLength"] is { } longest && schema["type"]!.ToJsonString().Contains("string", StringComparison.Ordinal))
        {
            yield return (new string('y', longest.GetValue<int>() + 1), false);
        }

        if (schema["minLength"] is not null)
        {
            yield return (" ", false);
        }

        if (schema["minimum"] is { } least && decimal.TryParse(least.ToJsonString(), out var low))
        {
            yield return (JsonValue.Create(low), true);
            yield return (JsonValue.Create(low - 1), false);
        }

        if (schema["maximum"] is { } most && decimal.TryParse(most.ToJsonString(), out var high) && high < long.MaxValue)
        {
            yield return (JsonValue.Create(high), true);
            yield return (JsonValue.Create(high + 1), false);
        }

        if (schema["maxItems"] is { } count)
        {
            yield return (new JsonArray([.. Enumerable.Range(0, count.GetValue<int>() + 1).Select(_ => JsonValue.Create("x"))]), false);
        }

        if (schema["enum"] is JsonArray words)
        {
            foreach (var word in words.Where(word => word is not null))
            {
                yield return (word!.DeepClone(), true);
            }

            yield return ("no-such-word", false);
        }

        if (schema["format"]?.GetValue<string>() is "uuid" or "date")
        {
            yield return ("no-such-thing", false);
        }
    }
}
