using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AutoBuild.Tests.Contract;

/// <summary>Validates JSON against the schemas of an OpenAPI 3.1 document, as far as ours uses them; a keyword beyond that is an error of its own.</summary>
/// <remarks>A member that the schema doesn't know is an objection too: what is answered has to be told.</remarks>
internal sealed class SchemaValidator(JsonNode document)
{
    private static readonly HashSet<string> Understood =
    [
        "$ref", "type", "enum", "const", "properties", "required", "additionalProperties", "items", "minItems", "maxItems", "minLength", "maxLength",
        "minimum", "maximum", "pattern", "allOf", "anyOf", "oneOf", "format", "title", "description", "default", "example", "examples",
    ];

    public IReadOnlyList<string> Validate(JsonNode? value, JsonNode schema)
    {
        var objections = new List<string>();
        Check(value, schema, "", knownOnly: true, objections);
        return objections;
    }

    /// <summary>Follows references.</summary>
    public JsonObject Resolve(JsonNode schema)
    {
        while (schema["$ref"]?.GetValue<string>() is { } reference)
        {
            schema = reference.Split('/').Skip(1).Aggregate(document, (at, part) => at[part.Replace("~1", "/", StringComparison.Ordinal)] ?? throw new InvalidOperationException($"{reference} leads nowhere."));
        }

        return schema.AsObject();
    }

    /// <summary>Returns the schemas of all members, also of those that a composition brings in.</summary>
    public Dictionary<string, JsonNode> Members(JsonNode schema)
    {
        var real = Resolve(schema);
        var members = (real["properties"]?.AsObject() ?? []).ToDictionary(member => member.Key, member => member.Value!);
        foreach (var (name, member) in (real["allOf"]?.AsArray() ?? []).SelectMany(part => Members(part!)))
        {
            members.TryAdd(name, member);
        }

        return members;
    }

    private void Check(JsonNode? value, JsonNode asked, string at, bool knownOnly, List<string> objections)
    {
        var schema = Resolve(asked);
        if (schema.FirstOrDefault(keyword => !Understood.Contains(keyword.Key) && !keyword.Key.StartsWith("x-", StringComparison.Ordinal)).Key is { } strange)
        {
            throw new NotSupportedException($"The validator doesn't know the keyword {strange} at '{at}'.");
        }

        foreach (var part in schema["allOf"]?.AsArray() ?? [])
        {
            Check(value, part!, at, knownOnly: false, objections);
        }

        CheckChoices(value, schema, at, knownOnly, objections);
        if (!IsOfType(value, schema["type"]))
        {
            objections.Add($"{at}: expected {schema["type"]!.ToJsonString()}, got {Shown(value)}");
            return;
        }

        if (schema["enum"] is JsonArray words && !words.Any(word => JsonNode.DeepEquals(word, value)))
        {
            objections.Add($"{at}: {Shown(value)} is none of {Shown(words)}");
        }

        if (schema["const"] is { } only && !JsonNode.DeepEquals(only, value))
        {
            objections.Add($"{at}: {Shown(value)} is not {Shown(only)}");
        }

        switch (value)
        {
            case JsonObject members: CheckObject(members, schema, at, knownOnly, objections); break;
            case JsonArray items: CheckArray(items, schema, at, knownOnly, objections); break;
            case JsonValue when value.GetValueKind() == JsonValueKind.String: CheckText(value.GetValue<string>(), schema, at, objections); break;
            case JsonValue when value.GetValueKind() == JsonValueKind.Number: CheckNumber(Number(value), schema, at, objections); break;
        }
    }

    private void CheckChoices(JsonNode? value, JsonObject schema, string at, bool knownOnly, List<string> objections)
    {
        foreach (var (keyword, most) in new[] { ("oneOf", 1), ("anyOf", int.MaxValue) })
        {
            if (schema[keyword] is not JsonArray choices)
            {
                continue;
            }

            var tried = choices.Select(choice => Against(value, choice!, at, knownOnly)).ToList();
            var fits = tried.Count(found => found.Count == 0);
            if (fits == 0)
            {
                objections.AddRange(tried.MinBy(found => found.Count)!.Take(5));
            }
            else if (fits > most)
            {
                objections.Add($"{at}: fits {fits} of {keyword}");
            }
        }
    }

    private List<string> Against(JsonNode? value, JsonNode schema, string at, bool knownOnly)
    {
        var found = new List<string>();
        Check(value, schema, at, knownOnly, found);
        return found;
    }

    private void CheckObject(JsonObject value, JsonObject schema, string at, bool knownOnly, List<string> objections)
    {
        objections.AddRange((schema["required"]?.AsArray() ?? []).Select(name => name!.GetValue<string>()).Where(name => !value.ContainsKey(name)).Select(name => $"{at}/{name}: is missing"));
        var members = Members(schema);
        foreach (var (name, member) in value)
        {
            if (schema["properties"]?[name] is { } known)
            {
                Check(member, known, $"{at}/{name}", knownOnly, objections);
            }
            else if (schema["additionalProperties"] is JsonObject other)
            {
                Check(member, other, $"{at}/{name}", knownOnly, objections);
            }
            else if (knownOnly && members.Count > 0 && !members.ContainsKey(name))
            {
                objections.Add($"{at}/{name}: is not told of");
            }
        }
    }

    private void CheckArray(JsonArray value, JsonObject schema, string at, bool knownOnly, List<string> objections)
    {
        if (value.Count < Least(schema, "minItems") || value.Count > Most(schema, "maxItems"))
        {
            objections.Add($"{at}: has {value.Count} items");
        }

        if (schema["items"] is { } items)
        {
            for (var i = 0; i < value.Count; i++)
            {
                Check(value[i], items, $"{at}/{i}", knownOnly, objections);
            }
        }
    }

    private static void CheckText(string text, JsonObject schema, string at, List<string> objections)
    {
        var length = text.EnumerateRunes().Count();
        if (length < Least(schema, "minLength") || length > Most(schema, "maxLength"))
        {
            objections.Add($"{at}: has {length} characters");
        }

        if (schema["pattern"]?.GetValue<string>() is { } pattern && !Regex.IsMatch(text, pattern, RegexOptions.ECMAScript))
        {
            objections.Add($"{at}: '{text}' is not {pattern}");
        }

        var good = schema["format"]?.GetValue<string>() switch
        {
            "uuid" => Guid.TryParseExact(text, "D", out _),
            "date-time" => text.Contains('T', StringComparison.Ordinal) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out _),
            "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
            _ => true,
        };
        if (!good)
        {
            objections.Add($"{at}: '{text}' is no {schema["format"]}");
        }
    }

    private static void CheckNumber(double number, JsonObject schema, string at, List<string> objections)
    {
        if (number < Least(schema, "minimum") || number > Most(schema, "maximum"))
        {
            objections.Add($"{at}: {number} is out of bounds");
        }
    }

    private static bool IsOfType(JsonNode? value, JsonNode? types) => types switch
    {
        null => true,
        JsonArray many => many.Any(type => IsOfType(value, type)),
        _ => (types.GetValue<string>(), value?.GetValueKind() ?? JsonValueKind.Null) switch
        {
            ("null", var kind) => kind == JsonValueKind.Null,
            ("object", var kind) => kind == JsonValueKind.Object,
            ("array", var kind) => kind == JsonValueKind.Array,
            ("string", var kind) => kind == JsonValueKind.String,
            ("boolean", var kind) => kind is JsonValueKind.True or JsonValueKind.False,
            ("number", var kind) => kind == JsonValueKind.Number,
            ("integer", var kind) => kind == JsonValueKind.Number && double.IsInteger(Number(value!)),
            var (type, _) => throw new NotSupportedException($"The validator doesn't know the type {type}."),
        },
    };

    private static double Least(JsonObject schema, string keyword) => schema[keyword] is { } bound ? Number(bound) : double.MinValue;

    private static double Most(JsonObject schema, string keyword) => schema[keyword] is { } bound ? Number(bound) : double.MaxValue;

    private static double Number(JsonNode value) => double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);

    private static string Shown(JsonNode? value) => (value?.ToJsonString() ?? "null") is var text && text.Length > 120 ? text[..120] + "…" : text;
}
