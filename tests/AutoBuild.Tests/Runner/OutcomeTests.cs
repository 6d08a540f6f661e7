using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;

namespace AutoBuild.Tests.Runner;

public sealed class OutcomeTests
{
    [Fact]
    public async Task Changed_is_committed_on_the_branch_with_trailers()
    {
        await using var bench = await RunBench.CreateAsync("write src/a.txt: hello\nprint All done.");
        var report = await bench.RunAsync();

        Assert.Equal(RunOutcome.Changed, report.Outcome);
        Assert.Null(report.Error);
        Assert.Equal(["src/a.txt"], report.ChangedFiles);
        Assert.Equal("hello\n", await bench.FileAsync("src/a.txt"));
        Assert.Equal(QaVerdict.NotRun, report.Qa!.Verdict);
        Assert.Equal("All done.", report.Summary);
        Assert.Equal(1, report.Usage.Turns);
        Assert.Equal(report.Commit, await bench.Clone.ResolveAsync("refs/heads/" + report.Branch, TestContext.Current.CancellationToken));
        var message = (await bench.Clone.LogAsync(report.Commit!, limit: 1, cancellation: TestContext.Current.CancellationToken))[0].Message;
        Assert.Contains("Do it", message, StringComparison.Ordinal);
        Assert.Contains($"AutoBuild-Ticket: {bench.Spec.Ticket!.Id}", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pass_is_bound_to_its_commit()
    {
        await using var bench = await RunBench.CreateAsync("write a.txt: hello");
        bench.Spec = bench.Spec with { Qa = RunBench.Check("grep -q hello a.txt") };
        var report = await bench.RunAsync();

        Assert.Equal((RunOutcome.Changed, QaVerdict.Passed, 1), (report.Outcome, report.Qa!.Verdict, report.QaRounds));
        Assert.Equal(report.Commit, report.Qa.Commit);
    }

    [Fact]
    public async Task Nothing_changed_is_no_changes()
    {
        await using var bench = await RunBench.CreateAsync("print thinking about it");
        var report = await bench.RunAsync();

        Assert.Equal(RunOutcome.NoChanges, report.Outcome);
        Assert.Null(report.Commit);
        Assert.Null(report.Qa);
    }

    [Fact]
    public async Task A_change_taken_back_is_no_changes()
    {
        await using var bench = await RunBench.CreateAsync("write a.txt: x\nrun git add -A && git commit -qm one\ndelete a.txt");
        Assert.Equal(RunOutcome.NoChanges, (await bench.RunAsync()).Outcome);
    }

    [Fact]
    public async Task A_commit_of_the_agent_itself_counts()
    {
        await using var bench = await RunBench.CreateAsync("write a.txt: x\nrun git add -A && git commit -qm mine");
        var report = await bench.RunAsync();
        Assert.Equal((RunOutcome.Changed, "x\n"), (report.Outcome, await bench.FileAsync("a.txt")));
    }

    [Fact]
    public async Task A_repository_the_agent_began_is_left_out_with_one_warning()
    {
        await using var bench = await RunBench.CreateAsync("write a.txt: x\nrun git init -q sub && echo y > sub/b.txt\non round 2: write a.txt: good again", ("a.txt", "good\n"));
        bench.Spec = bench.Spec with { Qa = RunBench.Check("grep -q good a.txt") };
        var report = await bench.RunAsync();

        Assert.Equal((RunOutcome.Changed, "good again\n", null), (report.Outcome, await bench.FileAsync("a.txt"), await bench.FileAsync("sub/b.txt")));
        Assert.Contains("'sub'", Assert.Single(bench.Events, e => e.Kind == RunEventKind.Warning).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_is_needs_input_and_keeps_the_work()
    {
        await using var bench = await RunBench.CreateAsync("write a.txt: half\nask Which colour?");
        var report = await bench.RunAsync();

        Assert.Equal((RunOutcome.NeedsInput, "Which colour?"), (report.Outcome, report.Question));
        Assert.Equal("half\n", await bench.FileAsync("a.txt"));
    }

    [Fact]
    public async Task An_exit_code_is_an_agent_error_and_keeps_the_work()
    {
        await using var bench = await RunBench.CreateAsync("write a.txt: half\nprint no more\nexit 3");
        var report = await bench.RunAsync();

        Assert.Equal((RunOutcome.AgentError, "agent_failed"), (report.Outcome, report.Error!.Code));
        Assert.Contains("exit code 3", report.Error.Message, StringComparison.Ordinal);
        Assert.Contains("no more", report.Error.Message, StringComparison.Ordinal);
        Assert.Equal("half\n", await bench.FileAsync("a.txt"));
        Assert.NotNull(report.Commit);
    }

    [Theory]
    [InlineData("KILL", 9)]
    [InlineData("SEGV", 11)]
    public async Task A_signal_is_a_crash_and_the_next_attempt_goes_on(string signal, int number)
    {
        await using var bench = await RunBench.CreateAsync($"write a.txt: half\ncrash {signal}\non attempt 2:\n  append a.txt: whole");
        var report = await bench.RunAsync();
        Assert.Equal((RunOutcome.AgentError, "agent_crashed", true), (report.Outcome, report.Error!.Code, report.Error.Retry));
        Assert.Contains($"signal {number}", report.Error.Message, StringComparison.Ordinal);

        await bench.NextAttemptAsync();
        Assert.Equal(RunOutcome.Changed, (await bench.RunAsync()).Outcome);
        Assert.Equal("half\nwhole\n", await bench.FileAsync("a.txt"));
    }

    [Fact]
    public async Task A_used_up_quota_says_until_when()
    {
        await using var bench = await RunBench.CreateAsync("quota 2030-01-02T03:04:05Z");
        var report = await bench.RunAsync();
        Assert.Equal((RunOutcome.Quota, new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero)), (report.Outcome, report.ResetAt));
    }

    [Fact]
    public async Task An_unknown_agent_is_not_retried_and_the_known_ones_are_named()
    {
        await using var bench = await RunBench.CreateAsync("");
        bench.Spec = bench.Spec with { Agent = new RunAgent { Name = "nobody" } };
        var report = await bench.RunAsync();

        Assert.Equal((RunOutcome.AgentError, "unknown_agent", false), (report.Outcome, report.Error!.Code, report.Error.Retry));
        Assert.All(KnownAgents.Names, name => Assert.Contains(name, report.Error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "script_missing")]
    [InlineData("dance", "script_invalid")]
    [InlineData("replace readme.md: nowhere => x", "script_invalid")]
    public async Task A_script_that_cannot_be_followed_is_not_retried(string script, string code)
    {
        await using var bench = await RunBench.CreateAsync(script);
        var report = await bench.RunAsync();
        Assert.Equal((RunOutcome.AgentError, code, false), (report.Outcome, report.Error!.Code, report.Error.Retry));
    }

    [Fact]
    public async Task A_command_that_does_not_exist_is_agent_missing()
    {
        await using var bench = await RunBench.CreateAsync("");
        bench.Spec = bench.Spec with { Agent = RunBench.Command("no-such-agent-here --fast") };
        var report = await bench.RunAsync();
        Assert.Equal((RunOutcome.AgentError, "agent_missing", false), (report.Outcome, report.Error!.Code, report.Error.Retry));
    }

    [Fact]
    public async Task A_spec_that_is_none_gives_a_report_for_the_job_of_its_folder()
    {
        await using var bench = await RunBench.CreateAsync("");
        var folder = RunFolder.Of(bench.Root, Guid.NewGuid(), 4);
        Directory.CreateDirectory(folder.Path);
        await File.WriteAllTextAsync(folder.Spec, "{ not json", TestContext.Current.CancellationToken);
        var code = await AutoBuild.Runner.RunnerProcess.RunAsync(folder.Spec, new() { Environment = new Dictionary<string, string>(), Self = [] }, CancellationToken.None);

        var report = AutoBuild.Core.Json.CoreJson.Read<RunReport>(await File.ReadAllTextAsync(folder.Report, TestContext.Current.CancellationToken));
        Assert.Equal((0, "spec_invalid", 4, false), (code, report.Error!.Code, report.Attempt, report.Error.Retry));
        Assert.EndsWith($"{report.JobId}/4", folder.Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_folder_there_is_no_report_and_the_exit_code_is_3()
    {
        var complaints = new List<string>();
        var host = new AutoBuild.Runner.RunnerHost { Environment = new Dictionary<string, string>(), Self = [], Complain = complaints.Add };
        Assert.Equal(3, await AutoBuild.Runner.RunnerProcess.RunAsync("/nowhere/at/all/spec.json", host, CancellationToken.None));
        Assert.Single(complaints);
    }

    [Fact]
    public async Task A_clone_that_is_gone_is_prepare_failed()
    {
        await using var bench = await RunBench.CreateAsync("write a.txt: x");
        Directory.Delete(bench.Spec.Tree.Repository, recursive: true);
        var report = await bench.RunAsync();
        Assert.Equal((RunOutcome.AgentError, "prepare_failed"), (report.Outcome, report.Error!.Code));
    }

    [Fact]
    public async Task Two_runners_on_one_folder_are_one_too_many()
    {
        await using var bench = await RunBench.CreateAsync("write a.txt: x\nprint ready\nwait-for go");
        var run = bench.RunAsync();
        await bench.WaitForAsync(e => e.Text == "ready");
        var host = new AutoBuild.Runner.RunnerHost { Environment = new Dictionary<string, string>(), Self = [] };
        Assert.Equal(3, await AutoBuild.Runner.RunnerProcess.RunAsync(bench.Folder.Spec, host, CancellationToken.None));
        Assert.False(File.Exists(bench.Folder.Report));
        await File.WriteAllTextAsync(Path.Combine(bench.Tree, "go"), "", TestContext.Current.CancellationToken);
        Assert.Equal(RunOutcome.Changed, (await run).Outcome);
    }

    [Fact]
    public async Task A_runner_started_twice_leaves_the_first_report_alone()
    {
        await using var bench = await RunBench.CreateAsync("write a.txt: x");
        await bench.RunAsync();
        var first = await File.ReadAllTextAsync(bench.Folder.Report, TestContext.Current.CancellationToken);
        await bench.RunAsync();
        Assert.Equal(first, await File.ReadAllTextAsync(bench.Folder.Report, TestContext.Current.CancellationToken));
    }
}
