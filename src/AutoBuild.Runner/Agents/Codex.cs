using System.Text.Json;
using AutoBuild.Core.Runs;
using AutoBuild.Runner.Qa;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Agents;

/// <summary>Starts Codex (0.169).</summary>
/// <remarks>Of the variables it reads neither OPENAI_API_KEY nor OPENAI_BASE_URL by itself, so they are handed on as what it reads.</remarks>
internal sealed class Codex : CommandLine
{
    private const string Folder = ".codex";
    private const string Key = "CODEX_API_KEY";
    private const string OpenAiKey = "OPENAI_API_KEY";
    private const string BaseUrl = "OPENAI_BASE_URL";

    public override string Name => KnownAgents.Codex;

    public override string Program => "codex";

    public override (string Name, string Version)? Package => ("@openai/codex", "0.169.0");

    public override IReadOnlyList<string> Quiet => ["--disable plugins", "-c analytics.enabled=false", "-c check_for_update_on_startup=false"];

    public override IReadOnlyList<string> Instructions => ["AGENTS.override.md", "AGENTS.md"];

    public override IReadOnlyList<string> Configuration { get; } =
        [.. new[] { "config.toml", "AGENTS.md", "AGENTS.override.md", "hooks.json", "hooks", "rules", "prompts", "skills", "plugins", "agents", "environments" }.Select(name => $"{Folder}/{name}"), ".agents"];

    public override IReadOnlyList<string> Arguments(AgentContext context, string? session) =>
    [
        "exec",
        .. session is null ? [] : new[] { "resume", session },
        "--json", "--dangerously-bypass-approvals-and-sandbox", "--disable", "plugins",
        "-c", "analytics.enabled=false", "-c", "check_for_update_on_startup=false",
        // Neither the tree's instructions and skills nor its settings, hooks and servers; in one table, since a dotted key loses to a file.
        "-c", "project_doc_max_bytes=0", "-c", "skills.include_instructions=false", "-c", $"projects={{{JsonSerializer.Serialize(context.Tree)}={{trust_level=\"untrusted\"}}}}",
        // What its commands don't need, they don't get; they could still find it.
        "-c", $"shell_environment_policy={{exclude=[\"{Key}\",\"{OpenAiKey}\"]}}",
        .. McpForms.Codex(context.Servers),
        .. context.Reach.Web ? [] : new[] { "-c", "web_search=\"disabled\"" },
        .. Option("-m", context.Agent.Model),
        .. Has(context, BaseUrl) ? Provider(context) : [],
        "-",
    ];

    public override IReadOnlyDictionary<string, string> Environment(AgentContext context)
    {
        var environment = new Dictionary<string, string> { ["CODEX_HOME"] = InHome(context, Folder) };
        if (TakesKey(context) && !Has(context, Key))
        {
            environment[Key] = context.Environment[OpenAiKey];
        }
        return environment;
    }

    // Instructions of its own have no bound, while an argument may have 128 KiB. It ends at once where the folder is missing.
    public override void Prepare(AgentContext context)
    {
        var home = context.Environment["HOME"];
        HomeFile.Write(home, $"{Folder}/AGENTS.md", context.Briefing.Text);
        if (context.Reach.Forbidden is { Count: > 0 } forbidden)
        {
            HomeFile.Write(home, $"{Folder}/rules/default.rules", string.Concat(forbidden.Select(Rule)));
        }
    }

    // Its shell is what it reads and changes files with, and its sandbox (bubblewrap) can't be made within ours.
    public override string? CannotHold(AgentReach reach) =>
        reach is { Edits: true, Shell: true } ? null : "it does everything by commands, and its own sandbox for them can't be made behind the walls of a run";

    public override string? CannotUse(McpServer server) => McpForms.CodexCan(server) ? null : "it hands a secret on under its own name, as a header or as 'Bearer', and in no other form";

    public override AgentReader Reader() => new CodexReader();

    private static string Rule(string beginning) => $"prefix_rule(pattern={JsonSerializer.Serialize(beginning.Split(' '))}, decision=\"forbidden\")\n";

    // A login goes before a key that many people have exported for other programs; a key of its own goes before the login.
    private static bool TakesKey(AgentContext context) => Has(context, Key) || (Has(context, OpenAiKey) && !File.Exists(InHome(context, Path.Combine(Folder, "auth.json"))));

    // A provider of another name, because it tries web sockets for many seconds with its own.
    private static string[] Provider(AgentContext context)
    {
        var signIn = TakesKey(context) ? $"env_key=\"{Key}\"" : "requires_openai_auth=true";
        return ["-c", "model_provider=\"gateway\"", "-c", $"model_providers.gateway={{name=\"gateway\",base_url={JsonSerializer.Serialize(context.Environment[BaseUrl])},wire_api=\"responses\",{signIn}}}"];
    }
}
