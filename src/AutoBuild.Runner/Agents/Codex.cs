using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Agents;

/// <summary>Starts Codex (0.169).</summary>
internal sealed class Codex : CommandLine
{
    public override string Name => KnownAgents.Codex;

    public override string Program => "codex";

    public override IReadOnlyList<string> Arguments(AgentContext context, string? session) =>
    [
        "exec",
        .. session is null ? [] : new[] { "resume", session },
        "--json", "--dangerously-bypass-approvals-and-sandbox", "--disable", "plugins",
        "-c", "analytics.enabled=false", "-c", "check_for_update_on_startup=false",
        .. Option("-m", context.Agent.Model),
        "-",
    ];

    public override IReadOnlyDictionary<string, string> Environment(AgentContext context) => new Dictionary<string, string>
    {
        ["CODEX_HOME"] = Home(context.Environment["HOME"]),
    };

    // It ends at once where the folder is missing.
    public override void Prepare(string home) => Directory.CreateDirectory(Home(home));

    public override AgentReader Reader() => new CodexReader();

    private static string Home(string home) => Path.Combine(home, ".codex");
}
