using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AutoBuild.Tests.Api;

namespace AutoBuild.Tests.Contract;

/// <summary>Makes requests along the document, and beside it; the same seed and the same answers make the same requests.</summary>
internal sealed partial class FuzzMaker
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND"];
    private static readonly string[] Types = ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "application/json;", "json", "", "application/merge-patch+json"];

    private readonly Random _random;
    private readonly FuzzValues _values;
    private readonly FuzzPool _pool;
    private readonly IReadOnlyList<ApiRoute> _routes;
    private readonly List<string> _keys = [];

    /// <param name="routes">Each as often as it should come.</param>
    public FuzzMaker(Random random, IReadOnlyList<ApiRoute> routes, FuzzPool pool)
    {
        (_random, _routes, _pool) = (random, routes, pool);
        _values = new FuzzValues(random, new SchemaValidator(routes[0].Document), pool);
    }

    [GeneratedRegex("{([a-z]+)}")]
    private static partial Regex Place();

    public FuzzRequest Next()
    {
        var route = _values.Pick(_routes);
        var kind = _random.Next(100) switch { < 50 => "valid", < 75 => "near", < 88 => "wild", < 94 => "torn", < 97 => "elsewhere", _ => "stranger" };
        var method = kind == "elsewhere" ? _values.Pick(Methods) : route.Method;
        var schema = route.Operation["requestBody"]?["content"]?["application/json"]?["schema"];
        var body = schema is null ? null : Body(schema, kind);
        var type = "application/json";
        if (kind == "elsewhere" || (kind == "wild" && _values.Chance(15)))
        {
            (body, type) = (body ?? "{}"u8.ToArray(), _values.Chance(60) ? type : _values.Pick(Types));
        }

        return new FuzzRequest(kind, method, Path(route, kind) + Query(route, kind), body, type, Headers(route, kind));
    }

    private string Path(ApiRoute route, string kind) => Place().Replace(route.Path, place =>
    {
        var name = place.Groups[1].Value;
        var before = route.Path[..place.Index].TrimEnd('/').Split('/')[^1];
        var noun = name is "id" ? FuzzPool.KindOf(before) : FuzzPool.KindOf(name);
        return Uri.EscapeDataString(_values.Chance(kind is "valid" or "near" ? 4 : 25) ? _values.HostileText() is var text && text.Length > 2000 ? "long" : $"{text}x"
            : _values.Chance(8) ? new Guid([.. Enumerable.Range(0, 16).Select(_ => (byte)_random.Next(256))]).ToString()
            : _pool.Pick(noun) ?? Guid.Empty.ToString());
    });

    private string Query(ApiRoute route, string kind)
    {
        var parts = new List<string>();
        foreach (var parameter in (route.Operation["parameters"]?.AsArray() ?? []).Where(parameter => parameter!["in"]!.GetValue<string>() == "query"))
        {
            var (name, schema) = (parameter!["name"]!.GetValue<string>(), parameter["schema"]!);
            if (parameter["required"] is not null || _values.Chance(35))
            {
                var value = kind is "valid" ? _values.Valid(schema, name) : _values.Chance(50) ? _values.Edge(schema, name) : JsonValue.Create(_values.HostileText());
                var text = value?.ToString() ?? "";
                parts.Add($"{name}={Uri.EscapeDataString(text.Length > 5000 ? text[..5000] : text)}");
            }
        }

        if (kind is "wild" && _values.Chance(10))
        {
            parts.Add(_values.Pick(["x=1", "limit=1&limit=2", "=", "&&", "%zz", "cursor=%ff", "token=x", "a[b]=c"]));
        }

        return parts.Count == 0 ? "" : "?" + string.Join('&', parts);
    }

    private byte[] Body(JsonNode schema, string kind)
    {
        var value = _values.Valid(schema, "");
        for (var i = kind switch { "near" => 1, "wild" => _random.Next(1, 6), _ => 0 }; i > 0; i--)
        {
            value = _values.Broken(value, schema);
        }

        var text = value?.ToJsonString() ?? "null";
        return kind == "torn" ? Torn(text) : Encoding.UTF8.GetBytes(text);
    }

    // As a careless or malicious sender would.
    private byte[] Torn(string text)
    {
        var at = _random.Next(text.Length);
        var bytes = Encoding.UTF8.GetBytes(text);
        return _random.Next(9) switch
        {
            0 => bytes[..(at * bytes.Length / text.Length)],
            1 => Encoding.UTF8.GetBytes(text.Insert(at, _values.Pick(["\"", "}", "\\u0000", "\\ud800", "[[[[", "\u0001", ","]))),
            2 => Encoding.UTF8.GetBytes(text.Replace("\"", _values.Pick(["'", "\"\"", ""]), StringComparison.Ordinal)),
            3 => [.. bytes[..^1], 0xff, 0xc0, 0x80, bytes[^1]],
            4 => Encoding.UTF8.GetBytes(text.Replace("\":\"", "\":\"\\ud800", StringComparison.Ordinal)),
            5 => Encoding.UTF8.GetBytes(text.Replace("\":\"", "\":\"\\udc00\\ud800x", StringComparison.Ordinal)),
            6 => [0xef, 0xbb, 0xbf, .. bytes],
            7 => Encoding.UTF8.GetBytes(text.Length > 2 && text[0] == '{' ? $"{text[..^1]},{text[1..]}" : "{\"a\":1,\"a\":2}"),
            _ => Encoding.UTF8.GetBytes(new string('[', 2000)),
        };
    }

    private Dictionary<string, string> Headers(ApiRoute route, string kind)
    {
        var headers = new Dictionary<string, string>();
        var token = kind == "stranger" ? _values.Pick([null, "Bearer wrong", "Basic eDp5", "Bearer", $"Bearer {ApiServer.Viewer}", $"Bearer {ApiServer.Member}"]) : $"Bearer {ApiServer.Admin}";
        if (token is not null)
        {
            headers["Authorization"] = token;
        }

        if (kind == "stranger" && _values.Chance(20))
        {
            headers[_values.Pick(["Origin", "Referer", "Host", "Sec-Fetch-Site"])] = "http://elsewhere.example";
        }

        if (route.Method == "POST" && _values.Chance(20))
        {
            headers["Idempotency-Key"] = Key();
        }

        if (route.Operation["parameters"]?.AsArray().Any(parameter => parameter!["name"]!.GetValue<string>() == "Last-Event-ID") == true && _values.Chance(50))
        {
            headers["Last-Event-ID"] = kind == "valid" ? $"{_random.Next(50)}" : _values.Pick(["-1", "x", "99999999999999999999", "9223372036854775807", "", "1.5"]);
        }

        return headers;
    }

    private string Key()
    {
        if (_keys.Count > 0 && _values.Chance(40))
        {
            return _values.Pick(_keys);
        }

        _keys.Add(_values.Chance(5) ? new string('k', 201) : $"key-{_random.Next(1_000_000)}");
        return _keys[^1];
    }
}
