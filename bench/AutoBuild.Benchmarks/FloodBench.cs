using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace AutoBuild.Benchmarks;

/// <summary>Measures how fast the raw output of a flood is read, while it is written and afterwards, and what server and runner hold in memory meanwhile.</summary>
internal static class FloodBench
{
    /// <summary>420 MB on both streams: 320 MB of numbered lines, then one line of 100 MB; the next turn of the command ends it.</summary>
    private const string Command =
        "(seq -f 'line %.0f of a flood that nobody asked for' 7000000) & yes noise | head -c 20000000 >&2; wait; head -c 100000000 /dev/zero | tr '\\\\0' x; echo; echo needle at the end; echo x > x.txt";

    private static readonly (string What, string Query)[] Reads =
    [
        ("1 MiB by byte, in the middle", "log?offset=90000000"),
        ("1 MiB from line 2,000,000 on", "log?line=2000000"),
        ("the last 64 KiB", "log?tail=65536"),
        ("search for a text at the very end", "log/search?q=needle+at+the+end"),
    ];

    public static async Task RunAsync(TextWriter output)
    {
        using var directory = new TemporaryDirectory();
        var repository = await SampleRepository.CreateAsync(directory.Sub("repository"), 20).ConfigureAwait(false);
        await using var server = await ServerUnderTest.StartAsync(directory.Sub("data")).ConfigureAwait(false);
        var project = (await server.PostAsync("projects", new { name = "flood", repo_path = repository, agent = "command" }).ConfigureAwait(false))["id"]!.GetValue<string>();
        var submitted = await server.PostAsync("jobs", new { project_id = project, ticket_id = Guid.CreateVersion7(), prompt = "Flood", agent_command = Command }).ConfigureAwait(false);
        var job = submitted["job"]!["id"]!.GetValue<string>();
        var (during, runner, seconds) = await FollowAsync(server, job).ConfigureAwait(false);
        var after = new Dictionary<string, List<double>>();
        for (var run = 0; run < 5; run++)
        {
            await ReadAsync(server, job, after).ConfigureAwait(false);
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"An agent prints 440 MB in {seconds:0} s; 200 MB of them are kept.\n\n| read, ms | while it is written, median | worst | afterwards, first | worst of 5 | aim |\n|---|---|---|---|---|---|")).ConfigureAwait(false);
        foreach (var (what, query) in Reads)
        {
            await output.WriteLineAsync($"| {what} | {Ms(new Figures(during[query]).Median)} | {Ms(during[query].Max())} | {Ms(after[query][0])} | {Ms(after[query].Max())} | 1,000 |").ConfigureAwait(false);
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"\n| resident memory at most, MB | | aim |\n|---|---|---|\n| server | {Peak(server.ProcessId) / 1e6:0} | 250 |\n| runner | {runner / 1e6:0} | |")).ConfigureAwait(false);
    }

    private static async Task<(Dictionary<string, List<double>> Reads, long Runner, double Seconds)> FollowAsync(ServerUnderTest server, string job)
    {
        var (reads, runner, clock) = (new Dictionary<string, List<double>>(), 0L, Stopwatch.StartNew());
        while (true)
        {
            var found = await server.GetAsync("jobs/" + job).ConfigureAwait(false);
            if (found["completed_at"] is not null)
            {
                return found["status"]!.GetValue<string>() == "completed" ? (reads, runner, clock.Elapsed.TotalSeconds) : throw new InvalidOperationException(found.ToJsonString());
            }

            runner = Math.Max(runner, RunnerPeak(Path.Combine(server.Data, "runs", job, "1", "process.json")));
            if (new FileInfo(Path.Combine(server.Data, "runs", job, "1", "agent.log")) is { Exists: true, Length: > 50_000_000 })
            {
                await ReadAsync(server, job, reads).ConfigureAwait(false);
            }
            else
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private static async Task ReadAsync(ServerUnderTest server, string job, Dictionary<string, List<double>> times)
    {
        foreach (var (_, query) in Reads)
        {
            var clock = Stopwatch.StartNew();
            await server.DownloadAsync($"jobs/{job}/{query}").ConfigureAwait(false);
            if (!times.TryGetValue(query, out var list))
            {
                times[query] = list = [];
            }

            list.Add(clock.Elapsed.TotalMilliseconds);
        }
    }

    private static long RunnerPeak(string process) =>
        File.Exists(process) ? Peak(JsonNode.Parse(File.ReadAllText(process))!["pid"]!.GetValue<int>()) : 0;

    // "VmHWM:    123456 kB"
    private static long Peak(int pid)
    {
        try
        {
            var line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/status")).FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static string Ms(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
