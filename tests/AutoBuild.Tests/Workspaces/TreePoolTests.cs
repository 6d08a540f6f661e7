using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Workspaces;

public sealed class TreePoolTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_warm_slot_is_ready_without_a_checkout_and_comes_back_clean()
    {
        using var bench = await Bench.CreateAsync();
        var pool = new TreePool(bench.Folder["worktrees"]);
        await pool.WarmAsync("p", bench.Clone, bench.Start, 1, Stop);
        Assert.Equal((0, 1), Count(pool));

        var lease = await pool.LeaseAsync("p", "t1", bench.Clone, bench.Start, Stop);
        Assert.True(lease.Warm);
        Assert.Equal((bench.Plan.Path, bench.Plan.GitDir), (lease.Tree, lease.GitDir));
        Assert.True((await JobTree.PrepareAsync(bench.Plan, Stop)).Warm);
        Assert.Equal("", await bench.JobGitAsync("status", "--porcelain", "--ignored"));
        Assert.Equal((1, 0), Count(pool));

        bench.Write("a.txt", "work");
        bench.Write("x.log", "ignored");
        Directory.CreateDirectory(bench["locked"]);
        bench.Write("locked/file", "x");
        File.SetUnixFileMode(bench["locked/file"], UnixFileMode.UserRead);
        File.SetUnixFileMode(bench["locked"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var rescue = await pool.ReturnAsync(lease, "job1-1", null, Stop);

        Assert.Equal("work"u8.ToArray(), await bench.Clone.ReadFileAsync(rescue!.Commit, "a.txt", Stop));
        Assert.Equal((0, 1), Count(pool));
        Assert.False(Directory.Exists(lease.Directory));
        var again = await pool.LeaseAsync("p", "t1", bench.Clone, bench.Start, Stop);
        Assert.True(again.Warm);
        Assert.Null((await JobTree.PrepareAsync(bench.Plan, Stop)).Rescued);
        Assert.Equal([".git", ".gitignore", "a.txt"], Directory.EnumerateFileSystemEntries(bench.Plan.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("one\n", File.ReadAllText(bench["a.txt"]));
    }

    [Fact]
    public async Task A_stale_slot_is_moved_to_the_start_commit()
    {
        using var bench = await Bench.CreateAsync();
        var pool = new TreePool(bench.Folder["worktrees"]);
        await pool.WarmAsync("p", bench.Clone, bench.Start, 1, Stop);
        var next = await BareCloneTests.LandAsync(bench.Clone, bench.Start, "b.txt");

        var lease = await pool.LeaseAsync("p", "t1", bench.Clone, next, Stop);
        Assert.False(lease.Warm);
        Assert.False((await JobTree.PrepareAsync(bench.Plan with { StartCommit = next }, Stop)).Warm);
        Assert.Equal("landed\n", File.ReadAllText(bench["b.txt"]));
        Assert.Equal("", await bench.JobGitAsync("status", "--porcelain"));
        await pool.ReturnAsync(lease, "j", null, Stop);

        var third = await BareCloneTests.LandAsync(bench.Clone, next, "c.txt");
        await pool.WarmAsync("p", bench.Clone, third, 1, Stop);
        Assert.True((await pool.LeaseAsync("p", "t2", bench.Clone, third, Stop)).Warm);
    }

    [Fact]
    public async Task A_cold_place_is_filled_by_the_runner_and_pooled_afterwards()
    {
        using var bench = await Bench.CreateAsync();
        var pool = new TreePool(bench.Folder["worktrees"]);
        var lease = await pool.LeaseAsync("p", "t1", bench.Clone, bench.Start, Stop);
        await JobTree.PrepareAsync(bench.Plan, Stop);
        bench.Write("b.txt", "b");
        var commit = await JobTree.CommitAllAsync(bench.Plan, "m", cancellation: Stop);
        await bench.Clone.ImportAsync(bench.Plan.GitDir, bench.Plan.Branch, Stop);

        Assert.Null(await pool.ReturnAsync(lease, "j", null, Stop));

        var follow = await pool.LeaseAsync("p", "t1", bench.Clone, commit!, Stop);
        await JobTree.PrepareAsync(bench.Plan with { StartCommit = commit! }, Stop);
        Assert.Equal("b", File.ReadAllText(bench["b.txt"]));
        Assert.Equal(commit, await bench.JobGitAsync("rev-parse", "HEAD"));
        Assert.Equal(lease.Directory, follow.Directory);
    }

    [Fact]
    public async Task Commits_never_taken_over_are_rescued_and_the_slot_still_comes_back()
    {
        using var bench = await Bench.CreateAsync();
        var pool = new TreePool(bench.Folder["worktrees"]);
        var lease = await pool.LeaseAsync("p", "t1", bench.Clone, bench.Start, Stop);
        await JobTree.PrepareAsync(bench.Plan, Stop);
        bench.Write("b.txt", "b");
        var commit = await JobTree.CommitAllAsync(bench.Plan, "never imported", cancellation: Stop);

        var rescue = await pool.ReturnAsync(lease, "j", null, Stop);

        Assert.True(await bench.Clone.ContainsAsync(commit!, rescue!.Commit, Stop));
        Assert.True((await pool.LeaseAsync("p", "t2", bench.Clone, bench.Start, Stop)).Warm);
    }

    [Fact]
    public async Task A_ticket_has_one_lease_and_the_pool_is_bounded()
    {
        using var bench = await Bench.CreateAsync();
        var pool = new TreePool(bench.Folder["worktrees"], maxIdle: 1, maxActive: 2);
        var leases = new List<TreeLease> { await pool.LeaseAsync("p", "t1", bench.Clone, bench.Start, Stop), await pool.LeaseAsync("p", "t2", bench.Clone, bench.Start, Stop) };

        Assert.Equal("worktrees_full", await CodeAsync(pool.LeaseAsync, "t3"));
        await pool.ReturnAsync(leases[1], "j", null, Stop);
        Assert.Equal("worktree_busy", await CodeAsync(pool.LeaseAsync, "t1"));
        Assert.Equal("path_escapes", await CodeAsync(pool.LeaseAsync, "../t1"));
        leases[1] = await pool.LeaseAsync("p", "t3", bench.Clone, bench.Start, Stop);

        foreach (var lease in leases)
        {
            await JobTree.PrepareAsync(bench.Plan with { Path = lease.Tree, GitDir = lease.GitDir }, Stop);
            await pool.ReturnAsync(lease, "j", null, Stop);
        }
        Assert.Equal((0, 1), Count(pool));

        async Task<string> CodeAsync(Func<string, string, BareClone, string, CancellationToken, Task<TreeLease>> lease, string ticket) =>
            (await Assert.ThrowsAsync<WorkspaceException>(() => lease("p", ticket, bench.Clone, bench.Start, Stop))).Code;
    }

    [Fact]
    public async Task Many_leases_and_returns_at_once_keep_apart()
    {
        using var bench = await Bench.CreateAsync();
        var pool = new TreePool(bench.Folder["worktrees"], maxIdle: 3);
        await pool.WarmAsync("p", bench.Clone, bench.Start, 2, Stop);

        var found = await Task.WhenAll(Enumerable.Range(0, 12).Select(async n =>
        {
            var lease = await pool.LeaseAsync("p", $"t{n}", bench.Clone, bench.Start, Stop);
            var plan = bench.Plan with { Path = lease.Tree, GitDir = lease.GitDir, Branch = $"autobuild/t{n}" };
            await JobTree.PrepareAsync(plan, Stop);
            File.WriteAllText(Path.Combine(lease.Tree, "mine.txt"), $"{n}");
            await JobTree.CommitAllAsync(plan, "m", cancellation: Stop);
            var commit = await bench.Clone.ImportAsync(lease.GitDir, plan.Branch, Stop);
            Assert.Null(await pool.ReturnAsync(lease, "j", null, Stop));
            return System.Text.Encoding.UTF8.GetString((await bench.Clone.ReadFileAsync(commit, "mine.txt", Stop))!);
        }));

        Assert.Equal(Enumerable.Range(0, 12).Select(n => $"{n}"), found);
        Assert.Equal(12, (await bench.Clone.JobBranchesAsync(Stop)).Count);
        Assert.InRange(pool.Stats().Idle, 1, 3);
    }

    [Fact]
    public async Task A_tree_with_too_much_unsaved_work_is_kept()
    {
        using var bench = await Bench.CreateAsync();
        var pool = new TreePool(bench.Folder["worktrees"]);
        var lease = await pool.LeaseAsync("p", "t1", bench.Clone, bench.Start, Stop);
        await JobTree.PrepareAsync(bench.Plan, Stop);
        using (var big = File.Create(bench["big"]))
        {
            big.SetLength(Rescue.DefaultLimit + 1);
        }

        Assert.Equal("rescue_too_large", (await Assert.ThrowsAsync<WorkspaceException>(() => pool.ReturnAsync(lease, "j", null, Stop))).Code);
        Assert.True(File.Exists(bench["big"]));
        Assert.Contains("kept", Assert.Single(await pool.SweepAsync(_ => false, Stop)), StringComparison.Ordinal);
        Assert.True(File.Exists(bench["big"]));
    }

    [Fact]
    public async Task After_a_restart_orphans_are_rescued_held_ones_stay_and_old_slots_go()
    {
        using var bench = await Bench.CreateAsync();
        var before = new TreePool(bench.Folder["worktrees"]);
        await before.WarmAsync("p", bench.Clone, bench.Start, 2, Stop);
        await before.LeaseAsync("p", "t1", bench.Clone, bench.Start, Stop);
        await JobTree.PrepareAsync(bench.Plan, Stop);
        bench.Write("b.txt", "unsaved");
        var held = await before.LeaseAsync("p", "t2", bench.Clone, bench.Start, Stop);

        var clock = new FakeClock();
        clock.Advance(TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(1) - clock.GetUtcNow());
        var pool = new TreePool(bench.Folder["worktrees"], time: clock);
        var note = Assert.Single(await pool.SweepAsync(lease => lease.Ticket == "t2", Stop));

        Assert.Contains("t1-orphan", note, StringComparison.Ordinal);
        Assert.Equal("t1-orphan", Assert.Single(await Rescue.ListAsync(bench.Clone, Stop)).Name);
        Assert.True(Directory.Exists(held.Directory));
        Assert.Equal((1, 1), Count(pool));

        clock.Advance(TimeSpan.FromHours(3));
        await pool.SweepAsync(_ => true, Stop);
        Assert.Equal((1, 0), Count(pool));
        Assert.Empty(Directory.EnumerateDirectories(bench.Folder["worktrees/.work"]));
    }

    private static (int, int) Count(TreePool pool) => (pool.Stats().Active, pool.Stats().Idle);
}
