using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Codebase;

/// <summary>Holds that no shell stands between us and what somebody wrote.</summary>
public sealed class ShellTests
{
    /// <summary>Commands that a user wrote as commands: checks, recipes, agent_command, and the steps of a script.</summary>
    private static readonly string[] UsersOwn =
    [
        "src/AutoBuild.Runner/Agents/CommandAgent.cs",
        "src/AutoBuild.Runner/Pipeline/RecipeCommands.cs",
        "src/AutoBuild.Runner/Qa/QaRunState.cs",
        "src/AutoBuild.Runner/Scripted/ProcessSteps.cs",
        "src/AutoBuild/Commands/LandingAnswers.cs",
    ];

    /// <summary>Scripts of ours, which get everything as arguments.</summary>
    private static readonly string[] Ours =
    [
        "src/AutoBuild.Workspaces/Processes/Launcher.cs",
        "src/AutoBuild.Workspaces/Processes/Lifeline.cs",
        "src/AutoBuild.Workspaces/Processes/ProcessIsolation.cs",
        "src/AutoBuild.Workspaces/Processes/WallCommand.cs",
    ];

    private static readonly IReadOnlyList<string> Sources = Repository.Files("src", "*.cs");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_shell_gets_a_users_own_command_or_a_script_of_ours() =>
        Assert.Equal(UsersOwn.Concat(Ours).Order(), Sources.Where(file => Repository.Read(file).Contains("\"/bin/sh\"", StringComparison.Ordinal)).Order());

    [Fact]
    public void A_script_of_ours_is_put_together_from_nothing() =>
        Repository.HasNo(Repository.Lines(Ours, line => line.Contains("\"-c\", $", StringComparison.Ordinal) || line.Contains("\"-c\", string.", StringComparison.Ordinal)));

    [Fact]
    public void Nothing_else_asks_a_shell() =>
        // A tool of OpenCode's is called so.
        Repository.HasNo(Repository.Lines(Sources.Where(file => !file.EndsWith("/OpenCode.cs", StringComparison.Ordinal)), line => line.Contains("UseShellExecute = true", StringComparison.Ordinal) || line.Contains("\"bash\"", StringComparison.Ordinal) || line.Contains("cmd.exe", StringComparison.Ordinal)));

    [Theory]
    [InlineData("$(touch owned) `touch owned` ; touch owned\n&& 'touch' \"owned\" \\ %s * ~ $HOME")]
    [InlineData("--help")]
    [InlineData("")]
    [InlineData("\n\r\t =\nAUTOBUILD_TOKEN=x")]
    public async Task An_argument_and_a_variable_arrive_as_they_are(string text)
    {
        using var folder = new TempFolder();
        var command = new ChildCommand("/bin/sh", ["-c", "printf '%s|%s' \"$1\" \"$TEXT\"", "sh", text])
        {
            WorkingDirectory = folder.Path,
            Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["TEXT"] = text },
            Confinement = Confinement.Namespace,
        };

        Assert.Equal($"{text}|{text}", (await ChildProcess.RunAsync(command, null, Cancel)).Output);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }
}
