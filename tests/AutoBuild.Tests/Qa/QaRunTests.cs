using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Runner.Qa;

namespace AutoBuild.Tests.Qa;

public sealed class QaRunTests : IDisposable
{
    private readonly QaFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static QaPlan Plan(params (string Name, string Command)[] checks) =>
        QaPlan.Choose(new RunQa { Checks = [.. checks.Select(check => new QaCheck { Name = check.Name, Command = check.Command, TimeoutSeconds = 60 })] }, null, "/");

    private static async Task<QaReport> WithBaselineAsync(QaReport report, QaPlan plan, QaFolder? at) =>
        await QaRun.WithBaselineAsync(report, plan, _ => Task.FromResult(at?.Site()), TestContext.Current.CancellationToken);

    [Fact]
    public async Task Passes_and_binds_the_result_to_commit_and_tree()
    {
        var report = await _folder.RunAsync(_folder.Site() with { TreeHash = "aaaa" }, Plan(("a", "echo one; echo two >&2")));

        Assert.Equal(QaVerdict.Passed, report.Verdict);
        Assert.Equal(("1111111111111111111111111111111111111111", "aaaa", "request"), (report.Commit, report.Tree, report.Source));
        var check = Assert.Single(report.Checks);
        Assert.Equal((QaStatus.Passed, 0), (check.Status, check.ExitCode));
        Assert.Equal(["one", "two"], check.LogTail!.Split('\n').Order());
    }

    [Fact]
    public async Task Goes_on_after_a_failure_and_keeps_its_exit_code()
    {
        var report = await _folder.RunAsync(plan: Plan(("a", "exit 3"), ("b", "true")));

        Assert.Equal(QaVerdict.Failed, report.Verdict);
        Assert.Equal([(QaStatus.Failed, 3), (QaStatus.Passed, 0)], report.Checks.Select(check => (check.Status, check.ExitCode!.Value)));
    }

    [Fact]
    public async Task A_check_that_is_not_required_does_not_fail_the_rest()
    {
        var plan = Plan(("a", "true"), ("b", "false"));
        plan = plan with { Steps = [plan.Steps[0], plan.Steps[1] with { Check = plan.Checks[1] with { Required = false } }] };

        Assert.Equal(QaVerdict.Passed, (await _folder.RunAsync(plan: plan)).Verdict);
    }

    [Fact]
    public async Task No_checks_is_no_pass()
    {
        var report = await _folder.RunAsync();

        Assert.Equal(QaVerdict.NotRun, report.Verdict);
        Assert.StartsWith("No checks were found", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_tool_is_no_pass_even_beside_one()
    {
        var report = await _folder.RunAsync(plan: Plan(("a", "true"), ("b", "NAME=1 cargo test")));

        Assert.Equal(QaVerdict.NotRun, report.Verdict);
        Assert.Equal(QaStatus.NotRun, report.Checks[1].Status);
        Assert.StartsWith("'cargo' is not on PATH.", report.Checks[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_weighs_more_than_a_missing_tool() =>
        Assert.Equal(QaVerdict.Failed, (await _folder.RunAsync(plan: Plan(("a", "false"), ("b", "cargo test")))).Verdict);

    [Fact]
    public async Task Ends_a_check_at_its_timeout_and_says_so()
    {
        var plan = Plan(("a", "echo here; exec sleep 600"));
        plan = plan with { Steps = [plan.Steps[0] with { Check = plan.Checks[0] with { TimeoutSeconds = 1 } }] };

        var check = (await _folder.RunAsync(plan: plan)).Checks[0];

        Assert.Equal((QaStatus.Failed, null, "It timed out after 1 s.", "here"), (check.Status, check.ExitCode, check.Reason, check.LogTail));
    }

    [Fact]
    public async Task Cancelling_ends_the_check()
    {
        using var cancel = new CancellationTokenSource();
        var site = _folder.Site() with { Output = _ => cancel.Cancel() };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => QaRun.RunAsync(Plan(("a", "echo x; exec sleep 600")), site, cancel.Token)
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Keeps_the_end_of_the_output_masked_and_without_colours()
    {
        var site = _folder.Site() with { Mask = text => text.Replace("hunter2", "***", StringComparison.Ordinal) };
        var report = await _folder.RunAsync(site, Plan(("a", """i=0; while [ $i -lt 300 ]; do echo "line $i"; i=$((i+1)); done; printf '10%%\r100%%\n\033[31mhunter2\033[0m\n'""")));

        var lines = report.Checks[0].LogTail!.Split('\n');
        Assert.Equal(80, lines.Length);
        Assert.Equal(["line 299", "100%", "***"], lines[^3..]);
    }

    [Fact]
    public void Long_lines_are_cut_to_eight_kilobytes()
    {
        Assert.Equal(8 * 1024, CheckOutput.Tail(new string('x', 50_000)).Length);
        Assert.Equal(7 * 1024, CheckOutput.Tail(new string('x', 7 * 1024) + "\n" + new string('y', 7 * 1024)).Length);
    }

    [Fact]
    public async Task Says_which_files_a_check_changed()
    {
        string[] changed = [];
        var site = _folder.Site() with { Changed = _ => Task.FromResult<IReadOnlyList<string>>(changed), CheckEnded = _ => changed = ["a.js", "b.js"] };

        var report = await _folder.RunAsync(site, Plan(("a", "true"), ("b", "true")));

        Assert.Null(report.Checks[0].Reason);
        Assert.Equal("It changed files that are not ignored: a.js, b.js.", report.Checks[1].Reason);
    }

    [Fact]
    public async Task What_failed_on_the_base_too_is_told_apart()
    {
        using var atBase = new QaFolder();
        _folder.Write("old-fails").Write("new-fails");
        atBase.Write("old-fails");
        var plan = Plan(("old", "test ! -e old-fails"), ("new", "test ! -e new-fails"), ("good", "true"));
        var report = await _folder.RunAsync(plan: plan);

        report = await WithBaselineAsync(report, plan, atBase);

        Assert.Equal([QaStatus.FailingOnBase, QaStatus.Failed, QaStatus.Passed], report.Checks.Select(check => check.Status));
        Assert.Equal("It fails on the base (11111111) too.", report.Checks[0].Reason);
        Assert.Equal(QaVerdict.Failed, report.Verdict);
    }

    [Fact]
    public async Task All_failing_on_the_base_is_no_pass()
    {
        using var atBase = new QaFolder();
        var plan = Plan(("old", "false"));

        var report = await WithBaselineAsync(await _folder.RunAsync(plan: plan), plan, atBase);

        Assert.Equal((QaVerdict.NotRun, QaStatus.FailingOnBase, "Failing on the base already: old."), (report.Verdict, report.Checks[0].Status, report.Reason));
    }

    [Fact]
    public async Task A_test_script_that_the_change_brings_cannot_have_failed_before()
    {
        using var atBase = new QaFolder();
        atBase.Write("package.json", "{}").Tool("npm", "exit 1");
        _folder.Write("package.json", """{"scripts":{"test":"false"}}""").Tool("npm", "exit 1");
        var report = await _folder.RunAsync();
        Assert.Equal(QaVerdict.Failed, report.Verdict);

        report = await WithBaselineAsync(report, _folder.Plan, atBase);

        Assert.Equal((QaVerdict.Failed, QaStatus.Failed), (report.Verdict, report.Checks[0].Status));
        Assert.Empty(atBase.Calls);
    }

    [Theory]
    [InlineData("mkdir -p node_modules; test $1 != run && test $1 != test", QaStatus.FailingOnBase, "npm ci --no-audit --no-fund|npm test")]
    [InlineData("exit 1", QaStatus.Failed, "npm ci --no-audit --no-fund")]
    public async Task The_base_is_installed_before_it_is_compared(string atBaseNpm, QaStatus status, string calls)
    {
        using var atBase = new QaFolder();
        foreach (var folder in (QaFolder[])[_folder, atBase])
        {
            folder.Write("package.json", """{"scripts":{"lint":"x","test":"x"},"dependencies":{"a":"1"}}""").Write("package-lock.json", "{}");
        }
        _folder.Tool("npm", "test $1 != test");
        atBase.Tool("npm", atBaseNpm);
        var report = await _folder.RunAsync();

        report = await WithBaselineAsync(report, _folder.Plan, atBase);

        Assert.Equal([("install", QaStatus.Passed), ("lint", QaStatus.Passed), ("test", status)], report.Checks.Select(check => (check.Name, check.Status)));
        Assert.Equal(calls.Split('|'), atBase.Calls);
    }

    [Fact]
    public async Task The_base_is_not_asked_for_where_nothing_failed()
    {
        var plan = Plan(("a", "true"));
        var report = await QaRun.WithBaselineAsync(await _folder.RunAsync(plan: plan), plan, _ => throw new InvalidOperationException("asked"), TestContext.Current.CancellationToken);

        Assert.Equal(QaVerdict.Passed, report.Verdict);
    }

    [Fact]
    public async Task After_a_failed_install_the_rest_of_its_group_is_skipped()
    {
        _folder.Write("package.json", """{"scripts":{"test":"x"},"dependencies":{"a":"1"}}""").Write("package-lock.json", "{}").Tool("npm", "exit 7");

        var report = await _folder.RunAsync();

        Assert.Equal(["npm ci --no-audit --no-fund"], _folder.Calls);
        Assert.Equal([("install", QaStatus.Failed), ("test", QaStatus.Skipped)], report.Checks.Select(check => (check.Name, check.Status)));
        Assert.Equal("The install before it failed.", report.Checks[1].Reason);
        Assert.Equal(QaVerdict.Failed, report.Verdict);
    }
}
