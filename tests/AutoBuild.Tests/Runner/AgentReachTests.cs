using AutoBuild.Core.Runs;
using AutoBuild.Runner.Agents;

namespace AutoBuild.Tests.Runner;

/// <summary>What an agent's own tools may do, in the words of each command line; what one can't be held to is refused.</summary>
public sealed class AgentReachTests
{
    private const string Edit = "{permission: edit}";
    private const string Read = "{permission: read}";
    private const string Some = "{permission: edit, allow: ['shell:npm run test:unit', web]}";
    private const string NoPush = "{deny: ['shell:git push', web]}";

    public static TheoryData<string, string, string> Words { get; } = new()
    {
        { "claude", "{}", "acceptEdits|--allowedTools|Read,Glob,Grep,TodoWrite,Task,Edit,MultiEdit,NotebookEdit,Write,Bash,WebFetch,WebSearch|--max-turns" },
        { "claude", Edit, "acceptEdits|--allowedTools|Read,Glob,Grep,TodoWrite,Task,Edit,MultiEdit,NotebookEdit,Write|--disallowedTools|Bash,WebFetch,WebSearch|" },
        { "claude", Read, "dontAsk|--allowedTools|Read,Glob,Grep,TodoWrite,Task|--disallowedTools|Edit,MultiEdit,NotebookEdit,Write,Bash,WebFetch,WebSearch|" },
        { "claude", Some, "Write,Bash(npm run test:unit:*),WebFetch,WebSearch|--max-turns" },
        { "claude", NoPush, "|Bash(git push:*),WebFetch,WebSearch|" },
        { "codex", "{}", "--json|--dangerously-bypass-approvals-and-sandbox|--disable" },
        { "codex", "{deny: web}", "-c|web_search=\"disabled\"|" },
        { "codex", NoPush, """.codex/rules/default.rules:prefix_rule(pattern=["git","push"], decision="forbidden")""" },
        { "opencode", "{}", "OPENCODE_PERMISSION={\"*\":\"allow\"," },
        { "opencode", Edit, "\"edit\":\"allow\",\"webfetch\":\"deny\",\"websearch\":\"deny\",\"bash\":\"deny\"}" },
        { "opencode", Read, "OPENCODE_PERMISSION={\"*\":\"deny\",\"read\":\"allow\"" },
        { "opencode", Some, "\"bash\":{\"*\":\"deny\",\"npm run test:unit\":\"allow\",\"npm run test:unit *\":\"allow\"}}" },
        { "opencode", NoPush, "\"bash\":{\"*\":\"allow\",\"git push\":\"deny\",\"git push *\":\"deny\"}}" },
        { "gemini", "{}", "--approval-mode|yolo|--skip-trust" },
        { "gemini", Edit, "gemini-policy.toml:toolName = \"run_shell_command\"|decision = \"deny\"" },
        { "gemini", Read, "--approval-mode|default|--policy|" },
        { "gemini", Some, "gemini-policy.toml:commandPrefix = \"npm run test:unit\"|decision = \"allow\"" },
        { "gemini", NoPush, "gemini-policy.toml:commandPrefix = \"git push\"|decision = \"deny\"" },
        { "qwen", "{}", "--allowed-tools|agent,write_file,edit,run_shell_command,web_fetch,web_search|--exclude-tools|skill|" },
        { "qwen", Edit, "agent,write_file,edit|--exclude-tools|skill,run_shell_command,web_fetch,web_search|" },
        { "qwen", Read, "agent|--exclude-tools|skill,write_file,edit,run_shell_command,web_fetch,web_search|" },
        { "qwen", Some, "write_file,edit,run_shell_command(npm run test:unit),web_fetch,web_search|--exclude-tools|skill|" },
        { "qwen", NoPush, "--exclude-tools|skill,run_shell_command(git push),web_fetch,web_search|" },
    };

    [Theory]
    [MemberData(nameof(Words))]
    public async Task Each_command_line_has_words_of_its_own(string agent, string recipe, string expected)
    {
        await using var bench = await RunBench.CreateAsync("", (".autobuild.yaml", $"agent: {recipe}"));
        var program = new StandInProgram(bench, agent, $"cat $said/{agent}/success.jsonl; echo done > made.txt");

        var report = await bench.RunAsync();

        Assert.True(report.Outcome == RunOutcome.Changed, $"{report.Outcome}: {report.Error} {bench.Log}");
        Assert.Contains(expected, Said(bench, program), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("codex", Edit)]
    [InlineData("codex", Read)]
    [InlineData("command", Edit)]
    [InlineData("scripted", NoPush)]
    public async Task What_it_cannot_be_held_to_is_refused_before_it_starts(string agent, string recipe)
    {
        await using var bench = await RunBench.CreateAsync("write made.txt hi", (".autobuild.yaml", $"agent: {recipe}"));
        _ = agent == "codex" ? new StandInProgram(bench, agent, "true") : null;
        bench.Spec = bench.Spec with { Agent = bench.Spec.Agent! with { Name = agent, Command = "echo hi > made.txt" } };

        var report = await bench.RunAsync();

        Assert.Equal((RunOutcome.AgentError, "agent_cannot_restrict", false), (report.Outcome, report.Error!.Code, report.Error.Retry));
        Assert.DoesNotContain(bench.Events, line => line.Kind == RunEventKind.AgentStarted);
    }

    /// <summary>A recipe chooses; what the configuration denies stays denied.</summary>
    [Fact]
    public async Task The_recipe_outranks_the_configuration_but_not_what_that_denies()
    {
        await using var bench = await RunBench.CreateAsync("", (".autobuild.yaml", "agent: {permission: full, deny: ['shell:npm publish']}"));
        var program = new StandInProgram(bench, "claude", "cat $said/claude/success.jsonl");
        bench.Spec = bench.Spec with { Agent = bench.Spec.Agent! with { Terms = new AgentTerms { Permission = AgentPermission.Read, Deny = ["shell:git push"] } } };

        await bench.RunAsync();

        Assert.Contains("|acceptEdits|", Said(bench, program), StringComparison.Ordinal);
        Assert.Contains("|Bash(git push:*),Bash(npm publish:*)|", Said(bench, program), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shell", true)]
    [InlineData("web", true)]
    [InlineData("shell:git push --force", true)]
    [InlineData("shell:", false)]
    [InlineData("shell: git", false)]
    [InlineData("shell:git) ,Bash(rm", false)]
    [InlineData("shell:git\npush", false)]
    [InlineData("shell:git \"push\"", false)]
    [InlineData("Bash", false)]
    public void A_rule_has_no_meaning_beside_its_own(string rule, bool valid) => Assert.Equal(valid, AgentTerms.IsRule(rule));

    [Fact]
    public void What_is_denied_outranks_what_is_allowed()
    {
        var reach = AgentReach.Of(new AgentTerms { Permission = AgentPermission.Edit, Allow = ["shell", "web", "shell:npm"], Deny = ["shell", "web"] });

        Assert.Equal((true, false, false), (reach.Edits, reach.Shell, reach.Web));
        Assert.Empty(reach.Commands);
    }

    // Arguments, variables and the files of rules, each line of one kind joined.
    private static string Said(RunBench bench, StandInProgram program)
    {
        string[] files = [Path.Combine(bench.Spec.Tree.Home, ".codex", "rules", "default.rules"), Path.Combine(bench.Spec.Tree.Temp, "gemini-policy.toml")];
        var rules = files.Where(File.Exists).SelectMany(file => File.ReadAllText(file).Split("[[rule]]").Select(rule =>
            $"{string.Join('/', file.Split('/').TakeLast(file.Contains(".codex", StringComparison.Ordinal) ? 3 : 1))}:{string.Join('|', rule.Split('\n').Where(line => !line.StartsWith("toolName", StringComparison.Ordinal) || !rule.Contains("commandPrefix", StringComparison.Ordinal))).Trim('|')}"));
        return string.Join('\n', [string.Join('|', program.Arguments(1)), .. program.Variables(1), .. rules]);
    }
}
