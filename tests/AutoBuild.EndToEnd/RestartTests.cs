using System.Text.Json.Nodes;

namespace AutoBuild.EndToEnd;

/// <summary>Kills a real server and looks at what the next one makes of it.</summary>
public sealed class RestartTests
{
    private const string Configuration = """
        queue:
          retry_attempts: 0
          retry_base: 100ms
          retry_cap: 200ms

        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A write that was answered is there, however often the server died right after the answer.</summary>
    [Fact]
    public async Task Every_answered_write_outlives_a_kill()
    {
        await using var binary = new Binary();
        var repository = await Repository.CreateAsync(binary.Folder);
        await using var server = new KilledServer(binary, Configuration);
        var project = (string)(await server.PostAsync("projects", new { name = "kept", repo_path = repository }))["id"]!;
        var answered = new List<string>();
        for (var round = 0; round < 4; round++)
        {
            using var stop = new CancellationTokenSource();
            var writing = Enumerable.Range(0, 4).Select(writer => Task.Run(() => WriteAsync(server, project, answered, stop.Token), Cancel)).ToList();
#pragma warning disable CA5394 // Which moment it is is of no consequence to anybody.
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(100, 600)), TimeProvider.System, Cancel);
#pragma warning restore CA5394
            var killing = server.KillAsync();
            await stop.CancelAsync();
            await killing;
            await Task.WhenAll(writing);
        }

        Assert.NotEmpty(answered);
        Assert.All(await Task.WhenAll(answered.Select(id => server.GetAsync($"tickets/{id}"))), ticket => Assert.Equal("written", (string?)ticket["title"]));
        Assert.Equal("healthy", (string?)(await server.GetAsync("health/deep"))["status"]);
    }

    /// <summary>Twelve running jobs are taken over by the time the next server answers.</summary>
    [Fact]
    public async Task Twelve_running_jobs_are_adopted_by_the_next_server()
    {
        await using var binary = new Binary();
        var repository = await Repository.CreateAsync(binary.Folder);
        await using var server = new KilledServer(binary, Configuration);
        var project = (string)(await server.PostAsync("projects", new { name = "twelve", repo_path = repository, max_parallel_agents = 12 }))["id"]!;
        var gate = Path.Combine(binary.Folder, "gate");
        var jobs = new List<string>();
        for (var number = 0; number < 12; number++)
        {
            jobs.Add(await SubmitAsync(server, project, $"while [ ! -e {gate} ]; do sleep 0.2; done; echo 'Done.' > done-{number}.txt"));
        }

        await Task.WhenAll(jobs.Select(job => UntilAsync(server, job, found => (string?)found["phase"] == "agent")));
        var killed = TimeProvider.System.GetTimestamp();
        await server.KillAsync();
        await server.ReadyAsync();
        var seconds = TimeProvider.System.GetElapsedTime(killed).TotalSeconds;
        TestContext.Current.TestOutputHelper?.WriteLine($"12 jobs adopted {seconds:0.00} s after the kill");
        Assert.All(await Task.WhenAll(jobs.Select(job => server.GetAsync($"jobs/{job}"))), job => Assert.Equal(("running", 1), ((string?)job["status"], (int)job["attempt"]!)));
        Assert.InRange(seconds, 0, 60);

        await File.WriteAllTextAsync(gate, "", Cancel);
        Assert.All(await Task.WhenAll(jobs.Select(job => UntilAsync(server, job, found => found["completed_at"] is not null))),
            job => Assert.Equal(("completed", 1), ((string?)job["status"], job["attempts"]!.AsArray().Count)));
    }

    /// <summary>A job whose start kills the server is given up after three attempts for each that it may have, and the others go on.</summary>
    [Fact]
    public async Task A_job_whose_start_kills_the_server_ends()
    {
        await using var binary = new Binary();
        var repository = await Repository.CreateAsync(binary.Folder);
        PoisonGit(binary);
        await using var server = new KilledServer(binary, Configuration);
        var project = (string)(await server.PostAsync("projects", new { name = "poisoned", repo_path = repository, max_parallel_agents = 1 }))["id"]!;
        using var over = new CancellationTokenSource();
        var reviving = ReviveAsync(server, over.Token);

        var poison = await SubmitAsync(server, project, "true", title: "poison");
        var ended = await UntilAsync(server, poison, found => found["completed_at"] is not null);

        Assert.Equal(("failed", "lost", 3), ((string?)ended["status"], (string?)ended["error_code"], ended["attempts"]!.AsArray().Count));
        var sound = await SubmitAsync(server, project, "echo 'Done.' > done.txt");
        Assert.Equal("completed", (string?)(await UntilAsync(server, sound, found => found["completed_at"] is not null))["status"]);
        await over.CancelAsync();
        Assert.Equal(3, await reviving);
    }

    // A git that kills the server as soon as it is asked for the branch of that job.
    private static void PoisonGit(Binary binary)
    {
        var path = Environment.GetEnvironmentVariable("PATH")!;
        var git = path.Split(':').Select(folder => Path.Combine(folder, "git")).First(File.Exists);
        var folder = Directory.CreateDirectory(Path.Combine(binary.Folder, "bin")).FullName;
        var wrapper = Path.Combine(folder, "git");
        File.WriteAllText(wrapper, $$"""
            #!/bin/sh
            case "$*" in
              *poison*) kill -9 $(sed -n 's/.*"pid": *\([0-9]*\).*/\1/p' '{{binary.Data}}/endpoints.json'); exit 1 ;;
            esac
            exec {{git}} "$@"

            """);
        File.SetUnixFileMode(wrapper, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        binary.Variables["PATH"] = $"{folder}:{path}";
    }

    private static async Task<int> ReviveAsync(KilledServer server, CancellationToken over)
    {
        var deaths = 0;
        while (!over.IsCancellationRequested)
        {
            if (server.HasDied)
            {
                deaths++;
                await server.KillAsync();
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }

        return deaths;
    }

    private static async Task WriteAsync(KilledServer server, string project, List<string> answered, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var id = (string)(await server.PostAsync($"projects/{project}/tickets", new { title = "written" }))["id"]!;
            lock (answered)
            {
                answered.Add(id);
            }
        }
    }

    private static async Task<string> SubmitAsync(KilledServer server, string project, string command, string title = "work") =>
        (string)(await server.PostAsync("jobs", new { project_id = project, ticket_id = Guid.CreateVersion7(), prompt = title, agent = "command", agent_command = command }))["job"]!["id"]!;

    private static async Task<JsonNode> UntilAsync(KilledServer server, string job, Func<JsonNode, bool> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (true)
        {
            var found = await server.GetAsync($"jobs/{job}");
            if (isSo(found))
            {
                return found;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, limit.Token);
        }
    }
}
