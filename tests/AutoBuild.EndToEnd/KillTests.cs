using System.Text.Json.Nodes;
using AutoBuild.Workspaces;

namespace AutoBuild.EndToEnd;

/// <summary>Kills the server at random moments, starts included, while jobs run; what is left is judged by the API alone.</summary>
public sealed class KillTests
{
    private const int Cap = 2;
    private const int GlobalCap = 6;
    private static readonly string[] Priorities = ["low", "normal", "normal", "high", "critical"];
    private static readonly TimeSpan Ageing = TimeSpan.FromSeconds(5);

    // Small numbers, so that leases, backoffs and ageing all happen within the test.
    private static readonly string Configuration = $"""
        queue:
          max_parallel_jobs: {GlobalCap}
          ageing_step: {Ageing.TotalSeconds}s
          heartbeat: 1s
          lease: 20s
          sweep: 1s
          retry_base: 200ms
          retry_cap: 2s

        """;

    [Fact]
    public Task Nothing_is_lost_or_doubled_when_the_server_is_killed_twenty_times() => KillAsync(jobs: 60, projects: 4, kills: 20, landing: 1);

    /// <summary>Runs for minutes; <c>./test --long</c> takes it in.</summary>
    [Fact(Explicit = true)]
    public Task Nothing_is_lost_or_doubled_in_the_long_run() => KillAsync(jobs: 300, projects: 10, kills: 20, landing: 10);

    /// <param name="landing">How many of the projects land what passes by themselves.</param>
    private static async Task KillAsync(int jobs, int projects, int kills, int landing)
    {
#pragma warning disable CA5394 // Which moments they are is of no consequence to anybody.
        var seed = Environment.TickCount;
        var random = new Random(seed);
        await using var binary = new Binary();
        var repository = await Repository.CreateAsync(binary.Folder);
        await using var server = new KilledServer(binary, Configuration);
        var made = new List<string>();
        for (var number = 0; number < projects; number++)
        {
            var project = await server.PostAsync("projects", new { name = $"kill-{number}", repo_path = repository, max_parallel_agents = Cap, landing = number < landing ? "auto" : "manual" });
            made.Add((string)project["id"]!);
        }

        var judge = new QueueJudge(Cap, GlobalCap, Ageing);
        var plan = Enumerable.Range(0, jobs).Select(number => (Number: number, Project: made[number % projects], Priority: Priorities[random.Next(Priorities.Length)])).ToList();
        var submitting = Task.WhenAll(plan.Chunk(jobs / 4).Select(share => SubmitAsync(server, judge, share)));
        for (var kill = 0; kill < kills; kill++)
        {
            // Every third one dies while it starts.
            await (kill % 3 == 2 ? Task.CompletedTask : server.ReadyAsync());
            await Task.Delay(TimeSpan.FromSeconds(1.5 * random.NextDouble()), TimeProvider.System, TestContext.Current.CancellationToken);
            await server.KillAsync();
        }
#pragma warning restore CA5394

        var ids = (await submitting).SelectMany(share => share).ToList();
        await EndedAsync(server, judge, ids);
        await LandedAsync(server, made.Take(landing), jobs / projects);
        await OnceAsync(binary, made.Take(landing), jobs / projects);
        await LookAsync(server, judge, ids);

        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {judge.Fairness()}");
        Assert.Empty(judge.Faults());
        var queue = await server.GetAsync("queue");
        Assert.Equal((0, 0), ((int)queue["pending_jobs"]!, (int)queue["running_jobs"]!));
        var health = await server.GetAsync("health/deep");
        Assert.True((string?)health["status"] == "healthy", health.ToJsonString());
        Assert.All(ids, job => Assert.Empty(ProcessSweep.Find(job)));
    }

    private static async Task<List<string>> SubmitAsync(KilledServer server, QueueJudge judge, IEnumerable<(int Number, string Project, string Priority)> plan)
    {
        var ids = new List<string>();
        foreach (var (number, project, priority) in plan)
        {
            var key = $"job-{number}";
            var body = new
            {
                project_id = project,
                ticket_id = Guid.CreateVersion7(),
                prompt = $"Write file {number}",
                priority,
                agent = "command",
                agent_command = $"sleep 0.2; echo 'Number {number}.' > made-{number}.txt",
            };
            var id = (string)(await server.PostAsync("jobs", body, key))["job"]!["id"]!;
            var again = number % 10 == 0 ? (string)(await server.PostAsync("jobs", body, key))["job"]!["id"]! : id;
            lock (judge)
            {
                judge.Accepted(key, id);
                judge.Accepted(key, again);
            }

            ids.Add(id);
        }

        return ids;
    }

    private static async Task EndedAsync(KilledServer server, QueueJudge judge, IReadOnlyList<string> ids)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        foreach (var id in ids)
        {
            while (true)
            {
                var job = JudgedJob.Read(await server.GetAsync($"jobs/{id}"));
                judge.Saw(job);
                if (job.IsOver)
                {
                    break;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, limit.Token);
            }
        }
    }

    private static async Task LandedAsync(KilledServer server, IEnumerable<string> projects, int each)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        foreach (var project in projects)
        {
            JsonArray landings;
            do
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, limit.Token);
                landings = (await server.GetAsync($"landings?project_id={project}&limit=500"))["landings"]!.AsArray();
            }
            while (landings.Any(landing => (string?)landing!["state"] is "queued" or "merging" or "testing" or "moving"));

            Assert.Equal(Enumerable.Repeat("landed", each), landings.Select(landing => (string)landing!["state"]!));
        }
    }

    // What landed twice would have two merges.
    private static async Task OnceAsync(Binary binary, IEnumerable<string> projects, int each)
    {
        foreach (var project in projects)
        {
            var log = await Git.TextAsync(Path.Combine(binary.Data, "repositories", $"{project}.git"), ["log", "--merges", "--format=%(trailers:key=AutoBuild-Job,valueonly,separator=)", "main"], null, TestContext.Current.CancellationToken);
            var merged = log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(each, merged.Length);
            Assert.Equal(each, merged.Distinct().Count());
        }
    }

    private static async Task LookAsync(KilledServer server, QueueJudge judge, IReadOnlyList<string> ids)
    {
        foreach (var id in ids)
        {
            judge.Saw(JudgedJob.Read(await server.GetAsync($"jobs/{id}")));
        }
    }
}
