using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Tickets;
using AutoBuild.Orchestrator;
using AutoBuild.Orchestrator.Landings;
using AutoBuild.Orchestrator.Worktrees;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Orchestrator;

public sealed class LandingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_merge_onto_a_moved_tip_is_checked_before_it_lands()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var (first, second) = await TwoAsync(bench, project, "write one.txt 1", "write two.txt 2");

        await LandAsync(bench, first);
        var landing = await LandAsync(bench, second);

        Assert.Equal([landing.MergedCommit!], bench.Checks);
        Assert.Equal((QaVerdict.Passed, landing.MergedCommit), (landing.Qa!.Verdict, landing.Qa.Commit));
        Assert.Equal("1\n", await bench.ReadAsync(project, "refs/heads/main", "one.txt"));
        Assert.Equal("2\n", await bench.ReadAsync(project, "refs/heads/main", "two.txt"));
    }

    [Fact]
    public async Task What_passes_alone_but_fails_together_stays_off_the_target()
    {
        await using var bench = await Bench.StartAsync(options => options with { Landing = new LandingOptions { Reworks = 0 } });
        var project = await bench.AddProjectAsync();
        var (left, right) = await TwoAsync(bench, project, "write left.txt 1", "write right.txt 2");
        var landed = await LandAsync(bench, left);

        await bench.Get<LandingDesk>().ApproveAsync(right.Id, "somebody", Cancel);
        var landing = await bench.LandingAsync(right, found => found.State == LandingState.Red);

        Assert.Equal(landed.MergedCommit, await bench.Clone(project).ResolveAsync("refs/heads/main", Cancel));
        Assert.Contains("test", landing.Error, StringComparison.Ordinal);
        var ticket = await bench.Store.GetTicketAsync(right.TicketId, Cancel);
        Assert.Equal((TicketState.InReview, NeedsYouKind.Red), (ticket!.Status, ticket.NeedsYou!.Kind));
    }

    [Fact]
    public async Task A_conflict_shows_both_sides_and_lands_with_a_persons_text()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var (first, second) = await TwoAsync(bench, project, "write base.txt ours", "write base.txt theirs");
        await LandAsync(bench, first);

        await bench.Get<LandingDesk>().ApproveAsync(second.Id, "somebody", Cancel);
        var landing = await bench.LandingAsync(second, found => found.State == LandingState.Conflict);

        Assert.Equal(("base.txt", "content", "ours\n", "theirs\n"), (landing.Conflicts[0].Path, landing.Conflicts[0].Kind, landing.Conflicts[0].Ours, landing.Conflicts[0].Theirs));
        Assert.Equal(NeedsYouKind.Conflict, (await bench.Store.GetTicketAsync(second.TicketId, Cancel))!.NeedsYou!.Kind);
        var desk = bench.Get<LandingDesk>();
        Assert.Equal("resolution_missing", (await desk.ResolveAsync(landing.Id, new LandingResolution(null, new Dictionary<string, string?>()), "somebody", Cancel)).Refusal?.Code);
        (await desk.ResolveAsync(landing.Id, new LandingResolution(null, new Dictionary<string, string?> { ["base.txt"] = "both\n" }), "somebody", Cancel)).OrThrow();
        await bench.LandingAsync(second, found => found.State == LandingState.Landed);
        Assert.Equal("both\n", await bench.ReadAsync(project, "refs/heads/main", "base.txt"));
    }

    [Fact]
    public async Task A_conflict_is_resolved_with_the_branch_of_a_persons_worktree()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var (first, second) = await TwoAsync(bench, project, "write base.txt ours", "write base.txt theirs");
        await LandAsync(bench, first);
        var desk = bench.Get<LandingDesk>();
        await desk.ApproveAsync(second.Id, "somebody", Cancel);
        var landing = await bench.LandingAsync(second, found => found.State == LandingState.Conflict);
        var tree = (await bench.Get<WorktreeDesk>().CreateAsync(project.Id, null, "my-answer", Cancel)).OrThrow();

        Assert.Equal("work_dropped", (await desk.ResolveAsync(landing.Id, new LandingResolution("my-answer", null), "somebody", Cancel)).Refusal?.Code);
        await Git.ExpectAsync(tree.Path, ["merge", "-q", "-s", "ours", "-m", "both", landing.Commit], null, Cancel);
        (await desk.ResolveAsync(landing.Id, new LandingResolution("my-answer", null), "somebody", Cancel)).OrThrow();

        await bench.LandingAsync(second, found => found.State == LandingState.Landed);
        Assert.Equal("ours\n", await bench.ReadAsync(project, "refs/heads/main", "base.txt"));
        (await bench.Get<WorktreeDesk>().DeleteAsync(tree.Id, false, Cancel)).OrThrow();
    }

    [Fact]
    public async Task A_tip_that_moves_during_the_check_makes_the_landing_merge_again()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var (first, second) = await TwoAsync(bench, project, "write one.txt 1", "write two.txt 2");
        await LandAsync(bench, first);
        bench.Open("hold-checks");
        await bench.Get<LandingDesk>().ApproveAsync(second.Id, "somebody", Cancel);
        var testing = await bench.LandingAsync(second, found => found.State == LandingState.Testing && bench.Checks.Length == 1);
        var clone = bench.Clone(project);
        var outside = ((MergeOutcome.Merged)await clone.MergeAsync(testing.OntoCommit!, await OnlyInCloneAsync(clone, testing.OntoCommit!), "outside", Cancel)).Commit;
        Assert.True(await clone.MoveTipAsync("main", testing.OntoCommit!, outside, Cancel));

        bench.Open("checks-go");

        var landed = await bench.LandingAsync(second, found => found.State == LandingState.Landed);
        Assert.Equal(outside, landed.OntoCommit);
        Assert.Equal(2, bench.Checks.Length);
        Assert.True(await clone.ContainsAsync(outside, landed.MergedCommit!, Cancel));
    }

    [Fact]
    public async Task Commits_of_the_user_that_the_tip_lacks_are_merged_first()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var (first, second) = await TwoAsync(bench, project, "write one.txt 1", "write two.txt 2");
        await LandAsync(bench, first);
        var own = await bench.CommitAsync("own.txt", "mine\n");

        var landing = await LandAsync(bench, second);

        Assert.True(await bench.Clone(project).ContainsAsync(own, landing.MergedCommit!, Cancel));
        foreach (var file in (string[])["one.txt", "two.txt", "own.txt"])
        {
            Assert.NotNull(await bench.ReadAsync(project, "refs/heads/main", file));
        }
    }

    [Fact]
    public async Task A_check_that_was_under_way_at_a_restart_is_started_over()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var (first, second) = await TwoAsync(bench, project, "write one.txt 1", "write two.txt 2");
        await LandAsync(bench, first);
        bench.Open("hold-checks");
        await bench.Get<LandingDesk>().ApproveAsync(second.Id, "somebody", Cancel);
        await bench.LandingAsync(second, found => found.State == LandingState.Testing && bench.Checks.Length == 1);

        await bench.StopServerAsync();
        bench.Open("checks-go");
        await bench.StartServerAsync();

        await bench.LandingAsync(second, found => found.State == LandingState.Landed);
    }

    [Theory]
    [InlineData(LandingState.Merging, false)]
    [InlineData(LandingState.Testing, false)]
    [InlineData(LandingState.Moving, false)]
    [InlineData(LandingState.Moving, true)]
    public async Task A_restart_settles_a_landing_in_any_state(LandingState state, bool isMoved)
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var job = await bench.EndAsync(await bench.SubmitAsync(project, "write new.txt hello"));
        var desk = bench.Get<LandingDesk>();
        await desk.PauseAsync(project.Id, null, Cancel);
        var landing = (await desk.ApproveAsync(job.Id, "somebody", Cancel)).OrThrow();
        var clone = bench.Clone(project);
        var tip = (await clone.ResolveAsync("refs/heads/main", Cancel))!;
        var merged = (MergeOutcome.Merged)await clone.MergeAsync(tip, job.HeadCommit!, "merge", Cancel);
        LandingInput[] path = [new LandingInput.Taken(tip), new LandingInput.Merged(merged.Commit), new LandingInput.Passed(job.Qa!)];
        foreach (var input in path[..(state - LandingState.Queued)])
        {
            (await bench.Store.ApplyLandingAsync(landing.Id, input, Cancel)).OrThrow();
        }

        if (isMoved)
        {
            Assert.True(await clone.MoveTipAsync("main", tip, merged.Commit, Cancel));
        }

        await bench.StopServerAsync();
        await bench.StartServerAsync();

        Assert.Equal(isMoved ? LandingState.Landed : LandingState.Queued, (await bench.Store.GetLandingAsync(landing.Id, Cancel))!.State);
        await bench.Get<LandingDesk>().ResumeAsync(project.Id, null, Cancel);
        await bench.LandingAsync(job, found => found.State == LandingState.Landed);
        Assert.Equal("hello\n", await bench.ReadAsync(project, "refs/heads/main", "new.txt"));
    }

    [Fact]
    public async Task Landed_work_is_pushed_and_a_refused_push_takes_the_other_work_in()
    {
        await using var bench = await Bench.StartAsync();
        var remote = Path.Combine(bench.Root, "remote.git");
        await bench.GitAsync("clone", "-q", "--bare", bench.Checkout, remote);
        var project = await bench.AddProjectAsync(wanted => wanted with { RepoPath = null, RepoUrl = $"file://{remote}" });
        var job = await bench.EndAsync(await bench.SubmitAsync(project, "write new.txt hello"));
        await bench.CommitAsync("other.txt", "theirs\n");
        await bench.GitAsync("push", "-q", remote, "main");

        var landing = await LandAsync(bench, job);

        Assert.Equal(landing.MergedCommit, await bench.GitAsync("ls-remote", remote, "refs/heads/main").ContinueWith(text => text.Result.Split('\t')[0], Cancel, TaskContinuationOptions.None, TaskScheduler.Default));
        Assert.Equal("theirs\n", await bench.ReadAsync(project, "refs/heads/main", "other.txt"));
    }

    [Fact]
    public async Task A_remote_that_takes_no_push_leaves_the_tip_where_it_was_and_says_so()
    {
        await using var bench = await Bench.StartAsync();
        var remote = Path.Combine(bench.Root, "remote.git");
        await bench.GitAsync("clone", "-q", "--bare", bench.Checkout, remote);
        var project = await bench.AddProjectAsync(wanted => wanted with { RepoPath = null, RepoUrl = $"file://{remote}" });
        var job = await bench.EndAsync(await bench.SubmitAsync(project, "write new.txt hello"));
        var hook = Path.Combine(remote, "hooks", "pre-receive");
        Directory.CreateDirectory(Path.GetDirectoryName(hook)!);
        await File.WriteAllTextAsync(hook, "#!/bin/sh\necho no entry >&2\nexit 1\n", Cancel);
        File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        await bench.Get<LandingDesk>().ApproveAsync(job.Id, "somebody", Cancel);

        var landing = await bench.LandingAsync(job, found => found.State == LandingState.Queued && found.Error is not null);
        Assert.Contains("refused", landing.Error, StringComparison.Ordinal);
        await bench.Get<LandingDesk>().EjectAsync(landing.Id, "enough", Cancel);
        Assert.Equal(job.BaseCommit, await bench.Clone(project).ResolveAsync("refs/heads/main", Cancel));
    }

    [Fact]
    public async Task Work_without_checks_lands_by_a_person_only_and_failed_work_never()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync(wanted => wanted with { Landing = LandingPolicy.Auto });
        var desk = bench.Get<LandingDesk>();
        var failed = await bench.EndAsync(await bench.SubmitAsync(project, "failing new.txt hello"));
        Assert.Equal("not_landable", (await desk.ApproveAsync(failed.Id, "somebody", Cancel)).Refusal?.Code);
        var job = await bench.EndAsync(await bench.SubmitAsync(project, "unchecked new.txt hello"));
        Assert.Empty((await bench.Store.ListLandingsAsync(new(JobId: job.Id), new(1), Cancel)).Items);

        var landing = await LandAsync(bench, job);

        Assert.Equal(QaVerdict.NotRun, landing.Qa!.Verdict);
        Assert.Equal("already_landed", (await desk.ApproveAsync(job.Id, "somebody", Cancel)).Refusal?.Code);
        Assert.Equal("job_not_found", (await desk.ApproveAsync(Guid.NewGuid(), "somebody", Cancel)).Refusal?.Code);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 3)]
    [InlineData(2, 2)]
    public async Task Who_is_ejected_from_a_batch_under_test_is_left_out_and_the_others_land(int ejected, int checks)
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var desk = bench.Get<LandingDesk>();
        await desk.PauseAsync(project.Id, null, Cancel);
        var landings = new List<Landing>();
        foreach (var name in (string[])["one", "two", "three"])
        {
            landings.Add((await desk.ApproveAsync((await bench.EndAsync(await bench.SubmitAsync(project, $"write {name}.txt 1"))).Id, "somebody", Cancel)).OrThrow());
        }

        bench.Open("hold-checks");
        await desk.ResumeAsync(project.Id, null, Cancel);
        await bench.UntilAsync(async () => await bench.Store.GetLandingAsync(landings[2].Id, Cancel), found => found.State == LandingState.Testing && bench.Checks.Length == 1);
        (await desk.EjectAsync(landings[ejected].Id, "not now", Cancel)).OrThrow();
        bench.Open("checks-go");

        foreach (var landing in landings)
        {
            await bench.UntilAsync(async () => await bench.Store.GetLandingAsync(landing.Id, Cancel), found => found.State == (landing == landings[ejected] ? LandingState.Ejected : LandingState.Landed));
        }

        Assert.InRange(bench.Checks.Length, 2, checks);
        Assert.Null(await bench.ReadAsync(project, "refs/heads/main", ((string[])["one", "two", "three"])[ejected] + ".txt"));
    }

    private static async Task<(Job First, Job Second)> TwoAsync(Bench bench, Project project, string first, string second)
    {
        var jobs = (await bench.SubmitAsync(project, "gate go " + first), await bench.SubmitAsync(project, "gate go " + second));
        await bench.UntilAsync(jobs.Item1.Id, found => found.State == JobState.Running);
        await bench.UntilAsync(jobs.Item2.Id, found => found.State == JobState.Running);
        bench.Open("go");
        return (await bench.EndAsync(jobs.Item1), await bench.EndAsync(jobs.Item2));
    }

    private static async Task<Landing> LandAsync(Bench bench, Job job)
    {
        (await bench.Get<LandingDesk>().ApproveAsync(job.Id, "somebody", Cancel)).OrThrow();
        return await bench.LandingAsync(job, found => found.State == LandingState.Landed);
    }

    private static async Task<string> OnlyInCloneAsync(BareClone clone, string parent)
    {
        var tree = await clone.TreeAsync(parent, Cancel);
        return await Git.TextAsync(clone.Path, ["commit-tree", tree, "-p", parent, "-m", "elsewhere"], null, Cancel);
    }
}
