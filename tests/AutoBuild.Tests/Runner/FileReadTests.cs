using AutoBuild.Core.Runs;
using AutoBuild.Runner.Agents;

namespace AutoBuild.Tests.Runner;

/// <summary>Which files an agent opened is told where its own tools name them.</summary>
public sealed class FileReadTests
{
    private const string Claude = """{"type":"assistant","message":{"content":[{"type":"tool_use","id":"t1","name":"TOOL","input":{"file_path":"src/a.cs"}}]}}""";
    private const string Gemini = """{"type":"tool_use","tool_name":"TOOL","tool_id":"t1","parameters":{"absolute_path":"src/a.cs"}}""";
    private const string OpenCode = """{"type":"tool_use","part":{"tool":"TOOL","state":{"input":{"filePath":"src/a.cs"},"output":"text"}}}""";
    private const string Codex = """{"type":"item.started","item":{"id":"i1","type":"command_execution","command":"cat src/a.cs"}}""";

    [Theory]
    [InlineData("claude", Claude, "Read", true)]
    [InlineData("claude", Claude, "read_file", true)]
    [InlineData("claude", Claude, "Edit", false)]
    [InlineData("gemini", Gemini, "read_file", true)]
    [InlineData("gemini", Gemini, "replace", false)]
    [InlineData("opencode", OpenCode, "read", true)]
    [InlineData("opencode", OpenCode, "grep", false)]
    [InlineData("codex", Codex, "", false)]
    public void A_call_of_a_reading_tool_is_a_file_that_was_opened(string agent, string line, string tool, bool isRead)
    {
        AgentReader reader = agent switch
        {
            "claude" => new ClaudeReader(),
            "gemini" => new GeminiReader(),
            "opencode" => new OpenCodeReader(),
            var _ => new CodexReader(),
        };

        var lines = reader.Read(line.Replace("TOOL", tool, StringComparison.Ordinal));

        Assert.Single(lines, one => one.Kind == RunEventKind.ToolCall);
        Assert.Equal(isRead ? ["src/a.cs"] : [], lines.Where(one => one.Kind == RunEventKind.FileRead).Select(one => one.Name));
    }

    [Fact]
    public void A_scripted_agent_tells_it_by_a_line_of_its_own() =>
        Assert.Equal((RunEventKind.FileRead, "src/a.cs"), AgentLine.Read("""{"autobuild":"read","name":"src/a.cs"}""") is var line ? (line.Kind, line.Name) : default);
}
