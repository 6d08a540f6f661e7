using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace AutoBuild.Benchmarks;

/// <summary>Runs the real binary as <c>up</c> over a data directory of its own, and speaks HTTP to it.</summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http = new();

    private ServerUnderTest(Process process, string data) => (_process, Data) = (process, data);

    public string Data { get; }

    /// <summary>From the start of the process to the first healthy answer.</summary>
    public TimeSpan TimeToHealthy { get; private set; }

    /// <summary>Resident memory of the server, bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public static async Task<ServerUnderTest> StartAsync(string data, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { Binary, "up", "--data", data, "--orchestrator-port", "0", "--memory-port", "0", "--web-port", "0" })
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        // One that was killed has left its own behind.
        Directory.CreateDirectory(data);
        File.Delete(Path.Combine(data, "endpoints.json"));
        var clock = Stopwatch.StartNew();
        var server = new ServerUnderTest(Process.Start(start)!, data);
        server._process.OutputDataReceived += (_, _) => { };
        server._process.ErrorDataReceived += (_, _) => { };
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        try
        {
            await server.WaitUntilHealthyAsync().ConfigureAwait(false);
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        server.TimeToHealthy = clock.Elapsed;
        return server;
    }

    /// <summary>The built binary, beside this program.</summary>
    public static string Binary { get; } = Path.Combine(AppContext.BaseDirectory, "autobuild.dll");

    public int ProcessId => _process.Id;

    public Uri Address => _http.BaseAddress!;

    public string Token => _http.DefaultRequestHeaders.Authorization!.Parameter!;

    /// <summary>Reads an answer of any kind and returns its size.</summary>
    public async Task<int> DownloadAsync(string path) => (await _http.GetByteArrayAsync(new Uri("api/v1/" + path, UriKind.Relative)).ConfigureAwait(false)).Length;

    /// <summary>Opens an answer that lasts.</summary>
    public Task<Stream> OpenAsync(string path) => _http.GetStreamAsync(new Uri("api/v1/" + path, UriKind.Relative));

    public Task<JsonNode> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<JsonNode> PostAsync(string path, object body) => SendAsync(HttpMethod.Post, path, body);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync().ConfigureAwait(false);
        }

        _process.Dispose();
        _http.Dispose();
    }

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, new Uri("api/v1/" + path, UriKind.Relative));
        request.Content = body is null ? null : JsonContent.Create(body);
        using var response = await _http.SendAsync(request).ConfigureAwait(false);
        var text = await response.Content.ReadAsStringAsync().ConfigureAwait(false);
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(text)!
            : throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {text}");
    }

    private async Task WaitUntilHealthyAsync()
    {
        var endpoints = Path.Combine(Data, "endpoints.json");
        var deadline = Stopwatch.StartNew();
        while (deadline.Elapsed < TimeSpan.FromSeconds(30))
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"The server ended with {_process.ExitCode}.");
            }

            if (File.Exists(endpoints) && await IsHealthyAsync(endpoints).ConfigureAwait(false))
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
        }

        throw new InvalidOperationException("The server did not become healthy within 30 s.");
    }

    private async Task<bool> IsHealthyAsync(string endpoints)
    {
        var read = JsonNode.Parse(await File.ReadAllTextAsync(endpoints).ConfigureAwait(false))!;
        if (_http.BaseAddress is null)
        {
            _http.BaseAddress = new Uri(read["orchestrator"]!.GetValue<string>().TrimEnd('/') + "/");
            var token = await File.ReadAllTextAsync(read["token_file"]!.GetValue<string>()).ConfigureAwait(false);
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
        }

        var health = await GetAsync("health").ConfigureAwait(false);
        return health["status"]!.GetValue<string>() == "healthy";
    }
}
