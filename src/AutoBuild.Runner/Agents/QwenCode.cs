using System.Globalization;
using System.Text.Json.Nodes;
using AutoBuild.Core.Runs;
using AutoBuild.Runner.Qa;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Agents;

/// <summary>Starts Qwen Code (0.15), which prints what Claude Code prints.</summary>
/// <remarks>
/// Only of a folder that it doesn't trust does it read no settings, servers and <c>.env</c> (which could name another address for the key
/// to go to). There it has no mode that allows everything, so the tools are named.
/// </remarks>
internal sealed class QwenCode : CommandLine
{
    private const string Folder = ".qwen";
    private const string Memory = "autobuild-context.md";
    private const string Shell = "run_shell_command";

    // Skills are read from the tree.
    private const string Skills = "skill";

    private static readonly string[] ReadTools = ["agent"];
    private static readonly string[] EditTools = ["write_file", "edit"];
    private static readonly string[] WebTools = ["web_fetch", "web_search"];

    public override string Name => KnownAgents.Qwen;

    public override string Program => "qwen";

    public override (string Name, string Version)? Package => ("@qwen-code/qwen-code", "0.15.10");

    public override IReadOnlyList<string> Instructions => ["QWEN.md", "AGENTS.md"];

    public override IReadOnlyList<string> Configuration { get; } =
        [.. new[] { ".env", "commands", "extensions", "skills", "agents", "rules", "hooks" }.Select(name => $"{Folder}/{name}"), ".env", ".agents"];

    public override IReadOnlyList<string> Arguments(AgentContext context, string? session) =>
    [
        "-o", "stream-json", "--approval-mode", "default", .. Permissions(context.Reach), "--auth-type", SignIn(context),
        "--max-session-turns", context.Agent.MaxTurns.ToString(CultureInfo.InvariantCulture),
        .. Option("-m", context.Agent.Model),
        .. Option("--resume", session),
    ];

    public override string? CannotHold(AgentReach reach) => null;

    public override string? CannotUse(McpServer server) => "it starts no server in a folder that it doesn't trust, and it is told to trust none";

    public override void Prepare(AgentContext context)
    {
        var home = context.Environment["HOME"];
        HomeFile.Write(home, $"{Folder}/{Memory}", context.Briefing.Text);
        HomeFile.Write(home, $"{Folder}/trustedFolders.json", new JsonObject { [context.Tree] = "DO_NOT_TRUST" }.ToJsonString());
        HomeFile.Write(home, $"{Folder}/settings.json", new JsonObject
        {
            ["security"] = new JsonObject { ["folderTrust"] = new JsonObject { ["enabled"] = true } },
            ["disableAllHooks"] = true,
            // Its own seven tries take a minute; each would be four of its client's.
            ["model"] = new JsonObject { ["generationConfig"] = new JsonObject { ["maxRetries"] = 0 } },
            ["context"] = new JsonObject { ["fileName"] = new JsonArray(Memory) },
        }.ToJsonString());
    }

    public override AgentReader Reader() => new ClaudeReader();

    private static IEnumerable<string> Permissions(AgentReach may)
    {
        string[] allowed = [.. ReadTools, .. may.Edits ? EditTools : [], .. may.Shell ? [Shell] : may.Commands.Select(Command), .. may.Web ? WebTools : []];
        string[] denied = [Skills, .. may.Edits ? [] : EditTools, .. may.Shell || may.Commands.Count > 0 ? [] : new[] { Shell }, .. may.Forbidden.Select(Command), .. may.Web ? [] : WebTools];
        return ["--allowed-tools", string.Join(',', allowed), "--exclude-tools", string.Join(',', denied)];
    }

    private static string Command(string beginning) => $"{Shell}({beginning})";

    private static string SignIn(AgentContext context) => !Has(context, "OPENAI_API_KEY") && File.Exists(InHome(context, ".qwen/oauth_creds.json")) ? "qwen-oauth" : "openai";
}
