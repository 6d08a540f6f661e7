using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AutoBuild.Workspaces;

namespace AutoBuild.EndToEnd;

/// <summary>Is a real server that is killed again and again, and a client that does not let go.</summary>
internal sealed class KilledServer : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly Binary _binary;
    private readonly string _configuration;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private ChildProcess? _process;
    private Task _ready = Task.CompletedTask;

    public KilledServer(Binary binary, string configuration)
    {
        _binary = binary;
        _configuration = Path.Combine(binary.Folder, "autobuild.yaml");
        File.WriteAllText(_configuration, configuration);
        Start();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Tells whether it has ended without being told to.</summary>
    public bool HasDied => _process is { Completion.IsCompleted: true };

    /// <summary>Returns once it answers; how long a start may take is not limited here.</summary>
    public Task ReadyAsync() => _ready;

    /// <summary>Kills it at once, whatever it is doing, its start included, and starts the next one.</summary>
    public async Task KillAsync()
    {
        await DieAsync();
        Start();
    }

    /// <summary>Kills it at once and starts no other one; its runners live on.</summary>
    public async Task DieAsync()
    {
        if (_process is { } process)
        {
            ProcessIdentity.Of(process.Pid)?.Kill();
            // An end that was not asked for takes nothing along; a dispose of one that lives would kill its runners too.
            await process.Completion;
            await process.DisposeAsync();
            _process = null;
        }
    }

    /// <summary>Starts the next one.</summary>
    public void Start()
    {
        (_process, _ready) = _binary.Start("AutoBuild is ready", "up", "--config", _configuration, "--orchestrator-port", "0", "--memory-port", "0");
        // A start that is killed never says so; whoever waits for another one must not hear of it.
        _ = _ready.ContinueWith(never => never.Exception, TaskScheduler.Default);
    }

    /// <summary>Lets it stand still, as a machine that sleeps.</summary>
    public void Halt() => Signal("-STOP");

    public void GoOn() => Signal("-CONT");

    public Task<JsonNode> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null, null);

    public Task<JsonNode> PatchAsync(string path, object body) => SendAsync(HttpMethod.Patch, path, body, null);

    public Task<JsonNode> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null, null);

    /// <summary>Sends until it is answered; with the same key, so that nothing is done twice.</summary>
    public Task<JsonNode> PostAsync(string path, object body) => SendAsync(HttpMethod.Post, path, body, Guid.NewGuid().ToString());

    public Task<JsonNode> PostAsync(string path, object body, string key) => SendAsync(HttpMethod.Post, path, body, key);

    public async ValueTask DisposeAsync()
    {
        await DieAsync();
        _http.Dispose();
    }

    private void Signal(string signal) => ChildProcess.RunAsync(new ChildCommand("/bin/sh", ["-c", $"kill {signal} {_process!.Pid}"])).Wait();

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, object? body, string? key)
    {
        while (true)
        {
            if (await TryAsync(method, path, body, key) is { } answer)
            {
                return answer;
            }

            await Task.Delay(Pause, TimeProvider.System, Cancel);
        }
    }

    private async Task<JsonNode?> TryAsync(HttpMethod method, string path, object? body, string? key)
    {
        try
        {
            var endpoints = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_binary.Data, "endpoints.json"), Cancel))!;
            using var request = new HttpRequestMessage(method, $"{((string)endpoints["orchestrator"]!).TrimEnd('/')}/api/v1/{path}") { Content = body is null ? null : JsonContent.Create(body) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync((string)endpoints["token_file"]!, Cancel)).Trim());
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
            using var response = await _http.SendAsync(request, Cancel);
            var text = await response.Content.ReadAsStringAsync(Cancel);
            Assert.True(response.IsSuccessStatusCode || (int)response.StatusCode is 503 or 429, $"{method} {path}: {(int)response.StatusCode} {text}");
            return response.IsSuccessStatusCode ? JsonNode.Parse(text) : null;
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException || (fault is OperationCanceledException && !Cancel.IsCancellationRequested))
        {
            // Dead, or starting: asked again.
            return null;
        }
    }
}
