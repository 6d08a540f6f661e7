using System.Text.Json.Nodes;

namespace AutoBuild.Tests.Contract;

/// <summary>Makes JSON values along a schema: such as it allows, such as it just allows or just not, and such as it never would.</summary>
internal sealed class FuzzValues(Random random, SchemaValidator schemas, FuzzPool pool)
{
    private static readonly string[] Hostile =
    [
        "", " ", "x", "0", "-1", "1e400", "true", "null", "99999999999999999999", "../../etc/passwd", "--help", "'; drop table jobs; --", "$(touch x)", "%s%n%x", "%00", "{{7*7}}",
        "<script>", "a\nb", "a\0b", "\u202e\u0000\ufeff", "😀😀😀", "ÿ", "İı", "|", "=", "[]", "{}", "ZmFsc2U=", "MTIzIHg=", "/", "\\", ".", "..", "HEAD", "refs/heads/main", "🏳️‍🌈 e\u0301",
    ];

    private static readonly string[] Plain = ["Add a greeting", "Größe prüfen", "Fix the test", "日本語の題", "Line one\nline two", "A title with \"quotes\" and \\ too", "emoji 😀"];

    private static readonly string[] Strange = ["__proto__", "$type", "", "unknown", "Id", "constructor", "a.b", "title ", "\ud83d\ude00"];

    public bool Chance(int percent) => random.Next(100) < percent;

    public T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    public string HostileText() => Chance(3) ? new string('x', random.Next(1, 70_000)) : Chance(10) ? Pick(Hostile) + Pick(Hostile) : Pick(Hostile);

    /// <summary>Makes a value that the schema allows, as far as a schema can tell.</summary>
    /// <param name="name">Of the member or parameter; chooses what is known under it.</param>
    public JsonNode? Valid(JsonNode asked, string name, int depth = 0)
    {
        var schema = schemas.Resolve(asked);
        if ((schema["oneOf"] ?? schema["anyOf"]) is JsonArray choices)
        {
            return Valid(Pick([.. choices])!, name, depth);
        }

        if (schema["enum"] is JsonArray words)
        {
            return Pick([.. words])?.DeepClone();
        }

        return Type(schema) switch
        {
            "object" => Members(schema, name, depth),
            "array" => new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => schema["items"] is { } items ? Valid(items, name, depth + 1) : null)]),
            "integer" => (long)Between(schema, 0, 70),
            "number" => Math.Round(Between(schema, -100, 100), 2),
            "boolean" => Chance(50),
            "null" => null,
            _ => Text(schema, name),
        };
    }

    /// <summary>Makes a value at an edge of the schema, on either side of it.</summary>
    public JsonNode? Edge(JsonNode asked, string name)
    {
        var schema = schemas.Resolve(asked);
        var step = Pick([-1, 0, 1]);
        return schema switch
        {
            { } when schema["oneOf"] is JsonArray choices => Edge(Pick([.. choices])!, name),
            { } when schema["maxLength"] is { } most && Type(schema) == "string" => new string('y', Math.Min(1_100_000, most.GetValue<int>() + step)),
            { } when schema["maximum"] is { } high && Chance(50) => JsonValue.Create(high.GetValue<decimal>() + step),
            { } when schema["minimum"] is { } low => JsonValue.Create(low.GetValue<decimal>() + step),
            { } when schema["maxItems"] is { } count => new JsonArray([.. Enumerable.Range(0, count.GetValue<int>() + step).Select(_ => JsonValue.Create("x"))]),
            { } when schema["enum"] is JsonArray words => Pick([.. words])?.ToString().ToUpperInvariant(),
            _ => Wrong(),
        };
    }

    /// <summary>Breaks a value in one place.</summary>
    public JsonNode? Broken(JsonNode? value, JsonNode schema)
    {
        if (value is not JsonObject members || Chance(5))
        {
            return Wrong();
        }

        var known = schemas.Members(schema);
        var name = known.Count > 0 && Chance(80) ? Pick([.. known.Keys]) : Pick(Strange);
        switch (random.Next(5))
        {
            case 0:
                members.Remove(name);
                break;
            case 1:
                members[Pick(Strange)] = Wrong();
                break;
            case 2 when known.TryGetValue(name, out var member):
                members[name] = Edge(member, name);
                break;
            case 3:
                members[name] = HostileText();
                break;
            default:
                members[name] = Wrong();
                break;
        }

        return members;
    }

    /// <summary>Makes a value of any type.</summary>
    public JsonNode? Wrong() => random.Next(12) switch
    {
        0 => null,
        1 => new JsonArray(1, "x", null),
        2 => new JsonObject { ["x"] = new JsonObject() },
        3 => long.MaxValue,
        4 => -0.5,
        5 => true,
        6 => JsonNode.Parse("1e400"),
        7 => JsonNode.Parse("123456789012345678901234567890"),
        8 => Deep(random.Next(10, 62)),
        9 => JsonNode.Parse("-0"),
        _ => HostileText(),
    };

    private static JsonNode Deep(int levels)
    {
        JsonNode made = new JsonArray();
        for (var i = 0; i < levels; i++)
        {
            made = i % 2 == 0 ? new JsonArray(made) : new JsonObject { ["x"] = made };
        }

        return made;
    }

    private JsonObject Members(JsonObject schema, string name, int depth)
    {
        var made = new JsonObject();
        var needed = (schema["required"]?.AsArray() ?? []).Select(known => known!.GetValue<string>()).ToHashSet();
        foreach (var (member, inner) in schemas.Members(schema))
        {
            if (needed.Contains(member) || member is "name" or "title" or "message" or "agent_script" || (depth < 5 && Chance(30)))
            {
                made[member] = Valid(inner, member, depth + 1);
            }
        }

        if (schema["additionalProperties"] is JsonObject values && Chance(70))
        {
            made[name == "files" ? "c.txt" : Pick(Plain)] = Valid(values, name, depth + 1);
        }

        // Exactly one of them is a source.
        if (made.ContainsKey("repo_path") || made.ContainsKey("repo_url") || (made.ContainsKey("github_repo_full_name") && Chance(90)))
        {
            made.Remove("repo_url");
            made.Remove("github_repo_full_name");
            made["repo_path"] = pool.Pick("repo_path");
        }

        return made;
    }

    private string Text(JsonObject schema, string name)
    {
        var kind = FuzzPool.KindOf(name);
        var known = pool.Pick(name) ?? pool.Pick(kind);
        return schema["format"]?.GetValue<string>() switch
        {
            "uuid" => known is null || Chance(10) ? new Guid([.. Enumerable.Range(0, 16).Select(_ => (byte)random.Next(256))]).ToString() : known,
            "date" => $"2026-{random.Next(1, 13):00}-{random.Next(1, 29):00}",
            "date-time" => $"2026-11-{random.Next(1, 29):00}T12:00:00Z",
            "uri" => Pick(["http://127.0.0.1:1/hook", "https://example.org/callback?x=1"]),
            _ => known ?? (Chance(10) ? Pick(Plain) + Pick(Plain) : Pick(Plain)),
        };
    }

    private double Between(JsonObject schema, double least, double most)
    {
        least = schema["minimum"]?.GetValue<double>() ?? least;
        most = Math.Min(schema["maximum"]?.GetValue<double>() ?? most, least + 1000);
        return Chance(10) ? least : Chance(10) ? most : least + (random.NextDouble() * (most - least));
    }

    private string Type(JsonObject schema) => schema["type"] switch
    {
        JsonArray many => Chance(85) ? many.Select(type => type!.GetValue<string>()).First(type => type != "null") : "null",
        { } one => one.GetValue<string>(),
        null => schema["properties"] is null && schema["allOf"] is null ? "string" : "object",
    };
}
