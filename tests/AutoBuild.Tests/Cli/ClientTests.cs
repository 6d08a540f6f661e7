using System.Net;
using System.Net.Sockets;
using System.Text;
using AutoBuild.Client;
using AutoBuild.Commands;
using AutoBuild.Hosting;

namespace AutoBuild.Tests.Cli;

public sealed class ClientTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ABrokenStreamIsResumedAfterTheLastEvent()
    {
        using var server = new TinyServer(
            Stream + Chunk("id: 7\nevent: run.event\ndata: one\n\n"),
            Stream + Chunk("id: 8\nevent: run.event\ndata: two\n\n") + "0\r\n\r\n");
        using var transport = new ApiTransport(new ServerAddress(_ => Task.FromResult(new Connection(server.Address, "t"))), TimeProvider.System);

        var told = new List<string>();
        await foreach (var one in transport.FollowAsync("events", Cancel))
        {
            told.Add(one.Data);
        }

        Assert.Equal(["one", "two"], told);
        Assert.DoesNotContain("Last-Event-ID", server.Asked[0], StringComparison.Ordinal);
        Assert.Contains("Last-Event-ID: 7\r\n", server.Asked[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARequestGoesToTheNextServerUnderTheSameKey()
    {
        using var dead = new TinyServer("");
        using var alive = new TinyServer(Answer("200 OK", "{}"));
        var found = new Queue<TinyServer>([dead, alive]);
        using var transport = new ApiTransport(new ServerAddress(_ => Task.FromResult(new Connection(found.Dequeue().Address, null))), TimeProvider.System);

        await transport.SendAsync(HttpMethod.Post, "jobs", "{}", null, Cancel);

        Assert.Equal(Key(dead.Asked[0]), Key(alive.Asked[0]));
    }

    [Fact]
    public async Task ARefusalKeepsItsCodeAndSentence()
    {
        using var server = new TinyServer(Answer("409 Conflict", """{"title":"Conflict","detail":"It is busy.","code":"ticket_busy"}"""));
        using var transport = new ApiTransport(ServerAddress.Fixed(server.Address.ToString(), null), TimeProvider.System);

        var fault = await Assert.ThrowsAsync<ApiFault>(() => transport.SendAsync(HttpMethod.Get, "x", null, null, Cancel));

        Assert.Equal(("ticket_busy", "It is busy.", ExitCode.Failed), (fault.Code, fault.Message, fault.ExitCode));
    }

    [Fact]
    public async Task EveryWrongFieldIsNamedOnce()
    {
        using var server = new TinyServer(Answer("400 Bad Request", """{"detail":"title: it is empty.","code":"validation_failed","errors":{"title":["it is empty."],"agent":["nobody is none."]}}"""));
        using var transport = new ApiTransport(ServerAddress.Fixed(server.Address.ToString(), null), TimeProvider.System);

        var fault = await Assert.ThrowsAsync<ApiFault>(() => transport.SendAsync(HttpMethod.Get, "x", null, null, Cancel));

        Assert.Equal(("title: it is empty.\n  agent: nobody is none.", ExitCode.WrongUse), (fault.Message, fault.ExitCode));
    }

    [Theory]
    [InlineData("/typed", "/typed", "/env", "/xdg")]
    [InlineData("/env", null, "/env", "/xdg")]
    [InlineData("/xdg/autobuild", null, null, "/xdg")]
    [InlineData("/users/me/.local/share/autobuild", null, null, null)]
    public void TheDataDirectoryIsTypedElseNamedElseTheUsers(string expected, string? typed, string? named, string? xdg)
    {
        var variables = new Dictionary<string, string?> { ["AUTOBUILD_DATA"] = named, ["XDG_DATA_HOME"] = xdg, ["HOME"] = "/users/me" };

        Assert.Equal(expected, DataDirectory.Find(typed, variables.GetValueOrDefault).Path);
    }

    private const string Stream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static string Chunk(string text) => $"{text.Length:x}\r\n{text}\r\n";

    private static string Answer(string status, string body) => $"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";

    private static string Key(string request) => request.Split("\r\n").Single(line => line.StartsWith("Idempotency-Key: ", StringComparison.Ordinal));

    /// <summary>Answers one connection after the other with the given bytes, and then cuts it.</summary>
    private sealed class TinyServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public TinyServer(params string[] answers)
        {
            _listener.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
            _ = ServeAsync(answers);
        }

        public Uri Address { get; }

        /// <summary>The heads of the requests.</summary>
        public List<string> Asked { get; } = [];

        public void Dispose() => _listener.Dispose();

        private async Task ServeAsync(string[] answers)
        {
            foreach (var answer in answers)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                var request = new byte[64 * 1024];
                var length = 0;
                while (!Encoding.ASCII.GetString(request, 0, length).Contains("\r\n\r\n", StringComparison.Ordinal))
                {
                    length += await client.GetStream().ReadAsync(request.AsMemory(length));
                }

                Asked.Add(Encoding.ASCII.GetString(request, 0, length));
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer));
            }
        }
    }
}
