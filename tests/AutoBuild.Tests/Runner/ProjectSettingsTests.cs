using System.Text.Json.Nodes;
using AutoBuild.Core.Runs;
using AutoBuild.Runner.Agents;

namespace AutoBuild.Tests.Runner;

/// <summary>What a repository says in Claude Code's own files holds as the base commit has it, and what doesn't hold is said.</summary>
public sealed class ProjectSettingsTests
{
    private const string Servers = """{"mcpServers":{"docs":{"command":"docs-server","args":["-v"],"env":{"DOCS_TOKEN":"${DOCS_TOKEN}"}},"My-Search":{"type":"http","url":"https://search.example/mcp"}}}""";
    private const string Rules = """{"permissions":{"allow":["Bash"],"deny":["Bash(git push:*)","Read(/.env)"],"ask":["WebFetch"]}}""";

    [Fact]
    public async Task The_bases_servers_and_rules_reach_Claude_Code_in_every_turn()
    {
        await using var bench = await RunBench.CreateAsync("", (".mcp.json", Servers), (".claude/settings.json", Rules));
        var program = new StandInProgram(bench, "claude", """
            cp "$TMPDIR/claude-mcp.json" "$HOME/servers.$turn"; cp "$TMPDIR/claude-settings.json" "$HOME/rules.$turn"
            cat "$said/claude/success.jsonl"; echo '{}' > .mcp.json; echo '{}' > .claude/settings.json; echo "$turn" > made.txt
            """);
        bench.Secrets["DOCS_TOKEN"] = "swordfish";
        bench.Spec = bench.Spec with { SecretNames = ["DOCS_TOKEN"], Qa = RunBench.Check("! grep -qs 1 made.txt") };

        var report = await bench.RunAsync();

        Assert.True(report.Outcome == RunOutcome.Changed, $"{report.Outcome}: {report.Error} {bench.Log}");
        foreach (var turn in new[] { 1, 2 })
        {
            Assert.Equal(
                """{"mcpServers":{"docs":{"type":"stdio","command":"docs-server","args":["-v"],"env":{"DOCS_TOKEN":"${DOCS_TOKEN}"}},"My-Search":{"type":"http","url":"https://search.example/mcp","headers":{}}}}""",
                Home(bench, $"servers.{turn}"));
            Assert.Equal("""{"permissions":{"deny":["Bash(git push:*)","Read(./.env)","WebFetch"]}}""", Home(bench, $"rules.{turn}"));
            Assert.Contains(program.Arguments(turn), argument => argument.EndsWith("mcp__docs,mcp__My-Search", StringComparison.Ordinal));
            Assert.Contains("--settings", program.Arguments(turn));
        }
        Assert.Contains(".mcp.json", report.ChangedFiles);
    }

    [Fact]
    public async Task The_recipe_goes_before_a_server_of_the_same_name()
    {
        await using var bench = await RunBench.CreateAsync("", (".mcp.json", """{"mcpServers":{"docs":{"command":"theirs"}}}"""), (".autobuild.yaml", "agent: {mcp: {docs: {command: ours}}}"));
        _ = new StandInProgram(bench, "claude", """cp "$TMPDIR/claude-mcp.json" "$HOME/servers"; cat "$said/claude/success.jsonl"; echo x > made.txt""");

        await bench.RunAsync();

        Assert.Contains("\"ours\"", Home(bench, "servers"), StringComparison.Ordinal);
        Assert.DoesNotContain("theirs", Home(bench, "servers"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_named_twice_counts_as_it_was_named_last()
    {
        var settings = ProjectSettings.OfClaude(
            """{"mcpServers":{"docs":{"command":"first"},"docs":{"command":"second","command":"last","env":{"A":"1","A":"2"}},"web":{"url":"https://y","headers":{"X":"1","X":"2"}}}}""",
            null, new HashSet<string>());

        var written = McpForms.Claude(settings.Servers);
        Assert.Equal("""{"type":"stdio","command":"last","args":[],"env":{"A":"2"}}""", written["docs"]!.ToJsonString());
        Assert.Equal("""{"type":"http","url":"https://y","headers":{"X":"2"}}""", written["web"]!.ToJsonString());
        Assert.Empty(settings.Notes);
    }

    [Theory]
    [InlineData("""{"mcpServers":{"a b":{"command":"x"}}}""", null, "its name")]
    [InlineData("""{"mcpServers":{"a":{"command":"x","url":"https://y"}}}""", null, "a command, or an address")]
    [InlineData("""{"mcpServers":{"a":{"type":"sse","url":"https://y"}}}""", null, "a command, or an address")]
    [InlineData("""{"mcpServers":{"a":{"command":"x","env":{"K":"${NOT_GIVEN}"}}}}""", null, "it needs NOT_GIVEN")]
    [InlineData("""{"mcpServers":{"a":{"command":"x","args":["$HOME/x"]}}}""", null, "a dollar may only stand")]
    [InlineData("[1", null, ".mcp.json is no JSON object")]
    [InlineData(null, "{\"hooks\":{\"PreToolUse\":[]}}", "Hooks of .claude/settings.json don't run")]
    public void What_has_no_effect_is_said(string? servers, string? settings, string sentence)
    {
        var read = ProjectSettings.OfClaude(servers, settings, new HashSet<string> { "DOCS_TOKEN" });

        Assert.Contains(sentence, Assert.Single(read.Notes), StringComparison.Ordinal);
        Assert.Empty(read.Servers);
    }

    private static string Home(RunBench bench, string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(bench.Spec.Tree.Home, name)))!.ToJsonString();
}
