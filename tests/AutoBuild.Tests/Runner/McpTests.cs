using System.Text.Json.Nodes;
using AutoBuild.Core.Runs;
using AutoBuild.Runner.Qa;

namespace AutoBuild.Tests.Runner;

/// <summary>The servers of a recipe, in the words of each command line; a secret is a name in all of them.</summary>
public sealed class McpTests
{
    private const string Local = "agent: {mcp: {docs: {command: docs-server, args: [--fast, 'a \"b\"'], env: {DOCS_TOKEN: '${DOCS_TOKEN}', MODE: x}}}}";
    private const string Remote = "agent: {mcp: {docs: {url: 'https://docs.example/mcp', headers: {Authorization: 'Bearer ${DOCS_TOKEN}', X-Team: red}}}}";

    public static TheoryData<string, string, string> Words { get; } = new()
    {
        { "claude", Local, """{"mcpServers":{"docs":{"type":"stdio","command":"docs-server","args":["--fast","a \"b\""],"env":{"DOCS_TOKEN":"${DOCS_TOKEN}","MODE":"x"}}}}""" },
        { "claude", Remote, """{"mcpServers":{"docs":{"type":"http","url":"https://docs.example/mcp","headers":{"Authorization":"Bearer ${DOCS_TOKEN}","X-Team":"red"}}}}""" },
        { "codex", Local, """mcp_servers.docs={command="docs-server",args=["--fast","a \"b\""],env={"MODE"="x"},env_vars=["DOCS_TOKEN"]}""" },
        { "codex", Remote, """mcp_servers.docs={url="https://docs.example/mcp",http_headers={"X-Team"="red"},env_http_headers={},bearer_token_env_var="DOCS_TOKEN"}""" },
        { "opencode", Local, """{"docs":{"type":"local","command":["docs-server","--fast","a \"b\""],"environment":{"DOCS_TOKEN":"{env:DOCS_TOKEN}","MODE":"x"},"enabled":true}}""" },
        { "opencode", Remote, """{"docs":{"type":"remote","url":"https://docs.example/mcp","headers":{"Authorization":"Bearer {env:DOCS_TOKEN}","X-Team":"red"},"enabled":true}}""" },
        { "gemini", Local, """{"docs":{"command":"docs-server","args":["--fast","a \"b\""],"env":{"DOCS_TOKEN":"${DOCS_TOKEN}","MODE":"x"},"trust":true}}""" },
        { "gemini", Remote, """{"docs":{"httpUrl":"https://docs.example/mcp","headers":{"Authorization":"Bearer ${DOCS_TOKEN}","X-Team":"red"},"trust":true}}""" },
    };

    [Theory]
    [MemberData(nameof(Words))]
    public async Task Each_command_line_has_words_of_its_own(string agent, string recipe, string expected)
    {
        var (bench, program) = await BenchAsync(agent, recipe);
        await using var end = bench;

        var report = await bench.RunAsync();

        Assert.True(report.Outcome == RunOutcome.Changed, $"{report.Outcome}: {report.Error} {bench.Log}");
        var said = agent switch
        {
            "claude" => File.ReadAllText(Path.Combine(bench.Spec.Tree.Temp, "claude-mcp.json")),
            "codex" => program.Arguments(1).Single(argument => argument.StartsWith("mcp_servers", StringComparison.Ordinal)),
            "opencode" => JsonNode.Parse(File.ReadAllText(Path.Combine(bench.Spec.Tree.Temp, "opencode.json")))!["mcp"]!.ToJsonString(),
            var other => JsonNode.Parse(File.ReadAllText(Path.Combine(bench.Spec.Tree.Home, $".{other}", "settings.json")))!["mcpServers"]!.ToJsonString(),
        };
        Assert.Equal(expected, said.Replace("\\u0022", "\\\"", StringComparison.Ordinal));
        Assert.Contains("DOCS_TOKEN=swordfish", program.Variables(1));
        Assert.True(agent != "claude" || program.Arguments(1).Any(argument => argument.EndsWith(",mcp__docs", StringComparison.Ordinal)), "Its tools are not allowed.");
    }

    [Theory]
    [InlineData("qwen", Local, "mcp_unsupported")]
    [InlineData("command", Local, "mcp_unsupported")]
    [InlineData("codex", "agent: {mcp: {docs: {command: x, env: {OTHER: '${DOCS_TOKEN}'}}}}", "mcp_unsupported")]
    [InlineData("claude", "agent: {mcp: {docs: {command: x, env: {KEY: '${NOT_GIVEN}'}}}}", "mcp_secret_missing")]
    public async Task What_cannot_be_is_refused_before_the_agent_starts(string agent, string recipe, string code)
    {
        var (bench, _) = await BenchAsync(agent, recipe);
        await using var end = bench;

        var report = await bench.RunAsync();

        Assert.Equal((code, false), (report.Error?.Code, report.Error?.Retry));
        Assert.DoesNotContain(bench.Events, line => line.Kind == RunEventKind.AgentStarted);
    }

    [Theory]
    [InlineData("agent: {mcp: {docs: {}}}", "either 'command' or 'url'")]
    [InlineData("agent: {mcp: {docs: {command: x, url: 'https://a'}}}", "either 'command' or 'url'")]
    [InlineData("agent: {mcp: {Docs__x: {command: x}}}", "small letters")]
    [InlineData("agent: {mcp: {docs: {command: x, env: {A: $HOME}}}}", "a dollar only in")]
    [InlineData("agent: {mcp: {docs: {command: x, env: {'A B': c}}}}", "environment variable")]
    [InlineData("agent: {mcp: {docs: {url: 'file:///etc'}}}", "an address")]
    [InlineData("agent: {mcp: {docs: {comand: x}}}", "did you mean 'command'")]
    public void A_server_that_is_none_is_refused_with_its_line(string yaml, string sentence)
    {
        var refusal = Recipe.Parse(yaml).Refusal!;

        Assert.Equal("recipe_invalid", refusal.Code);
        Assert.Contains(sentence, refusal.Sentence, StringComparison.Ordinal);
    }

    private static async Task<(RunBench Bench, StandInProgram Program)> BenchAsync(string agent, string recipe)
    {
        var bench = await RunBench.CreateAsync("", (".autobuild.yaml", recipe));
        var program = new StandInProgram(bench, agent, $"cat $said/{agent}/success.jsonl; echo done > made.txt");
        bench.Secrets["DOCS_TOKEN"] = "swordfish";
        bench.Spec = bench.Spec with { SecretNames = ["DOCS_TOKEN"], Agent = bench.Spec.Agent! with { Command = "echo hi > made.txt" } };
        return (bench, program);
    }
}
