using System.Globalization;
using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Agents;

/// <summary>Starts Claude Code (2.1).</summary>
/// <remarks>As root it refuses to skip permissions, so edits are accepted and the tools it may use are named.</remarks>
internal sealed class ClaudeCode : CommandLine
{
    private const string Tools = "Bash,Edit,MultiEdit,NotebookEdit,Read,Write,Glob,Grep,TodoWrite,Task,WebFetch,WebSearch";

    public override string Name => KnownAgents.Claude;

    public override string Program => "claude";

    public override IReadOnlyList<string> Arguments(AgentContext context, string? session) =>
    [
        "--print", "--output-format", "stream-json", "--verbose",
        "--permission-mode", "acceptEdits", "--allowedTools", Tools,
        "--max-turns", context.Agent.MaxTurns.ToString(CultureInfo.InvariantCulture),
        .. Option("--model", context.Agent.Model),
        .. Option("--resume", session),
        "--strict-mcp-config",
    ];

    public override IReadOnlyDictionary<string, string> Environment(AgentContext context) => new Dictionary<string, string>
    {
        ["CLAUDE_CONFIG_DIR"] = Path.Combine(context.Environment["HOME"], ".claude"),
        ["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"] = "1",
        ["DISABLE_AUTOUPDATER"] = "1",
        // The queue waits better than the command line does: ten tries take three minutes.
        ["CLAUDE_CODE_MAX_RETRIES"] = "4",
    };

    public override AgentReader Reader() => new ClaudeReader();
}
