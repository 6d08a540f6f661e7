using System.Text.Json.Nodes;
using AutoBuild.Core.Runs;
using AutoBuild.Runner.Qa;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Agents;

/// <summary>Starts Gemini CLI (0.61).</summary>
internal sealed class Gemini : CommandLine
{
    private const string Folder = ".gemini";
    private const string Memory = "autobuild-context.md";
    private const string Policy = "gemini-policy.toml";
    private const string Shell = "run_shell_command";

    private static readonly string[] EditTools = ["write_file", "replace"];
    private static readonly string[] WebTools = ["web_fetch", "google_web_search"];

    public override string Name => KnownAgents.Gemini;

    public override string Program => "gemini";

    public override (string Name, string Version)? Package => ("@google/gemini-cli", "0.61.0");

    public override IReadOnlyList<string> Quiet => ["privacy.usageStatisticsEnabled=false", "general.enableAutoUpdate=false"];

    public override IReadOnlyList<string> Instructions => ["GEMINI.md"];

    public override IReadOnlyList<string> Configuration { get; } =
        [.. new[] { "GEMINI.md", ".env", "trustedFolders.json", "commands", "extensions", "skills", "agents", "policies", "hooks" }.Select(name => $"{Folder}/{name}"), ".env", ".agents"];

    // To skip the question of trust is to read no settings of the tree; to trust it by the variable would read them.
    public override IReadOnlyList<string> Arguments(AgentContext context, string? session) =>
        ["-o", "stream-json", .. Permissions(context), "--skip-trust", .. Option("-m", context.Agent.Model), .. Option("--resume", session)];

    public override void Prepare(AgentContext context)
    {
        var home = context.Environment["HOME"];
        HomeFile.Write(home, $"{Folder}/{Memory}", context.Briefing.Text);
        HomeFile.Write(home, $"{Folder}/settings.json", Settings(context).ToJsonString());
        HomeFile.Write(context.Temp, Policy, Rules(context.Reach));
    }

    public override AgentReader Reader() => new GeminiReader();

    // The order of the command line itself; GOOGLE_API_KEY alone is one of Vertex AI.
    private static string SignIn(AgentContext context) => 0 switch
    {
        var _ when Has(context, "GOOGLE_GENAI_USE_GCA") => "oauth-personal",
        var _ when Has(context, "GOOGLE_GENAI_USE_VERTEXAI") => "vertex-ai",
        var _ when Has(context, "GEMINI_API_KEY") => "gemini-api-key",
        var _ when File.Exists(InHome(context, ".gemini/oauth_creds.json")) => "oauth-personal",
        var _ when Has(context, "GOOGLE_API_KEY") => "vertex-ai",
        var _ => "gemini-api-key",
    };

    public override string? CannotHold(AgentReach reach) => null;

    public override string? CannotUse(McpServer server) => null;

    // What a mode would ask about is refused, since nobody is there to be asked.
    private static IEnumerable<string> Permissions(AgentContext context)
    {
        var may = context.Reach;
        var mode = may is { Edits: true, Shell: true, Web: true } ? "yolo" : may.Edits ? "auto_edit" : "default";
        return ["--approval-mode", mode, .. may.IsFull ? [] : new[] { "--policy", Path.Combine(context.Temp, Policy) }];
    }

    private static string Rules(AgentReach may)
    {
        IEnumerable<string> rules = [
            .. WebTools.Select(tool => Rule(tool, null, may.Web, 1)),
            .. EditTools.Select(tool => Rule(tool, null, may.Edits, 1)),
            Rule(Shell, null, may.Shell, 1),
            .. may.Commands.Select(beginning => Rule(Shell, beginning, true, 2)),
            .. may.Forbidden.Select(beginning => Rule(Shell, beginning, false, 3)),
        ];
        return string.Join('\n', rules);
    }

    private static string Rule(string tool, string? beginning, bool allow, int priority) =>
        $"[[rule]]\ntoolName = \"{tool}\"\n{(beginning is null ? "" : $"commandPrefix = \"{beginning}\"\n")}decision = \"{(allow ? "allow" : "deny")}\"\npriority = {900 + priority}\n";

    private static JsonObject Settings(AgentContext context) => new()
    {
        // Without a chosen way to sign in it ends with 41. To check the way it would read .gemini/.env of the tree, which could name
        // another address for the key to go to.
        ["security"] = new JsonObject { ["auth"] = new JsonObject { ["selectedType"] = SignIn(context), ["useExternal"] = true } },
        ["privacy"] = new JsonObject { ["usageStatisticsEnabled"] = false },
        // The queue waits better than the command line does: its own ten tries take five minutes.
        ["general"] = new JsonObject { ["enableAutoUpdate"] = false, ["maxAttempts"] = 4 },
        ["hooksConfig"] = new JsonObject { ["enabled"] = false },
        ["skills"] = new JsonObject { ["enabled"] = false },
        ["advanced"] = new JsonObject { ["ignoreLocalEnv"] = true },
        ["context"] = new JsonObject { ["fileName"] = new JsonArray(Memory) },
        ["mcpServers"] = McpForms.Gemini(context.Servers),
        ["model"] = new JsonObject { ["maxSessionTurns"] = context.Agent.MaxTurns },
    };
}
