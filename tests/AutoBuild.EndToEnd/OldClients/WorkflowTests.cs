using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AutoBuild.Workspaces;

namespace AutoBuild.EndToEnd.OldClients;

/// <summary>Runs the last step of the original plan's workflow as it was written, with what GitHub would have put in.</summary>
public sealed partial class WorkflowTests
{
    private const string Secret = "the-secret-of-the-callback";

    [Theory]
    [InlineData("true", "true", "https://github.com/acme/shop/pull/7", "7", "completed", "in_review", 7)]
    [InlineData("true", "false", "https://github.com/acme/shop/pull/8", "8", "completed", "in_review", 8)]
    [InlineData("false", "true", "", "", "failed", "failed", null)]
    [InlineData("", "", "", "", "failed", "failed", null)]
    public async Task Its_report_ends_the_job(string changes, string passed, string url, string number, string job, string ticket, int? pullRequest)
    {
        PageTests.Require("bash", "curl");
        await using var binary = new Binary();
        await using var server = new KilledServer(binary, "auth: token\n");
        await server.ReadyAsync();
        var project = (string)(await server.PostAsync("projects", new { name = "Shop", repo_path = await Repository.CreateAsync(binary.Folder), agent = "scripted" }))["id"]!;
        var ticketId = Guid.NewGuid().ToString();
        var submitted = await server.PostAsync("jobs", new { ticket_id = ticketId, project_id = project, prompt = "Greet", agent_script = "sleep 10m", callback_secret = Secret });
        var id = (string)submitted["job"]!["id"]!;
        await UntilAsync(async () => (string?)(await server.GetAsync($"jobs/{id}"))["status"] == "running");

        var told = await ReportAsync(binary, new()
        {
            ["env.HAS_CHANGES"] = changes,
            ["env.QA_PASSED"] = passed,
            ["github.event.client_payload.callback_secret"] = Secret,
            ["github.event.client_payload.ticket_id"] = ticketId,
            ["steps.create-pr.outputs.pr_url"] = url,
            ["steps.create-pr.outputs.pr_number"] = number,
            ["github.run_id"] = "8123456789",
        });

        Assert.Equal(id, (string?)told["job_id"]);
        await UntilAsync(async () => (string?)(await server.GetAsync($"jobs/{id}"))["status"] == job);
        var ended = await server.GetAsync($"tickets/{ticketId}");
        Assert.Equal((ticket, pullRequest), ((string?)ended["status"], (int?)ended["pr_number"]));
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        while (!await holds())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<JsonNode> ReportAsync(Binary binary, Dictionary<string, string> values, [CallerFilePath] string file = "")
    {
        var endpoints = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(binary.Data, "endpoints.json")))!;
        values["github.event.client_payload.callback_url"] = $"{endpoints["orchestrator"]}/api/v1/callback";
        var step = await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(file)!, "report-results.sh"));
        var result = await ChildProcess.RunAsync(new ChildCommand("bash", ["-e", "-c", Value().Replace(step, match => values[match.Groups["name"].Value])]), null, TestContext.Current.CancellationToken);
        Assert.True(result is { ExitCode: 0 } && result.Output.StartsWith('{'), $"{result.Output}\n{result.Error}");
        return JsonNode.Parse(result.Output)!;
    }

    [GeneratedRegex(@"\$\{\{ (?<name>[^ ]+) \}\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Value();
}
