using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;

namespace AutoBuild.Tests.Runner;

public sealed class FixLoopTests
{
    private const string Recipe = ".autobuild.yaml";

    [Fact]
    public async Task Failures_go_back_with_their_output_and_round_2_mends_them()
    {
        await using var bench = await RunBench.CreateAsync("""
            write a.txt: bug
            on round 2:
              expect expected good but found bug
              expect please
              replace a.txt: bug => good
            """, ("a.txt", "fine\n"));
        bench.Spec = bench.Spec with { Qa = RunBench.Check("! grep -q bug a.txt || { echo expected good but found $(cat a.txt); exit 7; }") };
        var report = await bench.RunAsync();

        Assert.Equal((RunOutcome.Changed, QaVerdict.Passed, 2, 2), (report.Outcome, report.Qa!.Verdict, report.QaRounds, report.Usage.Turns));
        Assert.Equal("good\n", await bench.FileAsync("a.txt"));
        Assert.Equal(report.Commit, report.Qa.Commit);
        Assert.Equal([1, 2], bench.Events.Where(e => e.Kind == RunEventKind.CheckEnded && e.Round is not null).Select(e => e.Round!.Value));
    }

    [Fact]
    public async Task What_checks_leave_behind_is_not_committed_and_what_the_agent_left_is_not_touched()
    {
        await using var bench = await RunBench.CreateAsync("append a.txt: bug\nrun git init -q inner && echo mine > inner/b.txt && git -C inner -c user.name=a -c user.email=a@b commit -q --allow-empty -m x\non round 2: replace a.txt: bug => mended", ("a.txt", "fine\n"));
        bench.Spec = bench.Spec with { Qa = RunBench.Check("mkdir -p cache && echo junk > cache/c.txt; ! grep -q bug a.txt") };
        var report = await bench.RunAsync();

        Assert.True(report.Error is null, report.Error?.Message);
        Assert.Equal((RunOutcome.Changed, 2), (report.Outcome, report.QaRounds));
        Assert.Equal(["a.txt"], report.ChangedFiles);
        Assert.False(File.Exists(Path.Combine(bench.Tree, "cache", "c.txt")));
        Assert.True(File.Exists(Path.Combine(bench.Tree, "inner", "b.txt")));
    }

    [Fact]
    public async Task It_gives_up_after_three_fix_rounds()
    {
        await using var bench = await RunBench.CreateAsync("append a.txt: bug\non round any: append a.txt: bug", ("a.txt", "good\n"));
        bench.Spec = bench.Spec with { Qa = RunBench.Check("! grep -q bug a.txt") };
        var report = await bench.RunAsync();

        Assert.Equal((RunOutcome.QaFailed, QaVerdict.Failed, 4, 4), (report.Outcome, report.Qa!.Verdict, report.QaRounds, report.Usage.Turns));
        Assert.Equal("good\nbug\nbug\nbug\nbug\n", await bench.FileAsync("a.txt"));
    }

    [Fact]
    public async Task No_fix_rounds_means_one_try()
    {
        await using var bench = await RunBench.CreateAsync("append a.txt: bug\non round any: append a.txt: bug", ("a.txt", "good\n"));
        bench.Spec = bench.Spec with { Qa = RunBench.Check("! grep -q bug a.txt", fixRounds: 0) };
        Assert.Equal((RunOutcome.QaFailed, 1), (await bench.RunAsync() is var report ? (report.Outcome, report.QaRounds) : default));
    }

    [Fact]
    public async Task A_fix_round_that_changes_nothing_is_the_last()
    {
        await using var bench = await RunBench.CreateAsync("write a.txt: bug\non round 2: print I see nothing wrong", ("a.txt", "good\n"));
        bench.Spec = bench.Spec with { Qa = RunBench.Check("grep -q good a.txt") };
        var report = await bench.RunAsync();

        Assert.Equal((RunOutcome.QaFailed, 2), (report.Outcome, report.Usage.Turns));
        Assert.Contains(bench.Events, e => e.Kind == RunEventKind.Warning && e.Text!.Contains("changed nothing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_fails_on_the_base_too_is_not_the_agents_fault()
    {
        await using var bench = await RunBench.CreateAsync("write a.txt: fine");
        bench.Spec = bench.Spec with { Qa = RunBench.Check("test -e never-there") };
        var report = await bench.RunAsync();

        Assert.Equal((RunOutcome.Changed, QaVerdict.NotRun, 1), (report.Outcome, report.Qa!.Verdict, report.Usage.Turns));
        Assert.Equal(QaStatus.FailingOnBase, Assert.Single(report.Qa.Checks).Status);
    }

    [Fact]
    public async Task Protected_files_are_refused_and_the_agent_may_put_them_back()
    {
        await using var bench = await RunBench.CreateAsync(
            "write deploy/key.txt: mine\nwrite a.txt: x\non round 2:\n  expect deploy/key.txt\n  write deploy/key.txt: theirs",
            (Recipe, "protected: [deploy/]\n"), ("deploy/key.txt", "theirs\n"));
        var report = await bench.RunAsync();

        Assert.Equal(RunOutcome.Changed, report.Outcome);
        Assert.Equal(["a.txt"], report.ChangedFiles);
    }

    [Fact]
    public async Task Protected_files_left_changed_fail_the_run()
    {
        await using var bench = await RunBench.CreateAsync("append deploy/key.txt: mine\non round any: append deploy/key.txt: again",
            (Recipe, "protected: [deploy/]\n"), ("deploy/key.txt", "theirs\n"));
        bench.Spec = bench.Spec with { Qa = bench.Spec.Qa with { FixRounds = 1 } };
        var report = await bench.RunAsync();

        Assert.Equal((RunOutcome.QaFailed, "protected_paths"), (report.Outcome, report.Error!.Code));
        Assert.Contains("deploy/key.txt", report.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_during_a_turn_gets_a_turn_of_its_own()
    {
        await using var bench = await RunBench.CreateAsync("write a.txt: one\nwait-for go\ndelete go\non message:\n  expect make it two\n  write a.txt: two");
        var run = bench.RunAsync();
        await bench.WaitForAsync(e => e.Kind == RunEventKind.FileChange);
        bench.Control(RunControlKind.Message, "make it two");
        await File.WriteAllTextAsync(Path.Combine(bench.Tree, "go"), "", TestContext.Current.CancellationToken);
        var report = await run;

        Assert.Equal((RunOutcome.Changed, 2, "two\n"), (report.Outcome, report.Usage.Turns, await bench.FileAsync("a.txt")));
        Assert.Contains(bench.Events, e => e is { Kind: RunEventKind.Message, Name: "user", Text: "make it two" });
    }

    [Fact]
    public async Task A_follow_up_goes_on_where_the_branch_stands()
    {
        await using var bench = await RunBench.CreateAsync("write a.txt: one\non turn 2:\n  expect more please\n  append a.txt: two");
        await bench.RunAsync();
        await bench.NextAttemptAsync();
        bench.Spec = bench.Spec with { Agent = bench.Spec.Agent! with { Turn = 2, Message = "more please" } };
        var report = await bench.RunAsync();

        Assert.Equal((RunOutcome.Changed, "one\ntwo\n"), (report.Outcome, await bench.FileAsync("a.txt")));
        Assert.Equal(["a.txt"], report.ChangedFiles);
    }
}
