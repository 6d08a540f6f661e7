using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using AutoBuild.Configuration;
using AutoBuild.Hosting;
using Microsoft.Data.Sqlite;

namespace AutoBuild.Tests.Api;

/// <summary>Plays a web page of another site, and a name that was bound to this machine, against every route there is.</summary>
public sealed class HostilePageTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Json = """{"title":"x","name":"x","prompt":"x","status":"in_progress","reason":"x","message":"x"}""";

    /// <summary>What a browser would send for a foreign page: extra header lines, and the refusal they get.</summary>
    private static readonly (string Name, string Headers, string Code)[] Pages =
    [
        ("form", "Origin: https://evil.example\r\nContent-Type: application/x-www-form-urlencoded\r\n", "origin_refused"),
        ("text/plain", "Origin: https://evil.example\r\nContent-Type: text/plain\r\n", "origin_refused"),
        ("json", "Origin: https://evil.example\r\nContent-Type: application/json\r\n", "origin_refused"),
        ("sandboxed frame", "Origin: null\r\nContent-Type: text/plain\r\n", "origin_refused"),
        ("another port", "Origin: http://localhost:1\r\n", "origin_refused"),
        ("another port of our name", "Origin: http://127.0.0.1:1\r\n", "origin_refused"),
        ("a name that begins like ours", "Origin: http://{host}.evil.example\r\n", "origin_refused"),
        ("ours as a user", "Origin: http://{host}@evil.example\r\n", "origin_refused"),
        ("two origins", "Origin: http://{host}\r\nOrigin: https://evil.example\r\n", "origin_refused"),
        ("cross-site", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n", "origin_refused"),
        ("same-site", "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: no-cors\r\n", "origin_refused"),
        ("cross-site with our origin", "Origin: http://{host}\r\nSec-Fetch-Site: cross-site\r\n", "origin_refused"),
        ("image of an old browser", "Referer: https://evil.example/page\r\n", "origin_refused"),
        ("WebSocket", "Origin: https://evil.example\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "origin_refused"),
        ("EventSource", "Origin: https://evil.example\r\nAccept: text/event-stream\r\n", "origin_refused"),
    ];

    /// <summary>Hosts that a rebound name, or a trick, would show.</summary>
    private static readonly (string Host, string Headers)[] Names =
    [
        ("evil.example", ""),
        ("evil.example:{port}", "Origin: http://evil.example:{port}\r\nSec-Fetch-Site: same-origin\r\n"),
        ("127.0.0.1.evil.example:{port}", ""),
        ("localhost.evil.example:{port}", ""),
        ("localhost.:{port}", ""),
        ("0.0.0.0:{port}", ""),
        ("[::2]:{port}", ""),
        ("", ""),
        ("evil.example:{port}", "X-Forwarded-Host: 127.0.0.1:{port}\r\nX-Forwarded-For: 127.0.0.1\r\nForwarded: host=127.0.0.1:{port}\r\nX-Original-Host: 127.0.0.1\r\n"),
    ];

    [Fact]
    public async Task Every_route_refuses_every_foreign_page_with_and_without_the_token() =>
        await RefuseAllAsync(server.Server, server.Calls, Path.Combine(server.Data, "autobuild.db"), await ThingsAsync(server.Calls), [null, server.Server.Token]);

    [Fact]
    public async Task So_it_is_where_no_token_is_asked_for()
    {
        using var folder = new TempFolder();
        var request = server.Request(folder["data"]) with { Settings = new Settings { Auth = new AuthSettings { Mode = AuthMode.None, Written = true } } };
        await using var open = await AutoBuild.Hosting.Server.StartAsync(request, TestContext.Current.CancellationToken);
        var calls = new ApiCalls(open.Address, null);

        await RefuseAllAsync(open, calls, Path.Combine(folder["data"], "autobuild.db"), (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7()), [null]);
    }

    [Theory]
    [InlineData("GET http://evil.example/api/v1/projects HTTP/1.1\r\nHost: {host}\r\n")]
    [InlineData("GET /api/v1/projects HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\n")]
    [InlineData("GET /api/v1/projects HTTP/1.1\r\n")]
    [InlineData("GET /api/v1/projects HTTP/1.1\r\nHost: {host}@evil.example\r\n")]
    [InlineData("GET /api/v1/projects HTTP/1.1\r\nHost: {host}\r\n Origin: folded\r\n")]
    [InlineData("GET /api/v1/projects HTTP/1.1\r\nHost: {host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n")]
    public async Task What_can_be_read_in_two_ways_is_not_read(string head)
    {
        var answer = await RawHttp.SendAsync(server.Server.Address, $"{Fill(head)}Authorization: Bearer {server.Server.Token}\r\nConnection: close\r\n\r\n");
        Assert.True(answer.Status == 400, $"{head} got {answer.Text}");
    }

    [Fact]
    public async Task An_absolute_address_counts_by_its_name()
    {
        var port = server.Server.Address.Port;
        var answer = await RawHttp.SendAsync(server.Server.Address, $"GET http://evil.example:{port}/api/v1/health HTTP/1.1\r\nHost: evil.example:{port}\r\nConnection: close\r\n\r\n");
        Assert.True(answer is { Status: 403 } && answer.Has("host_refused"), answer.Text);
    }

    [Fact]
    public async Task A_page_of_our_own_is_served_and_told_nothing_that_others_may_read()
    {
        var answer = await RawHttp.SendAsync(server.Server.Address, Fill($"GET /api/v1/projects HTTP/1.1\r\nHost: {{host}}\r\nOrigin: http://{{host}}\r\nSec-Fetch-Site: same-origin\r\nReferer: http://{{host}}/board\r\nAuthorization: Bearer {server.Server.Token}\r\nConnection: close\r\n\r\n"));
        Assert.Equal(200, answer.Status);
        Hardened(answer);
    }

    [Fact]
    public async Task Health_tells_a_stranger_numbers_alone()
    {
        var health = (await server.As(null).GetAsync("health")).Did(200);

        Assert.Equal(["checks", "queue", "status", "uptime", "version", "worktrees"], health.Json.AsObject().Select(member => member.Key).Order());
        Assert.All([server.Data, server.Repository, server.Server.Token, server.Project.ToString(), "shared"], secret => Assert.DoesNotContain(secret, health.Text, StringComparison.Ordinal));
    }

    private async Task<(Guid Project, Guid Ticket, Guid Job)> ThingsAsync(ApiCalls calls)
    {
        var job = await server.MakeJobAsync();
        return (server.Project, Guid.Parse((await calls.GetAsync($"jobs/{job}")).Word("ticket_id")!), job);
    }

    private static async Task RefuseAllAsync(RunningServer target, ApiCalls calls, string database, (Guid Project, Guid Ticket, Guid Job) things, string?[] tokens)
    {
        var routes = await ApiRoute.OfAsync(calls);
        Assert.True(routes.Count > 40, $"Only {routes.Count} routes were found.");
        var before = Fingerprint(database);
        var wrong = new ConcurrentBag<string>();

        var requests = routes.SelectMany(route => tokens.SelectMany(token => Requests(target.Address, route, route.Filled(things.Project, things.Ticket, things.Job), token)));
        await Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken }, async (request, _) =>
        {
            var answer = await RawHttp.SendAsync(target.Address, request.Text);
            if (answer.Status != 403 || !answer.Has(request.Code))
            {
                wrong.Add($"{request.Text.Split("\r\n")[0]} ({request.Name}): expected {request.Code}, got {answer.Text}");
                return;
            }

            Hardened(answer);
        });

        Assert.True(wrong.IsEmpty, string.Join("\n\n", wrong.Take(5)));
        Assert.Equal(before, Fingerprint(database));
        (await calls.GetAsync("queue")).Did(200);
    }

    private static IEnumerable<(string Name, string Text, string Code)> Requests(Uri server, ApiRoute route, string path, string? token)
    {
        var ours = $"{server.Host}:{server.Port}";
        string Request(string method, string host, string headers)
        {
            var body = method is "GET" or "DELETE" or "OPTIONS" ? "" : Json;
            var lines = $"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{headers}{(token is null ? "" : $"Authorization: Bearer {token}\r\n")}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";
            return lines.Replace("{host}", ours, StringComparison.Ordinal).Replace("{port}", $"{server.Port}", StringComparison.Ordinal);
        }

        foreach (var (name, headers, code) in Pages)
        {
            yield return (name, Request(route.Method, ours, headers), code);
        }

        yield return ("preflight", Request("OPTIONS", ours, $"Origin: https://evil.example\r\nAccess-Control-Request-Method: {route.Method}\r\nAccess-Control-Request-Private-Network: true\r\n"), "origin_refused");
        foreach (var (host, headers) in Names)
        {
            yield return ($"Host {host}", Request(route.Method, host, headers), "host_refused");
        }
    }

    /// <summary>Holds that a browser would let nobody read, keep, frame or guess the answer, and that it names no software.</summary>
    private static void Hardened(RawAnswer answer)
    {
        Assert.DoesNotContain("\r\nAccess-Control-", answer.Head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\r\nServer:", answer.Head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\r\nSet-Cookie:", answer.Head, StringComparison.OrdinalIgnoreCase);
        foreach (var line in new[] { "X-Content-Type-Options: nosniff", "Cache-Control: no-store", "Referrer-Policy: no-referrer", "X-Frame-Options: DENY", "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'", "Cross-Origin-Resource-Policy: same-origin" })
        {
            Assert.Contains($"\r\n{line}", answer.Head, StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>Hashes every row of every table.</summary>
    private static string Fingerprint(string database)
    {
        using var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var table in Read(connection, "select name from sqlite_master where type = 'table' order by name"))
        {
            foreach (var row in Read(connection, $"select * from \"{table}\"").Order(StringComparer.Ordinal))
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"{table}|{row}\n"));
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static List<string> Read(SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The names come from the database itself.
        command.CommandText = query;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(column => Convert.ToString(reader.GetValue(column), System.Globalization.CultureInfo.InvariantCulture))));
        }

        return rows;
    }

    private string Fill(string head) => head.Replace("{host}", $"{server.Server.Address.Host}:{server.Server.Address.Port}", StringComparison.Ordinal);
}
