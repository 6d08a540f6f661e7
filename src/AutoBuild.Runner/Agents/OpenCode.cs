using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Agents;

/// <summary>Starts OpenCode (1.18).</summary>
/// <remarks>It installs a plugin from npm at each start; offline it goes on without.</remarks>
internal sealed class OpenCode : CommandLine
{
    public override string Name => KnownAgents.OpenCode;

    public override string Program => "opencode";

    public override IReadOnlyList<string> Arguments(AgentContext context, string? session) =>
        ["run", "--format", "json", .. Option("-m", context.Agent.Model), .. Option("-s", session)];

    public override IReadOnlyDictionary<string, string> Environment(AgentContext context) => new Dictionary<string, string>
    {
        ["OPENCODE_DISABLE_AUTOUPDATE"] = "1",
        ["OPENCODE_DISABLE_LSP_DOWNLOAD"] = "1",
        ["OPENCODE_DISABLE_DEFAULT_PLUGINS"] = "1",
        ["OPENCODE_DISABLE_MODELS_FETCH"] = "1",
        ["OPENCODE_PERMISSION"] = """{"*":"allow"}""",
        ["npm_config_offline"] = "true",
    };

    public override AgentReader Reader() => new OpenCodeReader();
}
