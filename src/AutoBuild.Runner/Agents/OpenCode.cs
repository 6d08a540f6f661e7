using System.Text.Json.Nodes;
using AutoBuild.Core.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Agents;

/// <summary>Starts OpenCode (1.18).</summary>
/// <remarks>It installs a plugin from npm at each start; offline it goes on without.</remarks>
internal sealed class OpenCode : CommandLine
{
    private const string Settings = "opencode.json";

    public override string Name => KnownAgents.OpenCode;

    public override string Program => "opencode";

    public override (string Name, string Version) Package => ("opencode-ai", "1.18.33");

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
        ["OPENCODE_PERMISSION"] = """{"*":"allow"}""",
        ["npm_config_offline"] = "true",
    };

    public override void Prepare(AgentContext context) =>
        HomeFile.Write(context.Temp, Settings, new JsonObject { ["instructions"] = new JsonArray(context.Briefing.File) }.ToJsonString());

    public override AgentReader Reader() => new OpenCodeReader();
}
