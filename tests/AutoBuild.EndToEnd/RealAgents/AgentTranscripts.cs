using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoBuild.ScriptedModel;
using AutoBuild.Workspaces;

namespace AutoBuild.EndToEnd.RealAgents;

/// <summary>Captures what the real command lines print when something fails, for the readers' tests: <c>UPDATE_TRANSCRIPTS=1</c>, <c>-explicit on</c>.</summary>
/// <remarks>A file holds standard output, behind it the error output; paths and ports are replaced. What has not ended after 40 s is left out.</remarks>
public sealed class AgentTranscripts
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    // What the provider answers; by a name that says the class.
    private static readonly IReadOnlyDictionary<string, object> Faults = new Dictionary<string, object>
    {
        ["error-400"] = new { fault = "status", status = 400, type = "invalid_request_error", message = "tools.0: that is no tool", times = 50 },
        ["error-401"] = new { fault = "status", status = 401, message = "invalid api key", times = 50 },
        ["error-404"] = new { fault = "status", status = 404, type = "not_found_error", message = "The model does not exist or you do not have access to it.", error = new { code = "model_not_found" }, times = 50 },
        ["error-too-long"] = new { fault = "status", status = 400, type = "invalid_request_error", message = "prompt is too long: 210000 tokens, which exceeds the maximum context length of 200000 tokens", error = new { code = "context_length_exceeded" }, times = 50 },
        ["error-usage-limit"] = new { fault = "status", status = 429, type = "usage_limit_reached", message = "Claude AI usage limit reached|1795320000", error = new { resets_at = 1795320000, plan_type = "plus" }, times = 50 },
        ["error-503"] = new { fault = "status", status = 503, type = "overloaded_error", message = "The model is overloaded. Please try again later.", times = 50 },
        ["error-malformed"] = new { fault = "malformed", times = 50 },
        ["error-cut"] = new { fault = "truncate", text = "A sentence that is cut in its middle.", times = 50 },
        ["error-connection"] = new { text = "never asked" },
        ["session-gone"] = new { text = "never asked" },
    };

    private static readonly Dictionary<string, string[]> Arguments = new Dictionary<string, string[]>
    {
        ["claude"] = ["--print", "--output-format", "stream-json", "--verbose", "--permission-mode", "acceptEdits"],
        ["codex"] = ["exec", "--json", "--dangerously-bypass-approvals-and-sandbox", "--disable", "plugins", "-m", "m1", "-c", "model_provider=\"p\"", "-c", "model_providers.p={name=\"p\",base_url=\"ADDRESS/v1\",wire_api=\"responses\",env_key=\"OPENAI_API_KEY\",request_max_retries=1,stream_max_retries=1}", "-"],
        ["opencode"] = ["run", "--format", "json"],
        ["gemini"] = ["-o", "stream-json", "--approval-mode", "yolo", "-m", "gemini-2.5-pro"],
        ["qwen"] = ["-o", "stream-json", "--approval-mode", "yolo", "--auth-type", "openai"],
    };

    private static readonly Dictionary<string, string[]> Resumed = new Dictionary<string, string[]>
    {
        ["claude"] = ["--resume", "11111111-2222-4333-8444-555555555555"],
        ["codex"] = ["resume", "11111111-2222-4333-8444-555555555555"],
        ["opencode"] = ["-s", "ses_e0313ed75ffeAJGN2wMeptYrNe"],
        ["gemini"] = ["--resume", "11111111-2222-4333-8444-555555555555"],
        ["qwen"] = ["--resume", "11111111-2222-4333-8444-555555555555"],
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task Are_captured_anew()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("UPDATE_TRANSCRIPTS") == "1", "the captured ones are written anew with UPDATE_TRANSCRIPTS=1 only");
        foreach (var (agent, fault) in from agent in AgentProgram.All from fault in Faults.Keys select (agent.Name, fault))
        {
            await CaptureAsync(agent, fault);
        }
    }

    private static async Task CaptureAsync(string agent, string fault)
    {
        var folder = Directory.CreateTempSubdirectory("autobuild-capture-").FullName;
        var step = JsonSerializer.SerializeToNode(Faults[fault])!.AsObject();
        if (agent == "gemini")
        {
            // Its errors have no members of others.
            step.Remove("error");
        }

        await using var model = await ModelServer.StartAsync(new JsonObject { ["steps"] = new JsonArray(step) });
        var address = fault == "error-connection" ? "http://127.0.0.1:9" : model.Address.ToString().TrimEnd('/');

        var result = await RunAsync(agent, fault, folder, address);

        Directory.Delete(folder, recursive: true);
        Assert.SkipUnless(result.End == ChildEnd.Exited, $"It had not ended after {Limit.TotalSeconds} s.");
        var text = $"{result.Output.TrimEnd()}\n{result.Error.Trim()}".Trim() + "\n";
        text = text.Replace($"{folder}/repo", "/jobs/1/repo", StringComparison.Ordinal).Replace(folder, "/jobs/1", StringComparison.Ordinal)
            .Replace(AgentProgram.Folder[..^4], "/agents", StringComparison.Ordinal).Replace(address, "http://127.0.0.1:1", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(Transcripts(), agent, $"{fault}.jsonl"), text, Cancel);
        TestContext.Current.TestOutputHelper?.WriteLine($"{agent}/{fault}: exit code {result.ExitCode}");
    }

    private static async Task<ChildResult> RunAsync(string agent, string fault, string folder, string address)
    {
        var tree = Directory.CreateDirectory(Path.Combine(folder, "repo")).FullName;
        Directory.CreateDirectory(Path.Combine(folder, ".codex"));
        Directory.CreateDirectory(Path.Combine(folder, ".gemini"));
        await File.WriteAllTextAsync(Path.Combine(folder, ".gemini", "settings.json"), """{"security":{"auth":{"selectedType":"gemini-api-key"}},"privacy":{"usageStatisticsEnabled":false}}""", Cancel);
        await Git.ExpectAsync(tree, ["init", "--quiet"], cancellation: Cancel);
        var arguments = Arguments[agent].Select(argument => argument.Replace("ADDRESS", address, StringComparison.Ordinal)).ToList();
        if (fault == "session-gone")
        {
            arguments.InsertRange(agent is "codex" or "opencode" ? 1 : 0, Resumed[agent]);
        }

        return await ChildProcess.RunAsync(
            new ChildCommand(agent, arguments)
            {
                WorkingDirectory = tree,
                Environment = Variables(folder, address),
                StandardInput = Encoding.UTF8.GetBytes("Write the second file."),
                WallLimit = Limit,
                CaptureLimit = 1_000_000,
            },
            null,
            Cancel);
    }

    private static Dictionary<string, string> Variables(string folder, string address) =>
        new Dictionary<string, string>(AgentBench.ForAgents(address))
        {
            ["HOME"] = folder,
            ["TMPDIR"] = folder,
            ["CODEX_HOME"] = Path.Combine(folder, ".codex"),
            ["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"] = "1",
            ["GEMINI_CLI_TRUST_WORKSPACE"] = "true",
            ["OPENCODE_DISABLE_AUTOUPDATE"] = "1",
            ["OPENCODE_DISABLE_MODELS_FETCH"] = "1",
            ["OPENCODE_DISABLE_DEFAULT_PLUGINS"] = "1",
            ["npm_config_offline"] = "true",
        };

    private static string Transcripts([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "AutoBuild.Tests", "Runner", "Transcripts"));
}
