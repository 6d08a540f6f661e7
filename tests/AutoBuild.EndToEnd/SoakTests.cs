using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AutoBuild.Workspaces;

namespace AutoBuild.EndToEnd;

/// <summary>Runs for minutes; <c>./test --long</c> takes it in.</summary>
public sealed class SoakTests
{
    private const int Projects = 4;
    private const int Jobs = 60;
    private const int Cap = 2;
    private const int Kills = 8;

    /// <summary>Kills the server at random moments while jobs run: each job ends once and lands once, caps hold, nothing is left running.</summary>
    [Fact(Explicit = true)]
    public async Task NothingIsLostOrDoubledWhenTheServerIsKilled()
    {
        await using var binary = new Binary();
        var random = new Random(20261121);
        var repository = await Repository.CreateAsync(binary.Folder);
        var server = await StartAsync(binary);
        var projects = await Task.WhenAll(Enumerable.Range(0, Projects).Select(number => ProjectAsync(binary, number, repository)));
        var jobs = new List<string>();
        for (var number = 0; number < Jobs; number++)
        {
            jobs.Add(await SubmitAsync(binary, projects[number % Projects], number));
        }

        for (var kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(TimeSpan.FromSeconds(0.5 + (2.5 * random.NextDouble())), TimeProvider.System, TestContext.Current.CancellationToken);
            ProcessIdentity.Of(server.Pid)!.Kill();
            await server.DisposeAsync();
            server = await StartAsync(binary);
        }

        var ended = await EndedAsync(binary, jobs);

        Assert.All(ended, job => Assert.True((string?)job["status"] == "completed", $"{job["status"]}: {job["error_code"]} {job["error_message"]} {job["attempts"]}"));
        Assert.All(ended, job => Assert.Single(job["attempts"]!.AsArray(), attempt => (string?)attempt!["outcome"] == "completed"));
        Assert.All(ended, job => Assert.False(Overlap(job["attempts"]!.AsArray())));
        Assert.All(projects, project => Assert.InRange(MostAtOnce(ended.Where(job => (string?)job["project_id"] == project)), 1, Cap));
        Assert.Equal(Jobs / Projects, (await LandedAsync(binary, projects[0])).Count);
        Assert.Equal("healthy", (string?)(await GetAsync(binary, "health/deep"))["status"]);
        Assert.All(jobs, job => Assert.Empty(ProcessSweep.Find(job)));
        server.Interrupt();
        await server.Completion;
        await server.DisposeAsync();
    }

    private static async Task<ChildProcess> StartAsync(Binary binary)
    {
        var (process, ready) = binary.Start("AutoBuild is ready", "up", "--orchestrator-port", "0", "--memory-port", "0", "--web-port", "0");
        await ready;
        return process;
    }

    private static async Task<string> ProjectAsync(Binary binary, int number, string repository) =>
        (string)(await PostAsync(binary, "projects", new { name = $"soak-{number}", repo_path = repository, max_parallel_agents = Cap, landing = "auto" }))["id"]!;

    private static async Task<string> SubmitAsync(Binary binary, string project, int number)
    {
        var answer = await PostAsync(binary, "jobs", new
        {
            project_id = project,
            ticket_id = Guid.CreateVersion7(),
            prompt = $"Write file {number}",
            agent = "command",
            agent_command = $"sleep 0.3; echo 'Number {number}.' > made-{number}.txt",
        });
        return (string)answer["job"]!["id"]!;
    }

    private static async Task<IReadOnlyList<JsonNode>> EndedAsync(Binary binary, IReadOnlyList<string> jobs)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        var ended = new List<JsonNode>();
        foreach (var id in jobs)
        {
            JsonNode job;
            do
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
                job = await GetAsync(binary, $"jobs/{id}");
            }
            while ((string?)job["status"] is not ("completed" or "failed" or "cancelled"));
            ended.Add(job);
        }

        return ended;
    }

    private static async Task<IReadOnlyList<JsonNode>> LandedAsync(Binary binary, string project)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (true)
        {
            var landings = (await GetAsync(binary, $"landings?project_id={project}&limit=500"))["landings"]!.AsArray();
            if (landings.Count == Jobs / Projects && landings.All(landing => (string?)landing!["state"] == "landed"))
            {
                return [.. landings.Select(landing => landing!)];
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, limit.Token);
        }
    }

    private static bool Overlap(JsonArray attempts) => attempts.Zip(attempts.Skip(1))
        .Any(pair => pair.First!["finished_at"] is not { } end || (DateTimeOffset)pair.Second!["started_at"]! < (DateTimeOffset)end);

    private static int MostAtOnce(IEnumerable<JsonNode> jobs)
    {
        var most = 0;
        var now = 0;
        var changes = jobs.SelectMany(job => job["attempts"]!.AsArray())
            .SelectMany(attempt => new[] { ((DateTimeOffset)attempt!["started_at"]!, 1), ((DateTimeOffset)attempt["finished_at"]!, -1) })
            .Order();
        foreach (var (_, change) in changes)
        {
            now += change;
            most = Math.Max(most, now);
        }

        return most;
    }

    private static Task<JsonNode> GetAsync(Binary binary, string path) => SendAsync(binary, HttpMethod.Get, path, null);

    private static Task<JsonNode> PostAsync(Binary binary, string path, object body) => SendAsync(binary, HttpMethod.Post, path, body);

    private static async Task<JsonNode> SendAsync(Binary binary, HttpMethod method, string path, object? body)
    {
        var endpoints = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(binary.Data, "endpoints.json")))!;
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync((string)endpoints["token_file"]!)).Trim());
        using var request = new HttpRequestMessage(method, $"{((string)endpoints["orchestrator"]!).TrimEnd('/')}/api/v1/{path}") { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }
}
