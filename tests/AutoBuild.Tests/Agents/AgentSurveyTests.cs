using AutoBuild.Agents;
using AutoBuild.Orchestrator;
using AutoBuild.Orchestrator.Runs;
using AutoBuild.Runner.Agents;
using AutoBuild.Tests.Runner;

namespace AutoBuild.Tests.Agents;

/// <summary>Looks at agents on a machine made for it: programs in a PATH, keys in an environment, logins in a home.</summary>
public sealed class AgentSurveyTests : IDisposable
{
    private readonly TempFolder _home = new();
    private readonly Dictionary<string, string> _environment;

    public AgentSurveyTests()
    {
        Directory.CreateDirectory(_home["bin"]);
        Directory.CreateDirectory(_home[".codex"]);
        _environment = new() { ["PATH"] = $"{_home["bin"]}:/usr/bin:/bin" };
    }

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task It_tells_what_is_installed_in_which_version_and_by_what_it_is_signed_in()
    {
        AddProgram("claude", "2.0.9 (Claude Code)");
        AddProgram("codex", "codex-cli 0.169.0");
        AddProgram("gemini", "a word without a number");
        _home.Write(".codex/auth.json", "{}");
        _environment["ANTHROPIC_API_KEY"] = "sk-ant-the-value";

        var list = await Survey().ListAsync(versions: true, prints: false);

        var (claude, codex, gemini, qwen) = (Of(list, "claude"), Of(list, "codex"), Of(list, "gemini"), Of(list, "qwen"));
        Assert.Equal((_home["bin/claude"], "2.0.9"), (claude.Path, claude.Version));
        Assert.StartsWith("older than 2.1.197", claude.VersionNote, StringComparison.Ordinal);
        Assert.Equal(["ANTHROPIC_API_KEY"], claude.SignedInBy);
        Assert.Equal(("0.169.0", "as tried"), (codex.Version, codex.VersionNote));
        Assert.Equal(["~/.codex/auth.json"], codex.SignedInBy);
        Assert.Equal((_home["bin/gemini"], null, null), (gemini.Path, gemini.Version, gemini.VersionNote));
        Assert.Equal((null, "npm install -g @qwen-code/qwen-code@0.15.10"), (qwen.Path, qwen.Install));
        Assert.Null(list.Salt);
        Assert.DoesNotContain("sk-ant-the-value", System.Text.Json.JsonSerializer.Serialize(list), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_a_value_recognises_it_by_its_fingerprint()
    {
        _environment["ANTHROPIC_API_KEY"] = "sk-ant-the-value";

        var list = await Survey().ListAsync(versions: false, prints: true);
        var other = await Survey().ListAsync(versions: false, prints: true);

        var print = Of(list, "claude").Variables.Single(variable => variable.Name == "ANTHROPIC_API_KEY").Fingerprint;
        Assert.Equal(AgentSurvey.Print(list.Salt!, "ANTHROPIC_API_KEY", "sk-ant-the-value"), print);
        Assert.NotEqual(AgentSurvey.Print(list.Salt!, "ANTHROPIC_API_KEY", "sk-ant-another"), print);
        Assert.NotEqual(list.Salt, other.Salt);
    }

    /// <summary>What is said to be off is really set, as an argument, a variable or a setting.</summary>
    [Theory]
    [InlineData("claude")]
    [InlineData("codex")]
    [InlineData("opencode")]
    [InlineData("gemini")]
    public async Task What_is_said_to_be_quiet_is(string agent)
    {
        await using var bench = await RunBench.CreateAsync("");
        var program = new StandInProgram(bench, agent, "true");

        await bench.RunAsync();

        var settings = Path.Combine(bench.Spec.Tree.Home, ".gemini", "settings.json");
        var set = string.Join('\n', [string.Join(' ', program.Arguments(1)), .. program.Variables(1), File.Exists(settings) ? await File.ReadAllTextAsync(settings, TestContext.Current.CancellationToken) : ""]);
        var quiet = AgentProgram.BuiltIn.Single(known => known.Name == agent).Quiet;
        Assert.NotEmpty(quiet);
        Assert.All(quiet, word => Assert.True(set.Contains(word, StringComparison.Ordinal) || set.Contains($"\"{word[(word.IndexOf('.', StringComparison.Ordinal) + 1)..].Replace("=", "\":", StringComparison.Ordinal)}", StringComparison.Ordinal), word));
    }

    private static AgentBody Of(AgentList list, string name) => list.Agents.Single(agent => agent.Name == name);

    private AgentSurvey Survey()
    {
        var options = new OrchestratorOptions { DataDirectory = _home["data"], RunnerCommand = ["false"], UserHome = _home.Path, Environment = () => _environment };
        return new AgentSurvey(options, new SignIns(options));
    }

    private void AddProgram(string name, string version)
    {
        File.SetUnixFileMode(_home.Write($"bin/{name}", $"#!/bin/sh\necho '{version}'\n"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
