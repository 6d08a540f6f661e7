using AutoBuild.Core.Runs;

namespace AutoBuild.Tests.Runner;

/// <summary>What an agent wrote to configure its next turn (hooks, servers, permissions, instructions) doesn't, and is not lost where it is work.</summary>
public sealed class AgentConfigurationTests
{
    // In the tree they are work like any other.
    private const string Tree = "CLAUDE.md .claude/settings.json .mcp.json .codex/config.toml opencode.json .gemini/settings.json .qwen/settings.json";

    public static TheoryData<string, string, string> Each { get; } = new()
    {
        { "codex", ".codex/config.toml .codex/hooks.json .codex/rules/evil.rules .codex/skills/evil/SKILL.md .agents/skills/evil/SKILL.md .codex/AGENTS.override.md", "project_doc_max_bytes=0|-c|skills.include_instructions=false|-c|projects={" },
        { "opencode", ".config/opencode/opencode.json .config/opencode/plugin/evil.js .opencode/plugin/evil.js .claude/CLAUDE.md", "OPENCODE_DISABLE_PROJECT_CONFIG=1" },
        { "gemini", ".gemini/.env .env .gemini/GEMINI.md .gemini/policies/evil.toml .gemini/extensions/evil/x .gemini/trustedFolders.json", "|--skip-trust" },
        { "qwen", ".qwen/.env .env .qwen/extensions/evil/x .qwen/agents/evil.md", "--exclude-tools|skill" },
        { "claude", "", "|--setting-sources=|--strict-mcp-config" },
    };

    [Theory]
    [MemberData(nameof(Each))]
    public async Task What_one_turn_planted_is_gone_in_the_next(string agent, string planted, string switches)
    {
        await using var bench = await RunBench.CreateAsync("");
        var program = new StandInProgram(bench, agent, $"""
            for path in {planted}; do [ -e "$HOME/$path" ] && echo "$path" >> "$HOME/found.$turn"; done
            for path in {Tree} $(for one in {planted}; do echo "$HOME/$one"; done); do mkdir -p "$(dirname "$path")"; echo "planted in $turn" > "$path"; done
            cat "$said/{agent}/success.jsonl"
            """);
        bench.Spec = bench.Spec with { Qa = RunBench.Check("! grep -qs 'in 1' CLAUDE.md") };

        var report = await bench.RunAsync();

        Assert.True(report.Outcome == RunOutcome.Changed, $"{report.Outcome}: {report.Error} {bench.Log}");
        Assert.Equal(2, program.Turns);
        Assert.False(File.Exists(Path.Combine(bench.Spec.Tree.Home, "found.2")), "Something that the first turn planted was there in the second.");
        Assert.Contains(switches, string.Join('|', [.. program.Arguments(2), .. program.Variables(2)]), StringComparison.Ordinal);
        Assert.Equal(Tree.Split(' ').Order(StringComparer.Ordinal), report.ChangedFiles.Order(StringComparer.Ordinal));
        Assert.Equal("planted in 2\n", await bench.FileAsync(".claude/settings.json"));
    }

    /// <summary>A login that is a file of settings comes from the user again, not from the agent.</summary>
    [Fact]
    public async Task A_login_is_the_users_in_each_turn()
    {
        await using var bench = await RunBench.CreateAsync("");
        var user = Directory.CreateDirectory(Path.Combine(bench.Root, "user", ".codex")).Parent!.FullName;
        await File.WriteAllTextAsync(Path.Combine(user, ".codex", "config.toml"), "model = \"mine\"", TestContext.Current.CancellationToken);
        _ = new StandInProgram(bench, "codex", """
            cp "$CODEX_HOME/config.toml" "made.$turn"; echo 'notify = ["evil"]' > "$CODEX_HOME/config.toml"; touch -d 2040-01-01 "$CODEX_HOME/config.toml"
            cat "$said/codex/success.jsonl"
            """);
        bench.Spec = bench.Spec with { Logins = [new RunLogin(user, ".codex/config.toml")], Qa = RunBench.Check("test -e made.2 || ! test -e made.1") };

        var report = await bench.RunAsync();

        Assert.Equal(["made.1", "made.2"], report.ChangedFiles);
        Assert.Equal("model = \"mine\"", await bench.FileAsync("made.2"));
    }

    /// <summary>A link in the place of a folder is removed, never followed.</summary>
    [Fact]
    public async Task What_a_link_leads_to_is_left_alone()
    {
        await using var bench = await RunBench.CreateAsync("");
        var mine = Directory.CreateDirectory(Path.Combine(bench.Root, "mine")).FullName;
        await File.WriteAllTextAsync(Path.Combine(mine, "config.toml"), "mine", TestContext.Current.CancellationToken);
        var program = new StandInProgram(bench, "codex", $"""
            [ -L "$HOME/.codex" ] && touch "$HOME/followed"
            rm -rf "$HOME/.codex"; ln -s {mine} "$HOME/.codex"; echo $turn > made.txt; cat "$said/codex/success.jsonl"
            """);
        bench.Spec = bench.Spec with { Qa = RunBench.Check("! grep -qs 1 made.txt") };

        await bench.RunAsync();

        Assert.Equal(2, program.Turns);
        Assert.False(File.Exists(Path.Combine(bench.Spec.Tree.Home, "followed")));
        Assert.Equal(["config.toml"], Directory.EnumerateFileSystemEntries(mine).Select(Path.GetFileName));
    }
}
