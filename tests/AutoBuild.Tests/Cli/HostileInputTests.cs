using System.Net;
using System.Net.Sockets;
using System.Text;
using AutoBuild.Client;
using AutoBuild.Commands;
using AutoBuild.Hosting;
using AutoBuild.Workspaces;
using AutoBuild.Tests.Api;
using AutoBuild.Tests.Configuration;

namespace AutoBuild.Tests.Cli;

/// <summary>Types what nobody should, and finds in the data directory what should not be there.</summary>
public sealed class HostileInputTests(ApiServer server) : IClassFixture<ApiServer>
{
    private static readonly Dictionary<string, string> Nothing = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--upload-pack=touch owned; rm -rf $HOME `id` $(id) 'x' \"y\" \\ %s")]
    [InlineData("-")]
    [InlineData("İıſß\u202e\ud83d\ude00 \u001b[2J")]
    public async Task A_task_arrives_as_it_was_typed(string text)
    {
        var added = text == "-"
            ? await TypedCommand.RunAsync(new StringReader("- from stdin\n--and more"), Nothing, ["ticket", "add", "-", .. Where, "--json"])
            : await TypedCommand.RunAsync(Nothing, ["ticket", "add", .. Where, "--json", "--", text]);

        Assert.True(added.ExitCode == 0, added.Error);
        Assert.Equal(text == "-" ? ("- from stdin", "--and more") : (text, ""), ((string?)added.Json["title"], (string?)added.Json["description"]));
    }

    [Fact]
    public async Task A_task_of_1_MB_arrives_byte_for_byte()
    {
        var body = string.Concat(Enumerable.Range(0, 40_000).Select(i => $"line {i} \"quoted\" $(x) `y` \\ ä€\ud83d\ude00 -- end\n"))[..(1 << 20)].TrimEnd();
        var added = await TypedCommand.RunAsync(new StringReader($"A title\n{body}"), Nothing, ["ticket", "add", "-", .. Where, "--json"]);

        Assert.True(added.ExitCode == 0, added.Error[..Math.Min(1000, added.Error.Length)]);
        Assert.Equal(body, (string?)added.Json["description"]);
    }

    [Theory]
    [InlineData("NUL", "a\0b")]
    [InlineData("1048576 characters", "toolong")]
    public async Task A_text_that_can_not_be_kept_is_told(string sentence, string text)
    {
        var added = await TypedCommand.RunAsync(new StringReader(text == "toolong" ? "x\n" + new string('x', 2_000_000) : text), Nothing, ["ticket", "add", "-", .. Where]);
        Assert.Equal(ExitCode.WrongUse, added.ExitCode);
        Assert.Contains(sentence, added.Error, StringComparison.Ordinal);
        Assert.True(added.Error.Length < 2000);
    }

    [Fact]
    public async Task An_unknown_agent_is_told_with_those_there_are()
    {
        var added = await TypedCommand.RunAsync(Nothing, ["ticket", "add", "x", .. Where, "--agent", "nobody"]);
        Assert.Equal(ExitCode.WrongUse, added.ExitCode);
        Assert.Contains("expected one of command, scripted", added.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_text_is_told()
    {
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder["script"], [0x61, 0xff, 0x62], Cancel);
        var added = await TypedCommand.RunAsync(Nothing, ["ticket", "add", "x", .. Where, "--agent-script", folder["script"]]);
        Assert.Equal(ExitCode.WrongUse, added.ExitCode);
        Assert.Contains("UTF-8", added.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_original_plans_file_is_right_and_what_is_still_to_add_is_told()
    {
        using var folder = new TempFolder();
        var file = folder.Write("config.yaml", SettingsFileTests.OriginalPlan);

        var check = await TypedCommand.RunAsync(Nothing, "config", "check", "--config", file, "--json");
        Assert.Equal((0, true), (check.ExitCode, (bool)check.Json["ok"]!));
        Assert.Equal("auth_required", (string?)check.Json["warnings"]![0]!["code"]);

        var said = await TypedCommand.RunAsync(Nothing, "config", "check", "--config", file);
        Assert.Contains("Add 'auth: token'", said.Out, StringComparison.Ordinal);

        var started = await TypedCommand.RunAsync(Nothing, "up", "--config", file, "--data", folder["data"], "--orchestrator-port", "0", "--memory-port", "0");
        Assert.Equal(ExitCode.Broken, started.ExitCode);
        Assert.Contains("[auth_required]", started.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["data"]));
    }

    [Fact]
    public async Task A_token_file_that_is_gone_is_told()
    {
        using var empty = new TempFolder();
        var shown = await TypedCommand.RunAsync(Nothing, "queue", "show", "--server", server.Server.Address.ToString(), "--data", empty.Path);
        Assert.Equal(ExitCode.Broken, shown.ExitCode);
        Assert.Contains("makes a new one when it is started again", shown.Error, StringComparison.Ordinal);
    }

    /// <summary>The process and the answer of what listens at the address that endpoints.json names.</summary>
    [Theory]
    [InlineData(false, """{"status":"healthy","version":"0.1.0"}""")]
    [InlineData(null, "It works!")]
    [InlineData(true, "<html>")]
    [InlineData(true, "[]")]
    public async Task The_token_is_shown_to_our_own_server_alone(bool? isWriter, string health)
    {
        using var folder = new TempFolder();
        using var stranger = new TinyServer(Enumerable.Repeat(health, 3).ToArray());
        folder.Write("token", "secret-token");
        var own = new EndpointsFile(stranger.Address.ToString(), null, null, folder["token"], Environment.ProcessId, Temporary: false, ProcessIdentity.Current());
        (isWriter switch { true => own, false => own with { Process = own.Process! with { StartTicks = 1 } }, null => own with { Process = null } }).Write(folder["endpoints.json"]);

        Assert.Null(await new ServerProcess(new DataDirectory(folder.Path), null, TimeProvider.System).FindAsync(Cancel));
        Assert.All(stranger.Asked, head => Assert.DoesNotContain("secret-token", head, StringComparison.Ordinal));
        Assert.Equal(isWriter == false ? 0 : 1, stranger.Asked.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"orchestrator":null,"pid":1}""")]
    [InlineData("""{"orchestrator":"nonsense","token_file":"/etc/shadow","pid":1}""")]
    [InlineData("""{"orchestrator":"http://127.0.0.1:1","token_file":"/nowhere","pid":-5}""")]
    public async Task An_endpoints_file_that_is_none_counts_as_none(string text)
    {
        using var folder = new TempFolder();
        folder.Write("endpoints.json", text);
        Assert.Null(await new ServerProcess(new DataDirectory(folder.Path), null, TimeProvider.System).FindAsync(Cancel));
    }

    private string[] Where => ["--server", server.Server.Address.ToString(), "--token", server.Server.Token, "--project", "shared"];

    /// <summary>Answers connection after connection with a body, and remembers what it was asked.</summary>
    private sealed class TinyServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public TinyServer(string[] bodies)
        {
            _listener.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
            _ = ServeAsync(bodies);
        }

        public Uri Address { get; }

        public List<string> Asked { get; } = [];

        public void Dispose() => _listener.Dispose();

        private async Task ServeAsync(string[] bodies)
        {
            foreach (var body in bodies)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                var request = new byte[64 * 1024];
                var length = await client.GetStream().ReadAsync(request);
                Asked.Add(Encoding.ASCII.GetString(request, 0, length));
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
            }
        }
    }
}
