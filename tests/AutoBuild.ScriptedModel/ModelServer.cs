using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace AutoBuild.ScriptedModel;

/// <summary>Listens on loopback, speaks the protocols that coding agents speak, and answers from a script instead of a model.</summary>
/// <remarks>What a script may hold, and the control addresses, stand in <c>README.md</c> beside this file.</remarks>
public sealed partial class ModelServer : IAsyncDisposable
{
    private static readonly string[] Keys = ["authorization", "x-api-key", "x-goog-api-key"];
    private static readonly JsonSerializerOptions Snake = new(Protocol.Json) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly WebApplication _host;
    private readonly string? _log;
    private readonly Lock _logging = new();
    private readonly List<Received> _requests = [];
    private readonly ConcurrentDictionary<TaskCompletionSource<Received>, Func<Received, bool>> _awaited = new();
    private ConcurrentDictionary<string, Script> _scripts = [];

    private ModelServer(WebApplication host, string? log) => (_host, _log) = (host, log);

    /// <summary>Its base address; below <c>/s/NAME</c> a client chooses the script of that name.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>All requests so far, in the order in which they came.</summary>
    public IReadOnlyList<Received> Requests
    {
        get
        {
            lock (_logging)
            {
                return [.. _requests];
            }
        }
    }

    /// <param name="port">0 picks a free one.</param>
    /// <param name="log">A file that every request is appended to as a line of JSON.</param>
    public static async Task<ModelServer> StartAsync(JsonObject script, int port = 0, string? log = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
        });
        // A client that hangs in a scripted silence doesn't hold the end up.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.Zero);
        var server = new ModelServer(builder.Build(), log);
        server.Load(script);
        server._host.Run(server.HandleAsync);
        await server._host.StartAsync();
        server.Address = new Uri(server._host.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
        return server;
    }

    /// <summary>Replaces all scripts.</summary>
    public void Load(JsonObject script) => _scripts = new(Script.Several(script));

    /// <summary>Adds one script, or replaces the one of that name.</summary>
    public void Add(string session, JsonObject script) => _scripts[session] = new Script(script);

    /// <summary>The address under which a client gets one of several scripts.</summary>
    public Uri Of(string session) => new(Address, $"/s/{session}");

    /// <summary>Returns the first request that fits, once it is there.</summary>
    public async Task<Received> WaitAsync(Func<Received, bool> fits, CancellationToken cancel)
    {
        var coming = new TaskCompletionSource<Received>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_logging)
        {
            if (_requests.FirstOrDefault(fits) is { } there)
            {
                return there;
            }

            _awaited[coming] = fits;
        }

        return await coming.Task.WaitAsync(cancel);
    }

    /// <summary>Returns once somebody asked it to stop.</summary>
    public Task StoppedAsync() => _host.WaitForShutdownAsync();

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    private Task HandleAsync(HttpContext http) => (http.Request.Method, http.Request.Path.Value!) switch
    {
        ("GET", "/_state") => http.JsonAsync(200, _scripts.ToDictionary(one => one.Key, one => new { next = one.Value.Next, steps = one.Value.Count })),
        ("GET", "/_requests") => http.JsonAsync(200, Requests.Where(one => http.Request.Query["session"] is not [{ } name] || one.Session == name), Snake),
        ("PUT", "/_script") => LoadAsync(http),
        ("POST", "/_stop") => StopAsync(http),
        ("POST", var _) => AnswerAsync(http),
        var (method, path) => SideAsync(http, method, path),
    };

    // Codex has them as the first item of the conversation, for models that it knows.
    private static bool OffersTools(JsonNode? body) => body is JsonObject members
        && (members["tools"] is JsonArray { Count: > 0 } || (members["input"] is JsonArray said && said.Any(item => (string?)item?["type"] == "additional_tools")));

    private async Task LoadAsync(HttpContext http)
    {
        Load((await BodyAsync(http.Request) as JsonObject)!);
        await http.JsonAsync(200, new { ok = true });
    }

    private async Task StopAsync(HttpContext http)
    {
        await http.JsonAsync(200, new { ok = true });
        _host.Lifetime.StopApplication();
    }

    // Model lists and probes.
    private Task SideAsync(HttpContext http, string method, string path)
    {
        Log(Request(http, null));
        return method switch
        {
            "HEAD" => http.JsonAsync(200, new { }),
            var _ when path.EndsWith("/models", StringComparison.Ordinal) => http.JsonAsync(200, new { @object = "list", data = Array.Empty<object>(), models = Array.Empty<object>(), has_more = false }),
            var _ => http.JsonAsync(404, new { error = new { type = "not_found_error", message = "not scripted" } }),
        };
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var body = await BodyAsync(http.Request);
        var request = Request(http, body);
        request = request with { Session = Chosen(request) };
        var path = http.Request.Path.Value!;
        if (Protocol.Of(path) is not { } protocol)
        {
            Log(request);
            var tokens = Math.Max(1, (body?.ToJsonString().Length ?? 0) / 4);
            await http.JsonAsync(200, path.EndsWith("/count_tokens", StringComparison.Ordinal) ? new { input_tokens = tokens }
                : path.EndsWith(":countTokens", StringComparison.Ordinal) ? new { totalTokens = tokens } : new { });
            return;
        }

        if (!_scripts.TryGetValue(request.Session, out var script))
        {
            var sentence = $"there is no session '{request.Session}'";
            Log(request with { Mismatch = sentence });
            await http.JsonAsync(400, protocol.Error("invalid_request_error", $"script: {sentence}"));
            return;
        }

        var (step, number) = script.Take(OffersTools(body), request.Text);
        var missed = (string?)step["expect"] is { } expected && !request.Text.Contains(expected, StringComparison.Ordinal) ? expected : null;
        Log(request with { Step = number, Mismatch = missed });
        if (missed is not null)
        {
            await http.JsonAsync(400, protocol.Error("invalid_request_error", "script: expectation failed"));
            return;
        }

        var streaming = path.EndsWith(":streamGenerateContent", StringComparison.Ordinal) || (bool?)body?["stream"] == true;
        var model = (string?)body?["model"] ?? (GeminiModel().Match(path) is { Success: true } match ? match.Groups[1].Value : null);
        await new Answer(http, protocol, step, streaming).PlayAsync(model);
    }

    // An address without a name leaves it to what the conversation holds.
    private string Chosen(Received request)
    {
        if (request.Session != "default")
        {
            return request.Session;
        }

        var said = request.Text;
        return _scripts.FirstOrDefault(one => one.Value.IsMeantBy(said)).Key ?? request.Session;
    }

    private static async Task<JsonNode?> BodyAsync(HttpRequest request)
    {
        await using var stream = request.Headers.ContentEncoding == "gzip" ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;
        using var reader = new StreamReader(stream);
        var text = await reader.ReadToEndAsync();
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return new JsonObject { ["_unparsed"] = text[..Math.Min(200, text.Length)] };
        }
    }

    private static Received Request(HttpContext http, JsonNode? body)
    {
        var path = http.Request.Path.Value!;
        var session = SessionPath().Match(path) is { Success: true } match ? match.Groups[1].Value : "default";
        var headers = http.Request.Headers.Where(one => !Keys.Contains(one.Key, StringComparer.OrdinalIgnoreCase)).ToDictionary(one => one.Key, one => one.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new Received(0, TimeProvider.System.GetUtcNow(), http.Request.Method, path + http.Request.QueryString, session, headers, body);
    }

    private void Log(Received request)
    {
        lock (_logging)
        {
            var numbered = request with { Seq = _requests.Count };
            _requests.Add(numbered);
            if (_log is not null)
            {
                File.AppendAllText(_log, JsonSerializer.Serialize(numbered, Snake) + "\n");
            }

            foreach (var (coming, _) in _awaited.Where(one => one.Value(numbered)))
            {
                _awaited.TryRemove(coming, out _);
                coming.TrySetResult(numbered);
            }
        }
    }

    [GeneratedRegex("^/s/([^/]+)/")]
    private static partial Regex SessionPath();

    [GeneratedRegex("models/([^:/]+):")]
    private static partial Regex GeminiModel();
}
