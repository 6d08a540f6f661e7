using System.Net.Http.Headers;
using AutoBuild.Configuration;
using AutoBuild.Hosting;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Tests.Contract;
using AutoBuild.Workspaces;
using Microsoft.Extensions.DependencyInjection;

namespace AutoBuild.Tests.Api;

/// <summary>Is a real server on a port of its own, with a repository; its queue is paused so that jobs stay where they are.</summary>
public class ApiServer : IAsyncLifetime
{
    public const string Admin = "admin-token";
    public const string Member = "member-token";
    public const string Viewer = "viewer-token";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("autobuild-api-");
    private readonly StringWriter _errors = new();
    private RunningServer? _server;

    public string Data => Path.Combine(_folder.FullName, "data");

    public string Repository => Path.Combine(_folder.FullName, "repository");

    public RunningServer Server => _server!;

    /// <summary>Event streams that a token may have open.</summary>
    public int Streams { get; init; } = new ServerSettings().MaxStreams;

    /// <summary>The clock of the server.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether jobs run; else they stay queued.</summary>
    protected virtual bool RunsJobs => false;

    /// <summary>Who may call; the default has a token for each role.</summary>
    protected virtual AuthMode Auth => AuthMode.List;

    /// <summary>Where it sends metrics and traces; default nowhere.</summary>
    protected virtual TelemetrySettings Telemetry => new();

    /// <summary>A client with the server's own token.</summary>
    public ApiCalls Calls { get; private set; } = null!;

    public Guid Project { get; private set; }

    public virtual async ValueTask InitializeAsync()
    {
        await MakeRepositoryAsync(Repository);
        _server = await AutoBuild.Hosting.Server.StartAsync(Request(Data), TestContext.Current.CancellationToken);
        Calls = As(_server.Token);
        if (!RunsJobs)
        {
            await Calls.PostAsync("queue/pause", "{}");
        }

        Project = await MakeProjectAsync("shared");
    }

    /// <summary>Returns a client that shows a token; null shows none.</summary>
    public ApiCalls As(string? token) => new(Server.Address, token);

    public async Task<Guid> MakeProjectAsync(string name) =>
        (await Calls.PostAsync("projects", $$"""{"name":"{{name}}","repo_path":"{{Repository}}","agent":"scripted"}""")).Id;

    /// <summary>Makes a ticket that is ready to be submitted.</summary>
    public async Task<Guid> MakeTicketAsync(string title = "A task", Guid? project = null) =>
        (await Calls.PostAsync($"projects/{project ?? Project}/tickets", $$"""{"title":"{{title}}","status":"ready","agent_script":"write a.txt: hello"}""")).Id;

    /// <summary>Submits a new ticket; the job stays pending.</summary>
    public async Task<Guid> MakeJobAsync()
    {
        var ticket = await MakeTicketAsync();
        var answer = (await Calls.PostAsync("jobs", $$"""{"ticket_id":"{{ticket}}","project_id":"{{Project}}","prompt":"Do it"}""")).Did(201);
        return Guid.Parse(answer.Json["job"]!["id"]!.GetValue<string>());
    }

    public ServeRequest Request(string data) => new()
    {
        Target = "all",
        Data = data,
        Settings = Adjust(new Settings
        {
            Server = new ServerSettings { MaxStreams = Streams },
            Telemetry = Telemetry,
            Auth = new AuthSettings { Mode = Auth, Written = true, Tokens = Auth == AuthMode.List ? [new AuthToken(Admin, Role.Admin), new AuthToken(Member, Role.Member), new AuthToken(Viewer, Role.Viewer)] : [] },
        }),
        SelfCommand = RunsJobs ? ["dotnet", Path.Combine(AppContext.BaseDirectory, "autobuild.dll")] : ["false"],
        OrchestratorPort = 0,
        MemoryPort = 0,
        Out = TextWriter.Null,
        Error = _errors,
        Time = Time,
    };

    /// <summary>Changes what the server is told; most tests need nothing of it.</summary>
    protected virtual Settings Adjust(Settings settings) => settings;

    public static async Task MakeRepositoryAsync(string path)
    {
        Directory.CreateDirectory(path);
        await File.WriteAllTextAsync(Path.Combine(path, "readme.md"), "# Sample\n");
        var cancel = TestContext.Current.CancellationToken;
        await Git.ExpectAsync(path, ["init", "-q", "-b", "main"], cancellation: cancel);
        await Git.ExpectAsync(path, ["add", "-A"], cancellation: cancel);
        await Git.ExpectAsync(path, ["-c", "user.name=Test", "-c", "user.email=test@example.org", "commit", "-qm", "first"], cancellation: cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            // Trees are made in the background; the folder can go once that is over.
            await _server.Services.GetRequiredService<Warming>().WhenIdleAsync();
            await _server.DisposeAsync();
        }

        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
        await _errors.DisposeAsync();
    }
}

/// <summary>Is such a server on which jobs run.</summary>
public sealed class WorkingServer : ApiServer
{
    protected override bool RunsJobs => true;
}

/// <summary>Is such a server that asks for no token.</summary>
public sealed class OpenServer : ApiServer
{
    protected override AuthMode Auth => AuthMode.None;
}

/// <summary>Calls a server's API and reads what it answers, which has to be what the OpenAPI document tells.</summary>
public sealed class ApiCalls
{
    public ApiCalls(Uri address, string? token)
    {
        Http = new HttpClient { BaseAddress = new Uri(address, "/api/v1/"), Timeout = TimeSpan.FromSeconds(60) };
        Http.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
    }

    public HttpClient Http { get; }

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<ApiAnswer> PostAsync(string path, string? body = null, string? key = null) => SendAsync(HttpMethod.Post, path, body, key);

    public Task<ApiAnswer> PatchAsync(string path, string body) => SendAsync(HttpMethod.Patch, path, body);

    public Task<ApiAnswer> PutAsync(string path) => SendAsync(HttpMethod.Put, path);

    public Task<ApiAnswer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, string? body = null, string? key = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        foreach (var (name, value) in key is null ? headers : [("Idempotency-Key", key), .. headers])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var type = answer.Content.Headers.ContentType?.MediaType;
        // A stream of events has no end.
        var text = type == "text/event-stream" ? "" : await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var carried = answer.Headers.Concat(answer.Content.Headers).ToDictionary(header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase);
        return ApiContract.Hold(request, new ApiAnswer((int)answer.StatusCode, text, type, carried));
    }
}
