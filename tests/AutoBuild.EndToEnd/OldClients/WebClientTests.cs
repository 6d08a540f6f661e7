using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AutoBuild.Workspaces;

namespace AutoBuild.EndToEnd.OldClients;

/// <summary>Runs the web application's client as it was written for the original plan; only what it takes from its surroundings is supplied.</summary>
/// <remarks>It sends its body as <c>text/plain</c>, and asks for a job's state without a token.</remarks>
public sealed partial class WebClientTests
{
    private const string Surroundings = """
        const { ORCHESTRATOR_URL, TOKEN: token, TICKET, PROJECT, PRIORITY } = process.env;
        const buildPrompt = ticket => `${ticket.title}\n\n${ticket.description}`;
        """;

    private const string Use = """
        const ticket = { id: TICKET, title: "Greet", description: "Say hello.", priority: PRIORITY === "urgent" ? "critical" : Number(PRIORITY) };
        const submitted = await submitAgentJob(ticket, { id: PROJECT });
        const status = await getJobStatus(submitted.job?.id ?? "00000000-0000-4000-8000-000000000000");
        console.log(JSON.stringify({ submitted, status }));
        """;

    [Fact]
    public async Task Works_unchanged_where_no_token_is_asked_for()
    {
        PageTests.Require("node");
        await using var binary = new Binary();
        await using var server = new KilledServer(binary, "auth: none\n");
        await server.ReadyAsync();
        await server.PostAsync("queue/pause", new { });
        var project = (string)(await server.PostAsync("projects", new { name = "Shop", repo_path = await Repository.CreateAsync(binary.Folder), agent = "scripted" }))["id"]!;
        await server.PostAsync($"projects/{project}/tickets", new { title = "Known", agent_script = "write a.txt: A." });
        var known = (string)(await server.GetAsync($"projects/{project}/tickets"))["tickets"]![0]!["id"]!;

        var told = await CallAsync(binary, known, project, "2");
        Assert.Equal(["job", "position", "message"], told["submitted"]!.AsObject().Select(member => member.Key));
        Assert.Equal((known, project, 2, "Greet\n\nSay hello."), ((string)told["submitted"]!["job"]!["ticket_id"]!, (string)told["status"]!["project_id"]!, (int)told["status"]!["priority"]!, (string)told["status"]!["prompt"]!));
        Assert.Equal((string?)told["submitted"]!["job"]!["id"], (string?)told["status"]!["id"]);
        Assert.Equal((1, "queued"), ((int)told["submitted"]!["position"]!, (string)told["status"]!["status"]!));
        Assert.NotEmpty((string)told["submitted"]!["message"]!);

        // The ids of tickets and projects are those of the web application's own database.
        var unknown = Guid.NewGuid().ToString();
        await server.PatchAsync($"projects/{project}", new { agent = "claude" });
        var made = await CallAsync(binary, unknown, project, "urgent");
        Assert.Equal((unknown, 3), ((string)made["status"]!["ticket_id"]!, (int)made["status"]!["priority"]!));
        Assert.Equal("Greet", (string?)(await server.GetAsync($"tickets/{unknown}"))["title"]);

        var nowhere = await CallAsync(binary, unknown, Guid.NewGuid().ToString(), "1");
        Assert.Equal(("project_not_found", "job_not_found"), ((string?)nowhere["submitted"]!["code"], (string?)nowhere["status"]!["code"]));
        Assert.All(["submitted", "status"], answer => Assert.NotEmpty((string)nowhere[answer]!["error"]!));
    }

    [Fact]
    public async Task With_tokens_it_submits_and_reads_why_it_may_not_ask()
    {
        PageTests.Require("node");
        await using var binary = new Binary();
        await using var server = new KilledServer(binary, "auth:\n  - {token: the-web-applications, role: member}\n");
        await server.ReadyAsync();
        await server.PostAsync("queue/pause", new { });
        var project = (string)(await server.PostAsync("projects", new { name = "Shop", repo_path = await Repository.CreateAsync(binary.Folder), agent = "claude" }))["id"]!;

        var told = await CallAsync(binary, Guid.NewGuid().ToString(), project, "0");

        Assert.Equal("queued", (string?)told["submitted"]!["job"]!["status"]);
        Assert.Equal("token_missing", (string?)told["status"]!["code"]);
        Assert.Contains("Authorization", (string?)told["status"]!["error"], StringComparison.Ordinal);
    }

    private static async Task<JsonObject> CallAsync(Binary binary, string ticket, string project, string priority, [CallerFilePath] string file = "")
    {
        var client = Path.Combine(binary.Folder, "client.mjs");
        var written = await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(file)!, "orchestrator.client.ts"));
        await File.WriteAllTextAsync(client, $"{Surroundings}\n{Types().Replace(written, "")}\n{Use}\n");
        var endpoints = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(binary.Data, "endpoints.json")))!;
        var result = await ChildProcess.RunAsync(new ChildCommand("node", [client])
        {
            Environment = new Dictionary<string, string>
            {
                ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "",
                ["ORCHESTRATOR_URL"] = (string)endpoints["orchestrator"]!,
                ["TOKEN"] = "the-web-applications",
                ["TICKET"] = ticket,
                ["PROJECT"] = project,
                ["PRIORITY"] = priority,
            },
        }, null, TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, result.Error);
        return JsonNode.Parse(result.Output)!.AsObject();
    }

    [GeneratedRegex(": (Ticket|Project|string)\\b")]
    private static partial Regex Types();
}
