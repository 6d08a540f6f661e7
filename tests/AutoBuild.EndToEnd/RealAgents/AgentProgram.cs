using AutoBuild.Workspaces;

namespace AutoBuild.EndToEnd.RealAgents;

/// <summary>Is a real command line, as <c>tests/agents/install</c> brings it, and what its tools are called.</summary>
/// <param name="Name">Also the name of the agent and of the program.</param>
internal sealed record AgentProgram(string Name, Func<string, string, object> Write, Func<string, object> Shell)
{
    public static AgentProgram Claude { get; } = new(
        "claude",
        (path, content) => new { tool = "Write", input = new { file_path = $"{{{{cwd}}}}/{path}", content } },
        command => new { tool = "Bash", input = new { command } });

    public static AgentProgram Codex { get; } = new(
        "codex",
        (path, content) => new { tool = "exec_command", input = new { cmd = $"printf '{content.Replace("\n", "\\n", StringComparison.Ordinal)}' > {path}" } },
        // Without a longer patience it asks the model every ten seconds while a command runs.
        command => new { tool = "exec_command", input = new { cmd = command, yield_time_ms = 30_000 } });

    public static AgentProgram OpenCode { get; } = new(
        "opencode",
        (path, content) => new { tool = "write", input = new { filePath = $"{{{{cwd}}}}/{path}", content } },
        command => new { tool = "bash", input = new { command, description = "a step of the test" } });

    public static AgentProgram Gemini { get; } = new(
        "gemini",
        (path, content) => new { tool = "write_file", input = new { file_path = $"{{{{cwd}}}}/{path}", content } },
        command => new { tool = "run_shell_command", input = new { command } });

    public static AgentProgram Qwen { get; } = Gemini with { Name = "qwen", Shell = command => new { tool = "run_shell_command", input = new { command, is_background = false } } };

    public static IReadOnlyList<AgentProgram> All { get; } = [Claude, Codex, OpenCode, Gemini, Qwen];

    /// <summary>The folder that holds the programs: of this build's <c>artifacts</c>, or <c>AUTOBUILD_TEST_AGENTS</c>.</summary>
    public static string Folder { get; } = Environment.GetEnvironmentVariable("AUTOBUILD_TEST_AGENTS") is { Length: > 0 } named
        ? named
        : Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "agents", "bin"));

    /// <summary>Skips the test where the program can't be had; on a CI machine that is a fault.</summary>
    public void Require()
    {
        var there = Executable.Find(Name, Folder) is not null;
        Assert.True(there || Environment.GetEnvironmentVariable("CI") is not { Length: > 0 }, $"{Name} is not installed, and on a CI machine it has to be.");
        Assert.SkipUnless(there, $"{Name} is not installed: tests/agents/install needs npm, a network, and for some of them Node 20.");
    }

    public override string ToString() => Name;
}
