using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace AutoBuild.EndToEnd;

/// <summary>Tells a receiver of a job's end though the server was killed before it could.</summary>
public sealed class CallbackTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_owed_is_told_after_a_kill()
    {
        await using var binary = new Binary();
        await using var server = new KilledServer(binary, "callbacks:\n  allow_hosts: [127.0.0.1]\n");
        await server.ReadyAsync();
        await server.PostAsync("queue/pause", new { });
        var project = (string)(await server.PostAsync("projects", new { name = "Shop", repo_path = await Repository.CreateAsync(binary.Folder), agent = "scripted" }))["id"]!;
        // Nobody listens yet.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var made = await server.PostAsync("jobs", new
        {
            ticket_id = Guid.NewGuid(),
            project_id = project,
            prompt = "Greet",
            agent_script = "write a.txt: A.",
            callback_url = $"http://127.0.0.1:{port}/hook",
            callback_secret = "s3cret",
        });
        var job = (string)made["job"]!["id"]!;
        await server.DeleteAsync($"jobs/{job}");
        await server.DieAsync();

        using var receiver = new TcpListener(IPAddress.Loopback, port);
        receiver.Start();
        server.Start();
        var (headers, body) = await TakeAsync(receiver);

        Assert.Equal("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes("s3cret"), Encoding.UTF8.GetBytes($"{headers["X-AutoBuild-Timestamp"]}.{body}"))), headers["X-AutoBuild-Signature"]);
        var told = JsonNode.Parse(body)!;
        Assert.Equal((job, "job.cancelled", headers["X-AutoBuild-Delivery"]), ((string?)told["job_id"], (string?)told["event"], (string?)told["delivery_id"]));
        await server.ReadyAsync();
        Assert.Equal(job, (string?)(await server.GetAsync($"jobs/{job}/callbacks"))["callbacks"]![0]!["job_id"]);
    }

    private static async Task<(Dictionary<string, string> Headers, string Body)> TakeAsync(TcpListener receiver)
    {
        using var client = await receiver.AcceptTcpClientAsync(Cancel);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        await reader.ReadLineAsync(Cancel);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(Cancel) is { Length: > 0 } line)
        {
            headers[line[..line.IndexOf(':', StringComparison.Ordinal)]] = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        }

        // All of it is plain letters.
        var body = new char[int.Parse(headers["Content-Length"], System.Globalization.CultureInfo.InvariantCulture)];
        await reader.ReadBlockAsync(body, Cancel);
        await stream.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray(), Cancel);
        return (headers, new string(body));
    }
}
