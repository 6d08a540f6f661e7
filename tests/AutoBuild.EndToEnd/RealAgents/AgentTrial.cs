using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoBuild.ScriptedModel;

namespace AutoBuild.EndToEnd.RealAgents;

/// <summary>Is one try of one command line: a project, a script for the model, and the jobs.</summary>
internal sealed class AgentTrial(AgentBench bench, AgentProgram agent)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly string _name = $"work-item-{Guid.NewGuid():N}";
    private string? _project;

    public AgentBench Bench => bench;

    public AgentProgram Agent => agent;

    public KilledServer Server => bench.Server;

    /// <summary>A path that no other test uses; the agent can read what is there.</summary>
    public string Place(string name) => Path.Combine(bench.Binary.Folder, $"{_name}-{name}");

    /// <summary>What the model was asked in this trial, by requests that took a step.</summary>
    public IReadOnlyList<Received> Asked => [.. bench.Model.Requests.Where(one => one.Session == _name && one.Step is not null)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Gives the model its steps; after them it says "done".</summary>
    public void Script(params object[] steps) =>
        bench.Model.Add(_name, new JsonObject { ["when"] = _name, ["steps"] = JsonSerializer.SerializeToNode(steps) });

    public object Write(string path, string content) => agent.Write(path, content);

    public object Shell(string command) => agent.Shell(command);

    /// <summary>Submits a job and returns its id.</summary>
    public async Task<string> SubmitAsync(string landing = "manual", string prompt = "Write the second file.", decimal? budget = null)
    {
        _project ??= (string)(await Server.PostAsync("projects", new { name = _name, repo_path = bench.Repository, landing, max_parallel_agents = 6 }))["id"]!;
        var body = new { project_id = _project, ticket_id = Guid.CreateVersion7(), prompt = $"{prompt} ({_name})", agent = agent.Name, max_cost_usd = budget };
        return (string)(await Server.PostAsync("jobs", body))["job"]!["id"]!;
    }

    /// <summary>Says something to a job that has ended and returns the id of the job that goes on.</summary>
    public async Task<string> SayAsync(string job, string message) =>
        (string)(await Server.PostAsync($"jobs/{job}/messages", new { message }))["job"]!["id"]!;

    /// <summary>Submits a job and returns it when it has ended.</summary>
    public async Task<JsonNode> RunAsync(string landing = "manual") => await EndedAsync(await SubmitAsync(landing));

    public Task<JsonNode> EndedAsync(string job) => UntilAsync(job, found => found["completed_at"] is not null);

    public async Task<JsonNode> UntilAsync(string job, Func<JsonNode, bool> isSo)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Patience);
        var found = await Server.GetAsync($"jobs/{job}");
        while (!isSo(found))
        {
            Assert.True(!limit.IsCancellationRequested && found["completed_at"] is null, $"It never came so: {found.ToJsonString()}\n{await LogAsync(job)}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancel);
            found = await Server.GetAsync($"jobs/{job}");
        }

        return found;
    }

    /// <summary>Returns the landing of the project's only work.</summary>
    public async Task<JsonNode> LandedAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Patience);
        while (true)
        {
            var landing = (await Server.GetAsync($"landings?project_id={_project}"))["landings"]!.AsArray().FirstOrDefault();
            if ((string?)landing?["state"] is "landed" or "conflict" or "failed" or "ejected")
            {
                return landing;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, limit.Token);
        }
    }

    /// <summary>Says what a job is where an assertion about it fails.</summary>
    public async Task ExpectAsync(JsonNode job, string status, string? code, int attempts = 1)
    {
        var found = ((string?)job["status"], (string?)job["error_code"], job["attempts"]!.AsArray().Count);
        Assert.True(found == (status, code, attempts), $"{found}, not {(status, code, attempts)}: {job.ToJsonString()}\n{await LogAsync((string)job["id"]!)}");
    }

    public async Task<IReadOnlyList<JsonNode>> EventsAsync(string job) =>
        [.. (await TextAsync($"jobs/{job}/logs?follow=false")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    public Task<string> LogAsync(string job) => TextAsync($"jobs/{job}/log?tail=20000");

    private async Task<string> TextAsync(string path)
    {
        var endpoints = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(bench.Binary.Data, "endpoints.json"), Cancel))!;
        using var http = new HttpClient { BaseAddress = new Uri((string)endpoints["orchestrator"]!) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync((string)endpoints["token_file"]!, Cancel)).Trim());
        return await http.GetStringAsync(new Uri($"/api/v1/{path}", UriKind.Relative), Cancel);
    }
}
