using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoBuild.Core.Runs;
using AutoBuild.Runner.Qa;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Agents;

/// <summary>Starts Claude Code (2.1).</summary>
/// <remarks>
/// As root it refuses to skip permissions, so edits are accepted and the tools it may use are named. It reads messages as long as its standard
/// input is open, each in the midst of its work, and prints again each that it takes.
/// </remarks>
internal sealed class ClaudeCode : CommandLine
{
    private const string Servers = "claude-mcp.json";
    private const string Rules = "claude-settings.json";

    private static readonly string[] ReadTools = ["Read", "Glob", "Grep", "TodoWrite", "Task"];
    private static readonly string[] EditTools = ["Edit", "MultiEdit", "NotebookEdit", "Write"];
    private static readonly string[] WebTools = ["WebFetch", "WebSearch"];

    public override string Name => KnownAgents.Claude;

    public override string Program => "claude";

    public override (string Name, string Version)? Package => ("@anthropic-ai/claude-code", "2.1.197");

    public override IReadOnlyList<string> Quiet => ["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1", "DISABLE_AUTOUPDATER=1"];

    public override IReadOnlyList<string> Instructions => ["CLAUDE.md", ".claude/CLAUDE.md"];

    public override IReadOnlyList<string> Arguments(AgentContext context, string? session) =>
    [
        "--print", "--output-format", "stream-json", "--verbose", "--input-format", "stream-json", "--replay-user-messages",
        .. Permissions(context.Reach, context.Servers),
        "--max-turns", context.Agent.MaxTurns.ToString(CultureInfo.InvariantCulture),
        .. Option("--max-budget-usd", context.Allowance.LeftUsd?.ToString("0.######", CultureInfo.InvariantCulture)),
        .. Option("--model", context.Agent.Model),
        .. Option("--resume", session),
        "--append-system-prompt-file", context.Briefing.File,
        // Neither the tree's settings, hooks, commands and instructions nor those of a HOME that an earlier turn could write.
        "--setting-sources=", "--strict-mcp-config",
        .. context.Servers.Count == 0 ? [] : new[] { "--mcp-config", Path.Combine(context.Temp, Servers) },
        .. context.Forbidden.Count == 0 ? [] : new[] { "--settings", Path.Combine(context.Temp, Rules) },
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

    public override Func<string, byte[]> Message => Line;

    public override string? CannotHold(AgentReach reach) => null;

    public override string? CannotUse(McpServer server) => null;

    public override async Task<ProjectSettings> SettingsAsync(Func<string, Task<string?>> read, IReadOnlySet<string> secrets) =>
        ProjectSettings.OfClaude(await read(".mcp.json"), await read(".claude/settings.json"), secrets);

    public override void Prepare(AgentContext context)
    {
        JsonArray forbidden = [.. context.Forbidden.Select(rule => (JsonNode)rule)];
        HomeFile.Write(context.Temp, Servers, new JsonObject { ["mcpServers"] = McpForms.Claude(context.Servers) }.ToJsonString());
        HomeFile.Write(context.Temp, Rules, new JsonObject { ["permissions"] = new JsonObject { ["deny"] = forbidden } }.ToJsonString());
    }

    private static IEnumerable<string> Permissions(AgentReach may, IReadOnlyList<McpServer> servers)
    {
        string[] allowed = [.. ReadTools, .. may.Edits ? EditTools : [], .. may.Shell ? ["Bash"] : may.Commands.Select(Command), .. may.Web ? WebTools : [], .. servers.Select(server => $"mcp__{server.Name}")];
        string[] denied = [.. may.Edits ? [] : EditTools, .. may.Shell || may.Commands.Count > 0 ? [] : new[] { "Bash" }, .. may.Forbidden.Select(Command), .. may.Web ? [] : WebTools];
        return ["--permission-mode", may.Edits ? "acceptEdits" : "dontAsk", "--allowedTools", string.Join(',', allowed), .. denied.Length == 0 ? [] : new[] { "--disallowedTools", string.Join(',', denied) }];
    }

    private static string Command(string beginning) => $"Bash({beginning}:*)";

    private static byte[] Line(string text)
    {
        var line = new ArrayBufferWriter<byte>(text.Length + 128);
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("type", "user");
            json.WriteStartObject("message");
            json.WriteString("role", "user");
            json.WriteStartArray("content");
            json.WriteStartObject();
            json.WriteString("type", "text");
            json.WriteString("text", text);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }
        line.Write("\n"u8);
        return line.WrittenSpan.ToArray();
    }
}
