using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;

namespace AutoBuild.Tests.Runner;

public sealed class SiteTests
{
    private const string Recipe = ".autobuild.yaml";

    [Fact]
    public async Task Setup_runs_before_the_agent_and_its_failure_shows_the_end_of_its_output()
    {
        await using var bench = await RunBench.CreateAsync("run test -e made.txt\nwrite a.txt: x", (Recipe, "setup: ['echo one > made.txt']\n"), (".gitignore", "made.txt\n"));
        Assert.Equal(RunOutcome.Changed, (await bench.RunAsync()).Outcome);

        await using var broken = await RunBench.CreateAsync("write a.txt: x", (Recipe, "setup: ['true', 'echo no network here; exit 9']\n"));
        var report = await broken.RunAsync();
        Assert.Equal((RunOutcome.AgentError, "setup_failed"), (report.Outcome, report.Error!.Code));
        Assert.Contains("no network here", report.Error.Message, StringComparison.Ordinal);
        Assert.Contains("exit code 9", report.Error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(broken.Events, e => e.Kind == RunEventKind.AgentStarted);

        await using var silent = await RunBench.CreateAsync("write a.txt: x", (Recipe, "setup: exit 4\n"));
        Assert.Equal("Setup command 'exit 4' ended with exit code 4 and printed nothing.", (await silent.RunAsync()).Error!.Message);
    }

    [Fact]
    public async Task A_recipe_that_is_none_names_its_line()
    {
        await using var bench = await RunBench.CreateAsync("write a.txt: x", (Recipe, "setup: []\nqaa: []\n"));
        var report = await bench.RunAsync();
        Assert.Equal((RunOutcome.AgentError, "recipe_invalid", false), (report.Outcome, report.Error!.Code, report.Error.Retry));
        Assert.Contains("2", report.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_recipe_is_the_bases_and_never_the_agents()
    {
        await using var bench = await RunBench.CreateAsync($"write {Recipe}\n  qa:\n    - name: easy\n      command: 'true'\nwrite a.txt: x",
            (Recipe, "qa: [{name: hard, command: 'echo really; false'}]\n"));
        bench.Spec = bench.Spec with { Qa = new RunQa { FixRounds = 0 } };
        var report = await bench.RunAsync();
        Assert.Equal("hard", Assert.Single(report.Qa!.Checks).Name);
    }

    [Fact]
    public async Task The_environment_tells_where_one_is_and_holds_nothing_else_of_the_host()
    {
        await using var bench = await RunBench.CreateAsync("run env > env.txt", (Recipe, "env: {COLOUR: red}\nports: [WEB_PORT, API_PORT]\n"));
        bench.Spec = bench.Spec with { Tree = bench.Spec.Tree with { PortBase = 21000 }, SecretNames = ["API_KEY"] };
        bench.Secrets["API_KEY"] = "k-123456789";
        await bench.RunAsync();
        var lines = (await bench.FileAsync("env.txt"))!.Split('\n');

        string[] expected =
        [
            $"AUTOBUILD_JOB={bench.Spec.JobId}", $"AUTOBUILD_TICKET={bench.Spec.Ticket!.Id}", "AUTOBUILD_ATTEMPT=1", "AUTOBUILD_TURN=1", "AUTOBUILD_ROUND=1",
            "AUTOBUILD_TRIGGER=ticket", "PORT=21000", "PORT_9=21009", "WEB_PORT=21000", "API_PORT=21001", "COLOUR=red", "HOST_ALLOWED=yes",
            $"HOME={bench.Spec.Tree.Home}", $"TMPDIR={bench.Spec.Tree.Temp}", "API_KEY=k-123456789",
        ];
        Assert.All(expected, line => Assert.Contains(line, lines));
        Assert.Contains(lines, line => line.StartsWith("COMPOSE_PROJECT_NAME=autobuild_", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.StartsWith("HOST_SECRET", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.StartsWith("SSH_AUTH_SOCK", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Checks_get_no_secrets()
    {
        await using var bench = await RunBench.CreateAsync("write a.txt: x");
        bench.Spec = bench.Spec with { SecretNames = ["API_KEY"], Qa = RunBench.Check("test -z \"$API_KEY\"") };
        bench.Secrets["API_KEY"] = "k-123456789";
        Assert.Equal(QaVerdict.Passed, (await bench.RunAsync()).Qa!.Verdict);
    }

    [Fact]
    public async Task Ignored_files_come_from_the_users_checkout_which_stays_as_it_is()
    {
        await using var bench = await RunBench.CreateAsync("run cp .env seen.txt\nrun echo bad > \"$CHECKOUT/readme.md\" || true",
            (Recipe, $"copy: [.env]\n"), (".gitignore", ".env\n"));
        var checkout = Path.Combine(bench.Root, "source");
        await File.WriteAllTextAsync(Path.Combine(checkout, ".env"), "A=1\n", TestContext.Current.CancellationToken);
        bench.Spec = bench.Spec with { Tree = bench.Spec.Tree with { CopyFrom = checkout } };
        var report = await bench.RunAsync();

        Assert.Equal(["seen.txt"], report.ChangedFiles);
        Assert.Equal("A=1\n", await bench.FileAsync("seen.txt"));
        Assert.Equal("# Sample\n", await File.ReadAllTextAsync(Path.Combine(checkout, "readme.md"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("true", RunOutcome.Changed, QaVerdict.Passed)]
    [InlineData("echo red; false", RunOutcome.QaFailed, QaVerdict.Failed)]
    public async Task A_check_run_checks_its_commit_without_an_agent(string command, RunOutcome outcome, QaVerdict verdict)
    {
        await using var bench = await RunBench.CreateAsync("", (Recipe, "setup: ['echo ok > made.txt']\n"), (".gitignore", "made.txt\n"));
        bench.Spec = bench.Spec with { Kind = RunKind.Check, Ticket = null, Agent = null, Qa = RunBench.Check($"test -e made.txt && {{ {command}; }}") };
        var report = await bench.RunAsync();

        Assert.Equal((outcome, verdict, 1), (report.Outcome, report.Qa!.Verdict, report.QaRounds));
        Assert.Equal(bench.Spec.Tree.StartCommit, report.Qa.Commit);
        Assert.DoesNotContain(bench.Events, e => e.Kind == RunEventKind.AgentStarted);
    }
}
