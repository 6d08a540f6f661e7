using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace AutoBuild.EndToEnd;

/// <summary>Measures a real server's memory while it is flooded.</summary>
public sealed class RequestFloodTests
{
    private const long MostMegabytes = 600;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task AFloodDoesNotFillTheMemory()
    {
        Assert.SkipUnless(File.Exists("/proc/self/status"), "Memory is read from /proc.");
        await using var binary = new Binary();
        var (process, ready) = binary.Start("AutoBuild is ready", "up", "--orchestrator-port", "0", "--memory-port", "0");
        await using var up = process;
        await ready;
        var endpoints = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(binary.Data, "endpoints.json"), Cancel))!;
        var server = new Uri((string)endpoints["orchestrator"]!);
        var token = (await File.ReadAllTextAsync(Path.Combine(binary.Data, "token"), Cancel)).Trim();
        using var http = new HttpClient { BaseAddress = new Uri(server, "/api/v1/"), Timeout = TimeSpan.FromMinutes(5) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

        var labels = $$"""{"name":"x","labels":[{{string.Join(',', Enumerable.Repeat("\"a\"", 2_400_000))}}]}""";
        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => PostAsync(http, "projects", labels)));
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => PourAsync(server)));
        var deaf = await Task.WhenAll(Enumerable.Range(0, 150).Select(_ => DeafAsync(server, token)));
        var project = JsonNode.Parse(await PostAsync(http, "projects", new JsonObject { ["name"] = "x", ["repo_path"] = await Repository.CreateAsync(binary.Folder) }.ToJsonString()))!["id"];
        for (var i = 0; i < 1000; i++)
        {
            await PostAsync(http, $"projects/{project}/tickets", new JsonObject { ["title"] = "x", ["description"] = new string('y', 5000) }.ToJsonString());
        }

        var peak = (await File.ReadAllLinesAsync($"/proc/{endpoints["pid"]}/status", Cancel)).Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        var megabytes = long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        TestContext.Current.TestOutputHelper?.WriteLine($"peak {megabytes} MB");
        Assert.True(megabytes < MostMegabytes, peak);
        Assert.Contains("healthy", await http.GetStringAsync(new Uri("health", UriKind.Relative), Cancel), StringComparison.Ordinal);
        Array.ForEach(deaf, client => client.Dispose());
    }

    private static async Task<string> PostAsync(HttpClient http, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content, Cancel);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }

    /// <summary>Sends 9 MB without a token, whatever the server says.</summary>
    private static async Task PourAsync(Uri server)
    {
        using var client = await ConnectAsync(server, "POST /api/v1/projects HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n");
        try
        {
            for (var sent = 0; sent < 90; sent++)
            {
                await client.GetStream().WriteAsync(new byte[100_000], Cancel);
            }
        }
        catch (IOException)
        {
            // Cut off.
            return;
        }
    }

    /// <summary>Follows all events and reads none.</summary>
    private static Task<TcpClient> DeafAsync(Uri server, string token) =>
        ConnectAsync(server, $"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n");

    private static async Task<TcpClient> ConnectAsync(Uri server, string request)
    {
        var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(server.Host, server.Port, Cancel);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Cancel);
        return client;
    }
}
