using System.Text.Json;
using System.Text.Json.Nodes;
using AutoBuild.ScriptedModel;

namespace AutoBuild.EndToEnd.RealAgents;

/// <summary>Is a real server that starts the real command lines, which talk to a scripted model.</summary>
internal sealed class AgentBench : IAsyncDisposable
{
    /// <summary>The agents' own key.</summary>
    public const string Key = "key-canary-5f1d0a";

    /// <summary>Stands in the environment of the server alone.</summary>
    public const string Canary = "canary-of-the-server-77ac";

    private const string Configuration = """
        queue:
          retry_attempts: 1
          retry_base: 100ms
          retry_cap: 1s
          sweep: 500ms
        agents:
          max_turns: 12
          logins: [.codex/config.toml]
          allowed_environment: [OPENCODE_CONFIG_CONTENT, CLAUDE_CODE_MAX_RETRIES]

        """;

    private AgentBench(Binary binary, ModelServer model, string repository, string more)
    {
        (Binary, Model, Repository) = (binary, model, repository);
        Furnish();
        Server = new KilledServer(binary, Configuration + more);
    }

    public Binary Binary { get; }

    public ModelServer Model { get; }

    public KilledServer Server { get; }

    public string Repository { get; }

    /// <param name="more">Lines of configuration behind the usual ones, within <c>agents</c> or as sections of their own.</param>
    public static async Task<AgentBench> StartAsync(string more = "")
    {
        var binary = new Binary();
        var model = await ModelServer.StartAsync(new JsonObject { ["sessions"] = new JsonObject { ["default"] = new JsonObject() } });
        return new AgentBench(binary, model, await EndToEnd.Repository.CreateAsync(binary.Folder), more);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Model.DisposeAsync();
        await Binary.DisposeAsync();
    }

    /// <summary>What a user would have set up: keys and addresses; for OpenCode a provider of its own.</summary>
    internal static Dictionary<string, string> ForAgents(string address) => new()
    {
        ["PATH"] = $"{AgentProgram.Folder}:{Environment.GetEnvironmentVariable("PATH")}",
        ["ANTHROPIC_API_KEY"] = Key,
        ["OPENAI_API_KEY"] = Key,
        ["GEMINI_API_KEY"] = Key,
        ["ANTHROPIC_BASE_URL"] = address,
        ["OPENAI_BASE_URL"] = $"{address}/v1",
        ["GOOGLE_GEMINI_BASE_URL"] = address,
        ["OPENAI_MODEL"] = "m1",
        // Without a model it asks one which to take.
        ["GEMINI_MODEL"] = "gemini-2.5-pro",
        ["CLAUDE_CODE_MAX_RETRIES"] = "2",
        ["OPENCODE_CONFIG_CONTENT"] = OpenCode($"{address}/v1"),
    };

    private void Furnish()
    {
        foreach (var (name, value) in ForAgents(Model.Address.ToString().TrimEnd('/')))
        {
            Binary.Variables[name] = value;
        }

        Binary.Variables["DEPLOY_TOKEN"] = Canary;
        // A model that Codex knows gets one tool, which takes programs.
        Directory.CreateDirectory(Path.Combine(Binary.Folder, ".codex"));
        File.WriteAllText(Path.Combine(Binary.Folder, ".codex", "config.toml"), "model = \"m1\"\n");
    }

    private static string OpenCode(string address)
    {
        var provider = new
        {
            npm = "@ai-sdk/openai-compatible",
            options = new { baseURL = address, apiKey = Key },
            models = new { m1 = new { limit = new { context = 100_000, output = 8_000 } } },
        };
        return JsonSerializer.Serialize(new
        {
            model = "scripted/m1",
            small_model = "scripted/m1",
            enabled_providers = new[] { "scripted" },
            share = "disabled",
            autoupdate = false,
            provider = new { scripted = provider },
        });
    }
}
