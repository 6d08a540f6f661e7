using System.Globalization;
using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Agents;

/// <summary>Starts Qwen Code (0.15), which prints what Claude Code prints.</summary>
internal sealed class QwenCode : CommandLine
{
    public override string Name => KnownAgents.Qwen;

    public override string Program => "qwen";

    public override IReadOnlyList<string> Arguments(AgentContext context, string? session) =>
    [
        "-o", "stream-json", "--approval-mode", "yolo", "--auth-type", SignIn(context),
        "--max-session-turns", context.Agent.MaxTurns.ToString(CultureInfo.InvariantCulture),
        .. Option("-m", context.Agent.Model),
        .. Option("--resume", session),
    ];

    public override AgentReader Reader() => new ClaudeReader();

    private static string SignIn(AgentContext context) => !Has(context, "OPENAI_API_KEY") && File.Exists(InHome(context, ".qwen/oauth_creds.json")) ? "qwen-oauth" : "openai";
}
