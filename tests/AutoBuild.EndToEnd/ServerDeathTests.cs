using System.Text.Json.Nodes;
using AutoBuild.Workspaces;

namespace AutoBuild.EndToEnd;

/// <summary>Takes the server away while jobs stand in different phases: killed, or halted longer than a lease.</summary>
public sealed class ServerDeathTests
{
    private const string Configuration = """
        queue:
          heartbeat: 500ms
          lease: 6s
          sweep: 500ms
          retry_base: 100ms

        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task JobsInEveryPhaseGoOnAfterTheServersDeath()
    {
        await using var binary = new Binary();
        var gates = Directory.CreateDirectory(Path.Combine(binary.Folder, "gates")).FullName;
        var repository = await RepositoryAsync(binary, gates);
        await using var server = new KilledServer(binary, Configuration.Replace("6s", "60s", StringComparison.Ordinal));
        var project = (string)(await server.PostAsync("projects", new { name = "phases", repo_path = repository, max_parallel_agents = 4 }))["id"]!;
        string[] phases = ["setup", "agent", "check", "teardown"];
        var jobs = new Dictionary<string, string>();
        foreach (var phase in phases)
        {
            jobs[phase] = await SubmitAsync(server, project, phase, $"{Gate(gates, "agent")} echo '{phase}.' > {phase}.txt");
            await UntilAsync(() => File.Exists(Path.Combine(gates, $"in-{phase}")));
        }

        jobs["waiting"] = await SubmitAsync(server, project, "waiting", "echo 'Waiting.' > waiting.txt");
        await server.DieAsync();
        // These two write their reports while no server lives.
        await File.WriteAllTextAsync(Path.Combine(gates, "go-check"), "", Stop);
        await File.WriteAllTextAsync(Path.Combine(gates, "go-teardown"), "", Stop);
        await UntilAsync(() => new[] { "check", "teardown" }.All(phase => File.Exists(Path.Combine(binary.Data, "runs", jobs[phase], "1", "report.json"))));
        server.Start();
        await server.ReadyAsync();
        await File.WriteAllTextAsync(Path.Combine(gates, "go-setup"), "", Stop);
        await File.WriteAllTextAsync(Path.Combine(gates, "go-agent"), "", Stop);

        foreach (var (phase, id) in jobs)
        {
            var job = await EndedAsync(server, id);
            Assert.True(((string?)job["status"], (int)job["attempt"]!) == ("completed", 1), $"{phase}: {job.ToJsonString()}");
            Assert.Empty(ProcessSweep.Find(id));
        }
    }

    [Fact]
    public async Task AServerHaltedForLongerThanALeaseFindsItsJobsEndedByTheirRunners()
    {
        await using var binary = new Binary();
        var repository = await Repository.CreateAsync(binary.Folder);
        await using var server = new KilledServer(binary, Configuration);
        var project = (string)(await server.PostAsync("projects", new { name = "halted", repo_path = repository }))["id"]!;
        var first = Path.Combine(binary.Folder, "first");
        // The first attempt hangs; what comes after it ends well.
        var job = await SubmitAsync(server, project, "halted", $"if [ ! -e {first} ]; then touch {first}; sleep 600; fi; echo 'Done.' > done.txt");
        await UntilAsync(() => File.Exists(first));

        server.Halt();
        await UntilAsync(() => File.Exists(Path.Combine(binary.Data, "runs", job, "1", "report.json")));
        await UntilAsync(() => ProcessSweep.Find(job).Count == 0);
        // Nobody renewed for longer than a lease by now.
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Stop);
        server.GoOn();

        var ended = await EndedAsync(server, job);
        Assert.Equal(("completed", 2), ((string?)ended["status"], (int)ended["attempt"]!));
        Assert.Equal(2, ended["attempts"]!.AsArray().Count);
        Assert.Equal("healthy", (string?)(await server.GetAsync("health/deep"))["status"]);
    }

    // Each command of the recipe waits for its gate in the job that is meant for it, and in no other.
    private static async Task<string> RepositoryAsync(Binary binary, string gates)
    {
        var repository = await Repository.CreateAsync(binary.Folder);
        await File.WriteAllTextAsync(Path.Combine(repository, ".autobuild.yaml"), $"""
            setup:
              - |
                {Gate(gates, "setup")}
            qa:
              - name: full-stops
                command: |
                  {Gate(gates, "check")} sh test.sh
            teardown:
              - |
                {Gate(gates, "teardown")}

            """, Stop);
        await Git.ExpectAsync(repository, ["commit", "--quiet", "--all", "--message", "gates"], cancellation: Stop);
        return repository;
    }

    private static string Gate(string gates, string phase) =>
        $"case $AUTOBUILD_BRANCH in *{phase}*) touch {gates}/in-{phase}; while [ ! -e {gates}/go-{phase} ]; do sleep 0.05; done;; esac;";

    private static async Task<string> SubmitAsync(KilledServer server, string project, string title, string command)
    {
        var body = new { project_id = project, ticket_id = Guid.CreateVersion7(), prompt = title, agent = "command", agent_command = command };
        return (string)(await server.PostAsync("jobs", body))["job"]!["id"]!;
    }

    private static async Task<JsonNode> EndedAsync(KilledServer server, string id)
    {
        while (true)
        {
            var job = await server.GetAsync($"jobs/{id}");
            if ((string?)job["status"] is "completed" or "failed" or "cancelled")
            {
                return job;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Stop);
        }
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        var waited = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(waited) < TimeSpan.FromMinutes(2), "It never came so.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
        }
    }
}
