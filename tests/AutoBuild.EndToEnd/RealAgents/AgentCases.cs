using System.Globalization;
using System.Text.Json.Nodes;
using AutoBuild.Workspaces;

namespace AutoBuild.EndToEnd.RealAgents;

/// <summary>Tries work, and the faults of providers.</summary>
internal static class AgentCases
{
    private const string Good = "Two.\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task EditAndLandAsync(AgentTrial trial)
    {
        trial.Script(trial.Write("second.txt", Good), new { text = "All is DONE.", usage = new { input = 2100, output = 70 } });

        var job = await trial.RunAsync(landing: "auto");

        await trial.ExpectAsync(job, "completed", null);
        Assert.Equal("landed", (string?)(await trial.LandedAsync())["state"]);
        Assert.True((long)job["usage"]!["input_tokens"]! >= 2100, job["usage"]!.ToJsonString());
        Assert.Contains(await trial.EventsAsync((string)job["id"]!), one => ((string?)one["text"])?.Contains("All is DONE.", StringComparison.Ordinal) == true);
    }

    public static async Task RateLimitThenSuccessAsync(AgentTrial trial)
    {
        trial.Script(new { fault = "status", status = 429, retry_after = 1 }, trial.Write("second.txt", Good), new { text = "DONE." });

        await trial.ExpectAsync(await trial.RunAsync(), "completed", null);
        Assert.True(trial.Asked.Count >= 3, $"{trial.Asked.Count} requests");
    }

    public static async Task OverloadAsync(AgentTrial trial)
    {
        trial.Script(new { fault = "status", status = 529, message = "Overloaded", times = 500 });

        var job = await WaitingAsync(trial);

        Assert.Equal("agent_provider_overloaded", (string?)job["error_code"]);
        await trial.Server.DeleteAsync($"jobs/{job["id"]}");
    }

    public static async Task UnauthorizedAsync(AgentTrial trial)
    {
        trial.Script(new { fault = "status", status = 401, message = "invalid api key", times = 500 });

        await trial.ExpectAsync(await trial.RunAsync(), "failed", "agent_not_signed_in");
    }

    /// <summary>It counts as a fault of the moment: the next attempt goes well.</summary>
    public static async Task MalformedAsync(AgentTrial trial)
    {
        trial.Script(new { fault = "malformed" }, trial.Write("second.txt", Good), new { text = "DONE." });

        var job = await trial.RunAsync();

        await trial.ExpectAsync(job, "completed", null, attempts: job["attempts"]!.AsArray().Count);
        Assert.InRange(job["attempts"]!.AsArray().Count, 1, 2);
    }

    public static async Task StreamCutAsync(AgentTrial trial)
    {
        trial.Script(new { fault = "truncate", text = "I begin with a long sentence that breaks off." }, trial.Write("second.txt", Good), new { text = "DONE." });

        var job = await trial.RunAsync();

        await trial.ExpectAsync(job, "completed", null, attempts: job["attempts"]!.AsArray().Count);
        Assert.InRange(job["attempts"]!.AsArray().Count, 1, 2);
    }

    public static async Task MaxTurnsAsync(AgentTrial trial)
    {
        trial.Script([.. Enumerable.Range(0, 40).Select(number => trial.Shell($"echo {number}"))]);

        await trial.ExpectAsync(await trial.RunAsync(), "failed", "agent_max_turns");
        Assert.InRange(trial.Asked.Count, 8, 16);
    }

    public static async Task FixLoopAsync(AgentTrial trial)
    {
        trial.Script(trial.Write("second.txt", "Two\n"), new { text = "Written." }, trial.Write("third.txt", "Three.\n"), trial.Shell("echo 'Two.' > second.txt"), new { text = "Mended." });

        var job = await trial.RunAsync();

        await trial.ExpectAsync(job, "completed", null);
        Assert.Equal((2, "passed"), ((int)job["qa_rounds"]!, (string?)job["qa"]!["verdict"]));
        var mending = trial.Asked.First(one => one.Step == 2);
        Assert.Contains("second.txt has no full stop", mending.Text, StringComparison.Ordinal);
        // The same conversation: what it said before is part of the request.
        Assert.Contains("Written.", mending.Text, StringComparison.Ordinal);
    }

    /// <summary>The job waits for the hour that the provider names, and loses no try by it.</summary>
    public static async Task QuotaAsync(AgentTrial trial)
    {
        var reset = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 3600);
        // Codex makes its own words of the number, the others pass those of the provider on.
        var error = new { resets_at = reset.ToUnixTimeSeconds(), plan_type = "plus" };
        trial.Script(new { fault = "status", status = 429, type = "usage_limit_reached", message = $"usage limit reached|{reset.ToUnixTimeSeconds()}", error, times = 500 });

        var job = await WaitingAsync(trial);

        Assert.Equal(("rate_limit", "quota"), ((string?)job["queued_reason"], (string?)job["error_code"]));
        Assert.InRange(DateTimeOffset.Parse((string)job["retry_at"]!, CultureInfo.InvariantCulture), reset.AddMinutes(-2), reset.AddMinutes(2));
        await trial.Server.DeleteAsync($"jobs/{job["id"]}");
    }

    private static async Task<JsonNode> WaitingAsync(AgentTrial trial) =>
        await trial.UntilAsync(await trial.SubmitAsync(), found => found["retry_at"] is not null);

    /// <summary>A rule takes the command away that it wants, and it has changed nothing; where its command line tells of that, a person is asked.</summary>
    public static async Task RefusedAsync(AgentTrial trial)
    {
        trial.Script(trial.Shell("git push origin main"), new { text = "I could not." });

        var job = await trial.RunAsync();

        AgentProgram[] tell = [AgentProgram.Claude, AgentProgram.OpenCode, AgentProgram.Qwen];
        await trial.ExpectAsync(job, "failed", tell.Contains(trial.Agent) ? "agent_permission_denied" : "no_changes");
    }

    /// <summary>Held to reading, it can't write.</summary>
    public static async Task ReadingAsync(AgentTrial trial)
    {
        trial.Script(trial.Write("second.txt", Good), new { text = "I could not." });

        // Qwen Code calls it a refusal; the others don't know the tool.
        await trial.ExpectAsync(await trial.RunAsync(), "failed", trial.Agent == AgentProgram.Qwen ? "agent_permission_denied" : "no_changes");
    }

    /// <summary>Our own limit ends it, each time that it is tried.</summary>
    public static async Task SilentAsync(AgentTrial trial)
    {
        trial.Script(new { fault = "hang", after = "partial", seconds = 600, text = "I begin, and then nothing follows.", times = 10 });

        var job = await trial.RunAsync();

        await trial.ExpectAsync(job, "failed", "timeout", attempts: 2);
        Assert.Empty(ProcessSweep.Find((string)job["id"]!));
    }

    /// <summary>A job may cost a dollar, and its second answer costs more: what was done till then is kept.</summary>
    public static async Task BudgetAsync(AgentTrial trial)
    {
        trial.Script(trial.Write("second.txt", Good), new { tool = "Bash", input = new { command = "echo more" }, usage = new { input = 400_000, output = 10 } }, trial.Shell("sleep 600"), new { text = "DONE." });

        var job = await trial.EndedAsync(await trial.SubmitAsync(budget: 1));

        await trial.ExpectAsync(job, "failed", "agent_budget");
        Assert.Equal(["second.txt"], job["changed_files"]!.AsArray().Select(file => (string)file!));
    }

    /// <summary>It asks, ends, and goes on in its session with the answer of a person, whenever that comes.</summary>
    public static async Task QuestionAsync(AgentTrial trial)
    {
        trial.Script(new { text = "I have looked.\n\nNEEDS INPUT: Two or three?" });

        var asked = await trial.RunAsync();
        await trial.ExpectAsync(asked, "completed", "needs_input");
        Assert.Contains("Two or three?", (string?)asked["question"], StringComparison.Ordinal);
        var before = trial.Asked.Count;
        trial.Script(trial.Write("second.txt", Good), new { text = "DONE." });
        var job = await trial.EndedAsync(await trial.SayAsync((string)asked["id"]!, "Two, please."));

        await trial.ExpectAsync(job, "completed", null);
        Assert.Equal((string?)asked["session_id"], (string?)job["session_id"]);
        var answered = trial.Asked[before];
        Assert.Contains("Two, please.", answered.Text, StringComparison.Ordinal);
        Assert.Contains("I have looked.", answered.Text, StringComparison.Ordinal);
    }

    /// <summary>Four of Claude Code and two of Codex at once, in one repository.</summary>
    public static async Task SixAsync(AgentTrial trial)
    {
        AgentProgram[] agents = [trial.Agent, trial.Agent, trial.Agent, trial.Agent, AgentProgram.Codex, AgentProgram.Codex];
        AgentProgram.Codex.Require();
        var trials = agents.Select(agent => new AgentTrial(trial.Bench, agent)).ToList();
        foreach (var (number, one) in trials.Index())
        {
            one.Script(one.Write($"made-{number}.txt", $"Number {number}.\n"), one.Shell("sleep 2"), new { text = "DONE." });
        }

        var jobs = await Task.WhenAll(trials.Select(one => one.RunAsync(landing: "auto")));

        Assert.All(jobs, job => Assert.Equal(("completed", 1), ((string?)job["status"], job["attempts"]!.AsArray().Count)));
        Assert.All(jobs.Index(), job => Assert.Equal([$"made-{job.Index}.txt"], job.Item["changed_files"]!.AsArray().Select(file => (string)file!)));
        Assert.All(await Task.WhenAll(trials.Select(one => one.LandedAsync())), landing => Assert.Equal("landed", (string?)landing["state"]));
    }
}
