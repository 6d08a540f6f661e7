using System.Text.Json.Nodes;
using AutoBuild.Core.Runs;
using AutoBuild.Runner.Qa;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Agents;

/// <summary>Starts OpenCode (1.18).</summary>
/// <remarks>It installs a plugin from npm at each start; offline it goes on without.</remarks>
internal sealed class OpenCode : CommandLine
{
    private const string Settings = "opencode.json";
    private const string Allow = "allow";
    private const string Deny = "deny";

    private static readonly string[] ReadTools = ["read", "glob", "grep", "list", "todowrite", "todoread", "task"];

    public override string Name => KnownAgents.OpenCode;

    public override string Program => "opencode";

    public override (string Name, string Version)? Package => ("opencode-ai", "1.18.33");

    public override IReadOnlyList<string> Quiet => ["OPENCODE_DISABLE_AUTOUPDATE=1", "OPENCODE_DISABLE_MODELS_FETCH=1", "OPENCODE_DISABLE_LSP_DOWNLOAD=1", "OPENCODE_DISABLE_DEFAULT_PLUGINS=1", "npm_config_offline=true"];

    public override IReadOnlyList<string> Instructions => ["AGENTS.md", "CLAUDE.md"];

    public override IReadOnlyList<string> Configuration => [".config/opencode", ".opencode", ".claude", ".agents"];

    public override IReadOnlyList<string> Arguments(AgentContext context, string? session) =>
        ["run", "--format", "json", .. Option("-m", context.Agent.Model), .. Option("-s", session)];

    public override IReadOnlyDictionary<string, string> Environment(AgentContext context) => new Dictionary<string, string>
    {
        ["OPENCODE_DISABLE_AUTOUPDATE"] = "1",
        ["OPENCODE_DISABLE_LSP_DOWNLOAD"] = "1",
        ["OPENCODE_DISABLE_DEFAULT_PLUGINS"] = "1",
        ["OPENCODE_DISABLE_MODELS_FETCH"] = "1",
        // Neither the tree's settings, plugins and instructions nor another agent's.
        ["OPENCODE_DISABLE_PROJECT_CONFIG"] = "1",
        ["OPENCODE_DISABLE_CLAUDE_CODE"] = "1",
        ["OPENCODE_DISABLE_EXTERNAL_SKILLS"] = "1",
        ["OPENCODE_CONFIG"] = Path.Combine(context.Temp, Settings),
        ["OPENCODE_PERMISSION"] = Permissions(context.Reach, context.Servers).ToJsonString(),
        ["npm_config_offline"] = "true",
    };

    public override string? CannotHold(AgentReach reach) => null;

    public override string? CannotUse(McpServer server) => null;

    public override void Prepare(AgentContext context) =>
        HomeFile.Write(context.Temp, Settings, new JsonObject { ["instructions"] = new JsonArray(context.Briefing.File), ["mcp"] = McpForms.OpenCode(context.Servers) }.ToJsonString());

    public override AgentReader Reader() => new OpenCodeReader();

    // The last one that fits decides.
    private static JsonObject Permissions(AgentReach may, IReadOnlyList<McpServer> servers)
    {
        var permissions = new JsonObject { ["*"] = may is { Edits: true, Shell: true } ? Allow : Deny };
        foreach (var tool in ReadTools.Concat(servers.Select(server => $"{server.Name}_*")))
        {
            permissions[tool] = Allow;
        }
        permissions["edit"] = may.Edits ? Allow : Deny;
        permissions["webfetch"] = may.Web ? Allow : Deny;
        permissions["websearch"] = may.Web ? Allow : Deny;
        permissions["bash"] = Commands(may);
        return permissions;
    }

    private static JsonNode Commands(AgentReach may)
    {
        var commands = new JsonObject { ["*"] = may.Shell ? Allow : Deny };
        foreach (var (beginning, verdict) in may.Commands.Select(one => (one, Allow)).Concat(may.Forbidden.Select(one => (one, Deny))))
        {
            commands[beginning] = verdict;
            commands[beginning + " *"] = verdict;
        }
        return commands.Count == 1 ? may.Shell ? Allow : Deny : commands;
    }
}
