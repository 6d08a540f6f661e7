using AutoBuild.Core.Jobs;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Orchestrator.Runs;
using AutoBuild.Tests.Runner;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Orchestrator;

/// <summary>Follows an agent's keys and login from the server's environment and home to the agent, without a word of configuration.</summary>
public sealed class SignInTests : IDisposable
{
    private const string Login = """{"claudeAiOauth":{"accessToken":"sk-ant-oat01-a-login-of-the-users"}}""";

    private static readonly AgentDeclaration Mine = new() { Name = "mine", Command = [["claude"]], Output = AgentOutput.Claude, SignIn = new AgentSignIn { Secrets = ["OPENAI_API_KEY"] } };

    private readonly TempFolder _home = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task The_agent_gets_its_own_key_address_and_login_and_nothing_of_anothers()
    {
        await using var bench = await StartAsync(signIn: true);

        var (seen, log) = await RunAsync(bench);

        Assert.Contains("ANTHROPIC_API_KEY=sk-ant-a-key", seen, StringComparison.Ordinal);
        Assert.Contains("ANTHROPIC_BASE_URL=http://127.0.0.1:9/v1", seen, StringComparison.Ordinal);
        Assert.Contains("login .credentials.json", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("OPENAI_API_KEY", seen, StringComparison.Ordinal);
        Assert.DoesNotContain(".codex", seen, StringComparison.Ordinal);
        Assert.Contains("said *** and *** at http://127.0.0.1:9/v1", log, StringComparison.Ordinal);
        Assert.DoesNotContain("the secret", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_sign_in_configured_it_gets_what_the_configuration_names_alone()
    {
        await using var bench = await StartAsync(signIn: false);

        var (seen, _) = await RunAsync(bench);

        Assert.DoesNotContain("sk-ant-a-key", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("ANTHROPIC_BASE_URL", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("login .credentials.json", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trial_asks_with_all_that_a_run_has_and_leaves_nothing()
    {
        await using var bench = await StartAsync(signIn: true);
        var left = Directory.CreateDirectory(Path.Combine(bench.Data, "trials", "of-a-dead-server"));
        left.LastWriteTimeUtc = DateTime.UnixEpoch;

        var tried = await bench.Get<AgentTrial>().RunAsync(KnownAgents.Claude, null, Cancel);

        Assert.True(tried.Answered, $"{tried.Report.Outcome}: {tried.Report.Error}");
        Assert.Equal("claude-opus-4-8[1m]", tried.Model);
        Assert.Contains("Created hello.txt", tried.Report.Summary, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(bench.Data, "trials")));
    }

    [Fact]
    public async Task A_trial_that_nobody_waits_for_is_stopped()
    {
        await using var bench = await StartAsync(signIn: true, "echo $$ > \"$HOME/pid\"; sleep 300");
        using var leave = new CancellationTokenSource();
        var trial = bench.Get<AgentTrial>().RunAsync(KnownAgents.Claude, null, leave.Token);
        await RunBench.UntilAsync(() => Directory.Exists(Path.Combine(bench.Data, "trials")) && Directory.EnumerateFiles(Path.Combine(bench.Data, "trials"), "pid", SearchOption.AllDirectories).Any());

        await leave.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => trial);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(bench.Data, "trials")));
    }

    [Fact]
    public async Task A_declared_agent_runs_with_what_its_declaration_asks_for()
    {
        await using var bench = await StartAsync(signIn: false);

        var (seen, log) = await RunAsync(bench, "mine");

        Assert.Contains("OPENAI_API_KEY=sk-of-another", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-ant-a-key", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-of-another", log, StringComparison.Ordinal);
        var unknown = await bench.Get<Submission>().SubmitAsync(new NewJob { ProjectId = (await bench.Store.ListProjectsAsync(new(), new(1), Cancel)).Items[0].Id, TicketId = Guid.CreateVersion7(), Prompt = "x", Agent = "hal" }, null, Cancel);
        Assert.EndsWith("qwen, mine.", unknown.Refusal!.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_agent_with_a_provider_says_how_to_sign_in()
    {
        var withProvider = KnownAgents.Names.Where(name => name is not (KnownAgents.Command or KnownAgents.Scripted));

        Assert.All(withProvider, name => Assert.EndsWith(".", AgentSignIn.Of(name)!.Advice, StringComparison.Ordinal));
        Assert.Null(AgentSignIn.Of(KnownAgents.Command));
    }

    private async Task<Bench> StartAsync(bool signIn, string work = "true")
    {
        Directory.CreateDirectory(_home[".claude"]);
        Directory.CreateDirectory(_home[".codex"]);
        Directory.CreateDirectory(_home["bin"]);
        _home.Write(".claude/.credentials.json", Login);
        _home.Write(".codex/auth.json", """{"OPENAI_API_KEY":"sk-of-another"}""");
        var program = _home.Write("bin/claude", $$"""
            #!/bin/sh
            read -r prompt
            {{work}}
            { env; ls -A "$HOME"; for login in $(ls -A "$CLAUDE_CONFIG_DIR"); do echo "login $login"; done; } > seen.txt
            echo "said $ANTHROPIC_API_KEY and sk-ant-oat01-a-login-of-the-users at $ANTHROPIC_BASE_URL"
            cat '{{Path.Combine(AppContext.BaseDirectory, "Runner", "Transcripts", "claude", "success.jsonl")}}'
            """);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var environment = OwnEnvironment.Read();
        environment["PATH"] = $"{_home["bin"]}:{environment["PATH"]}";
        environment["ANTHROPIC_API_KEY"] = "sk-ant-a-key";
        environment["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:9/v1";
        environment["OPENAI_API_KEY"] = "sk-of-another";
        return await Bench.StartAsync(options => options with
        {
            RunnerCommand = ["dotnet", Path.Combine(AppContext.BaseDirectory, "autobuild.dll")],
            UserHome = _home.Path,
            Environment = () => environment,
            Agents = options.Agents with { SignIn = signIn, Declared = new Dictionary<string, AgentDeclaration> { ["mine"] = Mine } },
        });
    }

    private static async Task<(string Seen, string Log)> RunAsync(Bench bench, string agent = KnownAgents.Claude)
    {
        var project = await bench.AddProjectAsync(made => made with { QaEnabled = false });
        var job = await bench.SubmitAsync(project, "do it", made => made with { Agent = agent, AgentCommand = null });
        var ended = await bench.EndAsync(job);
        Assert.True(ended.State == JobState.Completed, $"{ended.State}: {ended.ErrorMessage}");
        var folder = RunFolder.Of(bench.Data, job.Id, 1);
        return ((await bench.ReadAsync(project, ended.HeadCommit!, "seen.txt"))!, await File.ReadAllTextAsync(folder.AgentLog, Cancel) + await File.ReadAllTextAsync(folder.Events, Cancel));
    }
}
