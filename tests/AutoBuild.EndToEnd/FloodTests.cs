using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace AutoBuild.EndToEnd;

public sealed class FloodTests
{
    private const long Most = 250_000_000;

    /// <summary>Of a read; the aim is a second, on a machine that does nothing else.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ServerAndRunnerStaySmallWhileAnAgentFloodsAndItsLogIsRead()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Peak memory is read from /proc.");
        await using var binary = new Binary();
        var repository = await Repository.CreateAsync(binary.Folder);
        var (process, ready) = binary.Start("AutoBuild is ready", "up", "--orchestrator-port", "0", "--memory-port", "0");
        await using var up = process;
        await ready;
        using var http = Client(binary);
        // 310 MB of lines on both streams, either of which may be read first, bytes that are no text, and one line of 20 MB.
        const string flood = "echo the very start; echo the very start >&2; (seq -f 'line %.0f of a flood' 13500000) & yes noise | head -c 10000000 >&2; wait; head -c 1000000 /dev/urandom; head -c 20000000 /dev/zero; echo; echo the very end; echo X. > x.txt";
        var run = binary.JsonAsync("run", "Flood", "--repo", repository, "--agent", "command", "--agent-command", flood);

        var (log, runner) = await ReadWhileAsync(http, binary, run);
        var (code, json) = await run;

        Assert.Equal((0, "completed"), (code, (string?)json["job"]!["status"]));
        Assert.InRange(log.Length, 200_000_000, 201_000_000);
        var job = (string)json["job"]!["id"]!;
        Assert.Contains("the very start\n", await GetAsync(http, $"jobs/{job}/log?limit=20000"), StringComparison.Ordinal);
        Assert.Contains("the very end", await GetAsync(http, $"jobs/{job}/log?tail=10000"), StringComparison.Ordinal);
        // The two streams are mixed as they come.
        Assert.Matches("(line [0-9]+ of a flood|noise)\n", await GetAsync(http, $"jobs/{job}/log?line=3000000&limit=20000"));
        Assert.Contains("the very end", await GetAsync(http, $"jobs/{job}/log/search?q=very+end"), StringComparison.Ordinal);
        Assert.InRange(Peak(binary.Server()!.Pid), 1, Most);
        Assert.InRange(runner, 1, Most);
    }

    private static async Task<(FileInfo Log, long Runner)> ReadWhileAsync(HttpClient http, Binary binary, Task run)
    {
        var runner = 0L;
        string? folder = null;
        while (!run.IsCompleted)
        {
            folder ??= Directory.Exists(Path.Combine(binary.Data, "runs")) ? Directory.EnumerateDirectories(Path.Combine(binary.Data, "runs")).FirstOrDefault() : null;
            if (folder is not null && File.Exists(Path.Combine(folder, "1", "process.json")))
            {
                var pid = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "1", "process.json"), Cancel))!["pid"]!.GetValue<int>();
                runner = Math.Max(runner, Peak(pid));
                foreach (var query in (string[])["offset=50000000", "line=1000000", "tail=65536"])
                {
                    await GetAsync(http, $"jobs/{Path.GetFileName(folder)}/log?{query}");
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancel);
        }

        return (new FileInfo(Path.Combine(folder!, "1", "agent.log")), runner);
    }

    private static async Task<string> GetAsync(HttpClient http, string path) =>
        System.Text.Encoding.Latin1.GetString(await http.GetByteArrayAsync(new Uri("api/v1/" + path, UriKind.Relative), Cancel).WaitAsync(Patience, Cancel));

    private static HttpClient Client(Binary binary)
    {
        var endpoints = JsonNode.Parse(File.ReadAllText(Path.Combine(binary.Data, "endpoints.json")))!;
        var http = new HttpClient { BaseAddress = new Uri((string)endpoints["orchestrator"]! + "/") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText((string)endpoints["token_file"]!).Trim());
        return http;
    }

    // "VmHWM:    123456 kB"
    private static long Peak(int pid)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
