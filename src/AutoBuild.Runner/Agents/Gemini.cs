using System.Text;
using AutoBuild.Core.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Agents;

/// <summary>Starts Gemini CLI (0.61).</summary>
internal sealed class Gemini : CommandLine
{
    public override string Name => KnownAgents.Gemini;

    public override string Program => "gemini";

    public override IReadOnlyList<string> Arguments(AgentContext context, string? session) =>
        ["-o", "stream-json", "--approval-mode", "yolo", .. Option("-m", context.Agent.Model), .. Option("--resume", session)];

    public override IReadOnlyDictionary<string, string> Environment(AgentContext context) =>
        new Dictionary<string, string> { ["GEMINI_CLI_TRUST_WORKSPACE"] = "true" };

    // Without a chosen way to sign in it ends with 41.
    public override void Prepare(AgentContext context) => HomeFile.Write(context.Environment["HOME"], ".gemini/settings.json", Encoding.UTF8.GetBytes(
        $$$"""{"security":{"auth":{"selectedType":"{{{SignIn(context)}}}"}},"privacy":{"usageStatisticsEnabled":false},"general":{"disableAutoUpdate":true}}"""));

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
}
