using System.Net.Sockets;
using System.Text.Json.Nodes;
using AutoBuild.Configuration;
using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Hosting;

namespace AutoBuild.Tests.Api;

public sealed class ServerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("autobuild-server-");
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder.FullName, "data");

    private string Endpoints => Path.Combine(Data, "endpoints.json");

    private ServeRequest Request => new()
    {
        Target = "all",
        Data = Data,
        Settings = new Settings(),
        SelfCommand = ["false"],
        OrchestratorPort = 0,
        MemoryPort = 0,
        Out = _out,
        Error = _error,
    };

    [Fact]
    public async Task A_server_tells_where_it_is_while_it_runs()
    {
        using var stop = new CancellationTokenSource();
        var running = Server.RunAsync(Request, stop.Token);
        var endpoints = await WaitForEndpointsAsync(running);

        Assert.Equal(Environment.ProcessId, endpoints["pid"]!.GetValue<int>());
        Assert.Null(endpoints["web"]);
        Assert.False(endpoints["temporary"]!.GetValue<bool>());
        Assert.Equal(64, File.ReadAllText(endpoints["token_file"]!.GetValue<string>()).Trim().Length);
        Assert.All([Path.Combine(Data, "token"), Endpoints, Path.Combine(Data, "logs", "server.log")], file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.DoesNotContain(File.ReadAllText(Path.Combine(Data, "token")).Trim(), File.ReadAllText(Endpoints), StringComparison.Ordinal);
        var calls = new ApiCalls(new Uri(endpoints["orchestrator"]!.GetValue<string>()), File.ReadAllText(Path.Combine(Data, "token")).Trim());
        (await calls.GetAsync("projects")).Did(200);

        await stop.CancelAsync();
        Assert.Equal(0, await running.WaitAsync(Patience, Cancel));
        Assert.Contains(endpoints["orchestrator"]!.GetValue<string>(), _out.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(Endpoints));
    }

    [Fact]
    public async Task A_queue_held_back_for_want_of_room_says_so()
    {
        var tight = Request with { Settings = new Settings { Queue = new QueueOptions { MinFreeDisk = long.MaxValue - 1 } } };
        await using var server = await Server.StartAsync(tight, Cancel);
        var calls = new ApiCalls(server.Address, server.Token);
        await ApiServer.MakeRepositoryAsync(Path.Combine(_folder.FullName, "repository"));
        var project = (await calls.PostAsync("projects", $$"""{"name":"one","repo_path":"{{Path.Combine(_folder.FullName, "repository")}}","agent":"scripted"}""")).Id;
        var ticket = (await calls.PostAsync($"projects/{project}/tickets", """{"title":"A","status":"ready","agent_script":"write a.txt: hello"}""")).Id;
        var job = Guid.Parse((await calls.PostAsync("jobs", $$"""{"ticket_id":"{{ticket}}","project_id":"{{project}}","prompt":"Do it"}""")).Json["job"]!["id"]!.GetValue<string>());

        var shown = (await calls.GetAsync($"jobs/{job}")).Json;
        Assert.Equal(("pending", "resources"), (shown["status"]!.GetValue<string>(), shown["queued_reason"]!.GetValue<string>()));
        Assert.Contains("queue.min_free_disk", shown["queued_detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("disk", (await calls.GetAsync("queue")).Json["hold"]!["reason"]!.GetValue<string>());
        Assert.Equal("resources", (await calls.GetAsync("jobs")).Json["jobs"]![0]!["queued_reason"]!.GetValue<string>());
        var health = (await calls.GetAsync("health")).Json;
        Assert.Equal(("degraded", "held_by_disk"), (health["status"]!.GetValue<string>(), health["checks"]!["queue"]!.GetValue<string>()));
    }

    [Fact]
    public async Task The_token_outlives_a_restart()
    {
        string first;
        await using (var server = await Server.StartAsync(Request, Cancel))
        {
            first = server.Token;
        }

        await using var again = await Server.StartAsync(Request, Cancel);
        Assert.Equal(first, again.Token);
    }

    [Fact]
    public async Task A_shutdown_that_was_asked_for_ends_the_server_even_with_a_reader()
    {
        var running = Server.RunAsync(Request, Cancel);
        var endpoints = await WaitForEndpointsAsync(running);
        var calls = new ApiCalls(new Uri(endpoints["orchestrator"]!.GetValue<string>()), File.ReadAllText(Path.Combine(Data, "token")).Trim());
        await using var reader = await SseReader.OpenAsync(calls, "events");

        (await calls.PostAsync("shutdown")).Did(202);
        Assert.Equal(0, await running.WaitAsync(Patience, Cancel));
        Assert.Null(await reader.NextAsync());
    }

    [Fact]
    public async Task A_port_in_use_is_told()
    {
        using var other = new TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();
        var port = ((System.Net.IPEndPoint)other.LocalEndpoint).Port;

        var fault = await Assert.ThrowsAsync<AutoBuildException>(() => Server.StartAsync(Request with { OrchestratorPort = port }, Cancel));
        Assert.Equal("port_in_use", fault.Code);
        Assert.Contains(port.ToString(System.Globalization.CultureInfo.InvariantCulture), fault.Message, StringComparison.Ordinal);
        Assert.Empty(_error.ToString());

        var memory = await Assert.ThrowsAsync<AutoBuildException>(() => Server.StartAsync(Request with { MemoryPort = port }, Cancel));
        Assert.Contains("--memory-port", memory.Message, StringComparison.Ordinal);

        // The failed starts have let the store go.
        await using var server = await Server.StartAsync(Request, Cancel);
    }

    [Theory]
    [InlineData("web")]
    [InlineData("orchestrator,web")]
    [InlineData("everything")]
    [InlineData("")]
    public async Task A_module_that_does_not_exist_is_told(string target)
    {
        var fault = await Assert.ThrowsAsync<AutoBuildException>(() => Server.StartAsync(Request with { Target = target }, Cancel));
        Assert.Equal("wrong_use", fault.Code);
        Assert.Contains("orchestrator", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_others_can_reach_needs_auth_written_out()
    {
        var request = Request with { Settings = new Settings { Server = new ServerSettings { Host = "0.0.0.0" } } };
        Assert.Equal("auth_required", (await Assert.ThrowsAsync<AutoBuildException>(() => Server.StartAsync(request, Cancel))).Code);
    }

    [Fact]
    public async Task Without_auth_old_clients_need_no_token_and_foreign_pages_are_refused()
    {
        var request = Request with { Settings = new Settings { Auth = new AuthSettings { Mode = AuthMode.None, Written = true } } };
        await using var server = await Server.StartAsync(request, Cancel);
        var calls = new ApiCalls(server.Address, null);

        (await calls.GetAsync("projects")).Did(200);
        (await calls.SendAsync(HttpMethod.Get, "projects", headers: ("Origin", "http://evil.example"))).Refused(403, "origin_refused");
        (await calls.SendAsync(HttpMethod.Get, "projects", headers: ("Host", "evil.example"))).Refused(403, "host_refused");
        Assert.Contains("auth: none", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_server_on_the_same_data_is_told_where_the_first_is()
    {
        await using var first = await Server.StartAsync(Request, Cancel);

        var fault = await Assert.ThrowsAsync<AutoBuildException>(() => Server.StartAsync(Request with { TakeOver = true }, Cancel));
        Assert.Equal("store_locked", fault.Code);
        Assert.Contains(first.Address.GetLeftPart(UriPartial.Authority), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_temporary_server_makes_way()
    {
        var temporary = Server.RunAsync(Request with { IdleExit = TimeSpan.FromHours(1) }, Cancel);
        await WaitForEndpointsAsync(temporary);

        await using var next = await Server.StartAsync(Request with { TakeOver = true }, Cancel);
        Assert.Equal(0, await temporary.WaitAsync(Patience, Cancel));
        var endpoints = JsonNode.Parse(File.ReadAllText(Endpoints))!;
        Assert.Equal(next.Address.GetLeftPart(UriPartial.Authority), endpoints["orchestrator"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_temporary_server_ends_when_nobody_needs_it()
    {
        Assert.Equal(0, await Server.RunAsync(Request with { IdleExit = TimeSpan.FromMilliseconds(50) }, Cancel).WaitAsync(Patience, Cancel));
        Assert.False(File.Exists(Endpoints));
    }

    [Fact]
    public async Task A_temporary_server_stays_while_a_client_is_connected()
    {
        var running = Server.RunAsync(Request with { IdleExit = TimeSpan.FromMilliseconds(300) }, Cancel);
        var endpoints = await WaitForEndpointsAsync(running);
        var calls = new ApiCalls(new Uri(endpoints["orchestrator"]!.GetValue<string>()), File.ReadAllText(Path.Combine(Data, "token")).Trim());
        var reader = await SseReader.OpenAsync(calls, "events");

        await Assert.ThrowsAsync<TimeoutException>(() => running.WaitAsync(TimeSpan.FromSeconds(2), Cancel));
        await reader.DisposeAsync();
        Assert.Equal(0, await running.WaitAsync(Patience, Cancel));
    }

    [Fact]
    public async Task Faults_are_logged_and_secrets_are_not()
    {
        await using (var server = await Server.StartAsync(Request, Cancel))
        {
            await new ApiCalls(server.Address, "a-secret-token").GetAsync("projects");
        }

        Assert.DoesNotContain("a-secret-token", File.ReadAllText(Path.Combine(Data, "logs", "server.log")), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _out.Dispose();
        _error.Dispose();
    }

    private async Task<JsonNode> WaitForEndpointsAsync(Task running)
    {
        using var changes = new FileSystemWatcher(Directory.CreateDirectory(Data).FullName, "endpoints.json") { EnableRaisingEvents = false };
        var there = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changes.Renamed += (_, _) => there.TrySetResult();
        changes.Created += (_, _) => there.TrySetResult();
        changes.EnableRaisingEvents = true;
        if (!File.Exists(Endpoints))
        {
            await await Task.WhenAny(there.Task, running).WaitAsync(Patience, Cancel);
        }

        return JsonNode.Parse(await File.ReadAllTextAsync(Endpoints, Cancel))!;
    }
}
