using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Agents;

/// <summary>Starts Gemini CLI (0.61).</summary>
internal sealed class Gemini : CommandLine
{
    private const string Settings = """{"security":{"auth":{"selectedType":"gemini-api-key"}},"privacy":{"usageStatisticsEnabled":false},"general":{"disableAutoUpdate":true}}""";

    public override string Name => KnownAgents.Gemini;

    public override string Program => "gemini";

    public override IReadOnlyList<string> Arguments(AgentContext context, string? session) =>
        ["-o", "stream-json", "--approval-mode", "yolo", .. Option("-m", context.Agent.Model), .. Option("--resume", session)];

    public override IReadOnlyDictionary<string, string> Environment(AgentContext context) =>
        new Dictionary<string, string> { ["GEMINI_CLI_TRUST_WORKSPACE"] = "true" };

    // Without a chosen way to sign in it ends with 41.
    public override void Prepare(string home) => WriteOnce(Path.Combine(home, ".gemini", "settings.json"), Settings);

    public override AgentReader Reader() => new GeminiReader();
}
