using AutoBuild.Core.Jobs;
using AutoBuild.Core.Worktrees;
using AutoBuild.Orchestrator.Worktrees;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Orchestrator;

public sealed class WorktreeDeskTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_persons_worktree_is_dropped_only_with_its_work_saved()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var desk = bench.Get<WorktreeDesk>();
        var tree = (await desk.CreateAsync(project.Id, null, "my/idea", Cancel)).OrThrow();
        Assert.Equal("one\ntwo\nthree\n", await File.ReadAllTextAsync(Path.Combine(tree.Path, "base.txt"), Cancel));
        await File.WriteAllTextAsync(Path.Combine(tree.Path, "precious.txt"), "keep me\n", Cancel);

        Assert.Equal("worktree_dirty", (await desk.DeleteAsync(tree.Id, false, Cancel)).Refusal?.Code);
        Assert.Equal(WorktreeState.Deleted, (await desk.DeleteAsync(tree.Id, true, Cancel)).OrThrow().Status);

        var saved = Assert.Single(await bench.Get<RescueDesk>().ListAsync(project.Id, Cancel));
        var restored = (await bench.Get<RescueDesk>().RestoreAsync(project.Id, saved.Name, null, Cancel)).OrThrow();
        Assert.Equal("keep me\n", await File.ReadAllTextAsync(Path.Combine(restored, "precious.txt"), Cancel));
        Assert.Equal(0, (await desk.StatsAsync(Cancel)).Active);
    }

    [Fact]
    public async Task A_branch_of_the_source_is_gone_on_with()
    {
        await using var bench = await Bench.StartAsync();
        await bench.GitAsync("checkout", "-q", "-b", "my/idea");
        await bench.GitAsync("commit", "-q", "--allow-empty", "-m", "mine");
        var mine = await bench.GitAsync("rev-parse", "HEAD");
        await bench.GitAsync("checkout", "-q", "main");
        var project = await bench.AddProjectAsync();

        var tree = (await bench.Get<WorktreeDesk>().CreateAsync(project.Id, null, "my/idea", Cancel)).OrThrow();

        Assert.Equal(mine, await Git.TextAsync(tree.Path, ["rev-parse", "HEAD"], null, Cancel));
    }

    [Fact]
    public async Task Commits_that_were_taken_over_half_way_are_still_saved()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var desk = bench.Get<WorktreeDesk>();
        var tree = (await desk.CreateAsync(project.Id, null, "my/idea", Cancel)).OrThrow();
        await File.WriteAllTextAsync(Path.Combine(tree.Path, "precious.txt"), "keep me\n", Cancel);
        await Git.ExpectAsync(tree.Path, ["add", "-A"], null, Cancel);
        await Git.ExpectAsync(tree.Path, ["commit", "-q", "-m", "mine"], null, Cancel);
        var clone = bench.Clone(project);
        await Git.ExpectAsync(clone.Path, ["fetch", "-q", Path.Combine(tree.Path, "..", "git"), "refs/heads/my/idea:refs/autobuild/import/cut-off"], null, Cancel);

        Assert.Equal("worktree_dirty", (await desk.DeleteAsync(tree.Id, false, Cancel)).Refusal?.Code);
        (await desk.DeleteAsync(tree.Id, true, Cancel)).OrThrow();

        var saved = Assert.Single(await bench.Get<RescueDesk>().ListAsync(project.Id, Cancel));
        Assert.Equal("keep me\n", await bench.ReadAsync(project, saved.Commit, "precious.txt"));
    }

    [Fact]
    public async Task A_clean_worktree_goes_without_force_and_no_more_than_allowed_are_made()
    {
        await using var bench = await Bench.StartAsync(options => options with { Worktrees = options.Worktrees with { MaxActive = 1 } });
        var project = await bench.AddProjectAsync();
        var desk = bench.Get<WorktreeDesk>();
        var tree = (await desk.CreateAsync(project.Id, null, "my/idea", Cancel)).OrThrow();

        Assert.Equal("worktrees_full", (await desk.CreateAsync(project.Id, null, "my/other", Cancel)).Refusal?.Code);
        (await desk.DeleteAsync(tree.Id, false, Cancel)).OrThrow();
        Assert.Empty(await bench.Get<RescueDesk>().ListAsync(null, Cancel));
        (await desk.CreateAsync(project.Id, null, "my/other", Cancel)).OrThrow();
    }

    [Fact]
    public async Task Jobs_wait_while_no_worktree_is_free()
    {
        await using var bench = await Bench.StartAsync(options => options with { Worktrees = options.Worktrees with { MaxActive = 1 } });
        var project = await bench.AddProjectAsync();
        var desk = bench.Get<WorktreeDesk>();
        var tree = (await desk.CreateAsync(project.Id, null, "my/idea", Cancel)).OrThrow();
        var job = await bench.SubmitAsync(project, "write new.txt hello");

        bench.Get<AutoBuild.Orchestrator.Queue.Dispatcher>().Nudge();
        await desk.DeleteAsync(tree.Id, false, Cancel);

        var ended = await bench.EndAsync(job);
        Assert.Equal((JobState.Completed, 1), (ended.State, ended.Attempt));
    }

    [Fact]
    public async Task What_no_name_of_a_branch_is_and_what_is_busy_is_refused()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var desk = bench.Get<WorktreeDesk>();
        var job = await bench.SubmitAsync(project, "gate go write new.txt hello");
        await bench.UntilAsync(job.Id, found => found.State == JobState.Running);
        var busy = Assert.Single(await bench.Store.ListWorktreesAsync(project.Id, Cancel));

        Assert.Equal("branch_invalid", (await desk.CreateAsync(project.Id, null, "a..b", Cancel)).Refusal?.Code);
        Assert.Equal("branch_invalid", (await desk.CreateAsync(project.Id, null, "--help", Cancel)).Refusal?.Code);
        Assert.Equal("branch_reserved", (await desk.CreateAsync(project.Id, null, "main", Cancel)).Refusal?.Code);
        Assert.Equal("worktree_busy", (await desk.DeleteAsync(busy.Id, true, Cancel)).Refusal?.Code);
        Assert.Equal("worktree_not_found", (await desk.DeleteAsync(Guid.NewGuid(), true, Cancel)).Refusal?.Code);
        Assert.Equal("rescue_not_found", (await bench.Get<RescueDesk>().RestoreAsync(project.Id, "nothing", null, Cancel)).Refusal?.Code);
        bench.Open("go");
        await bench.EndAsync(job);
    }
}
