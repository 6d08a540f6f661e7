using AutoBuild.Workspaces;

namespace AutoBuild.EndToEnd;

/// <summary>What a configuration does to the real server: where it is found, what outranks it, and when nothing starts.</summary>
public sealed class ConfigurationTests
{
    [Fact]
    public async Task A_repository_does_not_configure_whoever_stands_in_it()
    {
        await using var binary = new Binary();
        var repository = await Repository.CreateAsync(binary.Folder);
        await File.WriteAllTextAsync(Path.Combine(repository, "autobuild.yaml"), "auth: none\nagents:\n  default: command\n", TestContext.Current.CancellationToken);
        Task<ChildResult> There(params string[] arguments) => binary.ShellAsync($"cd '{repository}' && exec \"$@\"", arguments);

        foreach (var refused in new[] { await There("up", "--orchestrator-port", "0", "--memory-port", "0"), await There("config", "show") })
        {
            Assert.Equal((3, ""), (refused.ExitCode, refused.Output));
            Assert.Contains("[config_untrusted]", refused.Error, StringComparison.Ordinal);
        }

        var started = await There("queue", "show");
        Assert.Equal(3, started.ExitCode);
        Assert.Contains("autobuild config trust", started.Error, StringComparison.Ordinal);
        Assert.Null(binary.Server());

        var taken = await There("config", "trust");
        Assert.Equal($"Taken as it stands: {repository}/autobuild.yaml, which sets auth, agents.default.\n", taken.Output);
        Assert.Contains("autobuild.yaml:1", (await There("config", "show")).Output, StringComparison.Ordinal);
        var shown = await There("queue", "show");
        Assert.True(shown.ExitCode == 0, shown.Error);
    }

    /// <summary>As a container of the original plan starts: its file in the current directory, no repository around.</summary>
    [Fact]
    public async Task The_original_plans_file_needs_one_line_and_no_question()
    {
        await using var binary = new Binary();
        var file = Path.Combine(binary.Folder, "config.yaml");
        var plan = (await OriginalPlanAsync()).Replace("/tmp/autobuild-worktrees", Path.Combine(binary.Folder, "trees"), StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, plan, TestContext.Current.CancellationToken);
        string[] up = ["up", "--orchestrator-port", "0", "--memory-port", "0"];

        var (_, checkedFile) = await binary.JsonAsync("config", "check");
        Assert.Equal(("auth_required", file), ((string?)checkedFile["warnings"]![0]!["code"], (string?)checkedFile["file"]));
        var refused = await binary.RunAsync(up);
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("Add 'auth: token'", refused.Error, StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, plan + "\nauth: token\n", TestContext.Current.CancellationToken);
        var (process, ready) = binary.Start("AutoBuild is ready", up);
        await using var server = process;
        await ready;
    }

    [Fact]
    public async Task What_is_wrong_stops_the_start_with_the_sentence_that_the_check_says()
    {
        await using var binary = new Binary();
        await File.WriteAllTextAsync(Path.Combine(binary.Folder, "autobuild.yaml"), "queue:\n  max_paralel_jobs: 4\nserver:\n  port: many\n", TestContext.Current.CancellationToken);

        var check = await binary.RunAsync("config", "check");
        var up = await binary.RunAsync("up");

        Assert.Equal((3, check.Error), (up.ExitCode, up.Error));
        Assert.Contains("autobuild.yaml:2:3: unknown key 'queue.max_paralel_jobs'; did you mean 'max_parallel_jobs'?", up.Error, StringComparison.Ordinal);
        Assert.Contains("autobuild.yaml:4:3: server.port: expected a whole number from 0 to 65535, got 'many'.", up.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_typed_outranks_the_environment_and_that_the_file()
    {
        await using var binary = new Binary();
        await File.WriteAllTextAsync(Path.Combine(binary.Folder, "autobuild.yaml"), "server:\n  port: 81\n", TestContext.Current.CancellationToken);
        async Task<(string?, string?)> PortAsync(params string[] options)
        {
            var (_, shown) = await binary.JsonAsync(["config", "show", .. options]);
            var row = shown["settings"]!.AsArray().Single(setting => (string?)setting!["key"] == "server.port")!;
            return ((string?)row["value"], (string?)row["source"]);
        }

        Assert.Equal(("81", "autobuild.yaml:2"), await PortAsync());
        binary.Variables["PORT"] = "82";
        Assert.Equal(("82", "environment PORT"), await PortAsync());
        Assert.Equal(("0", "option --orchestrator-port"), await PortAsync("--orchestrator-port", "0"));
        var (process, ready) = binary.Start("AutoBuild is ready", "up", "--orchestrator-port", "0", "--memory-port", "0");
        await using var up = process;
        await ready;
    }

    private static async Task<string> OriginalPlanAsync([System.Runtime.CompilerServices.CallerFilePath] string file = "") =>
        await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(file)!, "OldClients", "config.yaml"));
}
