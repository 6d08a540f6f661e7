using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Workspaces;

/// <summary>Plays what a SIGKILL or a power cut leaves of a git command.</summary>
public sealed class LeftoversTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("packed-refs.lock")]
    [InlineData("HEAD.lock")]
    [InlineData("config.lock")]
    [InlineData("shallow.lock")]
    [InlineData("gc.pid")]
    [InlineData("refs/heads/main.lock")]
    [InlineData("refs/heads/autobuild/t1-work.lock")]
    [InlineData("refs/remotes/origin/main.lock")]
    [InlineData("refs/autobuild/rescue/job1-1.lock")]
    public async Task A_lock_of_a_dead_git_in_the_clone_stops_nothing(string name)
    {
        using var bench = await Bench.CreateAsync();
        var left = Path.Combine(bench.Clone.Path, name);
        await JobTree.PrepareAsync(bench.Plan, Stop);
        bench.Write("b.txt", "work\n");
        await JobTree.CommitAllAsync(bench.Plan, "work", cancellation: Stop);
        bench.Write("c.txt", "unsaved\n");
        await bench.User.CommitAsync(("theirs.txt", "theirs\n"));
        async Task AgainAsync(Func<Task> what)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(left)!);
            await File.WriteAllTextAsync(left, "", Stop);
            await what();
            Assert.False(File.Exists(left));
        }

        await AgainAsync(() => bench.Clone.ImportAsync(bench.Plan.GitDir, bench.Plan.Branch, Stop));
        await AgainAsync(() => bench.Clone.FetchAsync(TimeSpan.Zero, Stop));
        await AgainAsync(() => bench.Clone.TakeOriginInAsync("main", Stop));
        await AgainAsync(() => bench.RescueAsync());
        await AgainAsync(() => BareClone.OpenAsync(bench.Clone.Path, bench.User.Path, null, Stop));
        Assert.Single(await Rescue.ListAsync(bench.Clone, Stop));
    }

    [Fact]
    public async Task An_index_in_use_stays_and_one_of_a_dead_process_goes()
    {
        using var bench = await Bench.CreateAsync();
        string[] used = [Leftovers.NewIndex(bench.Clone.Path), Leftovers.NewIndex(bench.Clone.Path) + ".lock"];
        string[] left = [Path.Combine(bench.Clone.Path, $"autobuild-index-{int.MaxValue}-1"), Path.Combine(bench.Clone.Path, "autobuild-index-1a2b")];
        foreach (var file in used.Concat(left))
        {
            await File.WriteAllTextAsync(file, "", Stop);
        }

        await Leftovers.RemoveLocksAsync(bench.Clone.Path, Stop);

        Assert.All(used, file => Assert.True(File.Exists(file)));
        Assert.All(left, file => Assert.False(File.Exists(file)));
    }

    [Fact]
    public async Task A_lock_in_our_own_git_dir_of_a_tree_stops_neither_commit_nor_rescue_nor_the_next_run()
    {
        using var bench = await Bench.CreateAsync();
        var slot = Path.Combine(Path.GetDirectoryName(bench.Plan.GitDir)!, "slot");
        await JobTree.PrepareAsync(bench.Plan, Stop);
        bench.Write("b.txt", "work\n");
        await File.WriteAllTextAsync(Path.Combine(slot, "index.lock"), "half", Stop);
        Assert.NotNull(await JobTree.CommitAllAsync(bench.Plan, "work", cancellation: Stop));

        await bench.JobGitAsync("commit", "-q", "--allow-empty", "-m", "mine");
        await File.WriteAllTextAsync(Path.Combine(slot, "index.lock"), "half", Stop);
        Assert.NotNull(await bench.RescueAsync());

        await File.WriteAllTextAsync(Path.Combine(slot, "index.lock"), "half", Stop);
        await File.WriteAllTextAsync(Path.Combine(slot, "HEAD.lock"), "", Stop);
        await JobTree.PrepareAsync(bench.Plan, Stop);
        Assert.False(File.Exists(bench["b.txt"]));
    }

    [Fact]
    public async Task Half_written_objects_and_a_half_made_clone_are_cleared_away()
    {
        using var bench = await Bench.CreateAsync();
        var objects = Path.Combine(bench.Clone.Path, "objects");
        string[] left = ["17/tmp_obj_a1b2c3", "pack/tmp_pack_a1b2c3", "pack/tmp_idx_a1b2c3", "tmp_objdir-incoming-a1b2c3/17/x"];
        foreach (var name in left)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(objects, name))!);
            await File.WriteAllTextAsync(Path.Combine(objects, name), "half", Stop);
        }
        Directory.CreateDirectory(bench.Folder["repositories/q.git.new/refs"]);
        await File.WriteAllTextAsync(bench.Folder["repositories/q.git.new/HEAD"], "half", Stop);

        await BareClone.OpenAsync(bench.Clone.Path, bench.User.Path, null, Stop);
        var other = await BareClone.OpenAsync(bench.Folder["repositories/q.git"], bench.User.Path, null, Stop);

        Assert.All(left, name => Assert.False(Path.Exists(Path.Combine(objects, name))));
        Assert.Equal(bench.Start, (await other.TakeOriginInAsync("main", Stop)).Tip);
        Assert.False(Directory.Exists(bench.Folder["repositories/q.git.new"]));
    }

    [Fact]
    public async Task A_git_that_outlived_its_parent_is_waited_for()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self"), "There is no process table here.");
        using var bench = await Bench.CreateAsync();
        var lockFile = Path.Combine(bench.Clone.Path, "refs", "heads", "main.lock");
        await File.WriteAllTextAsync(lockFile, "", Stop);
        // Stands in the clone and reads until its input ends.
        var input = new TaskCompletionSource();
        var living = Git.RunAsync(bench.Clone.Path, ["hash-object", "--stdin"], new GitOptions { WriteInput = (_, _) => input.Task }, Stop);
        while (!ProcessTable.Ids().Any(pid => ProcessTable.WorkingDirectory(pid) == bench.Clone.Path && ProcessTable.Command(pid)?.Split(' ')[0].EndsWith("git", StringComparison.Ordinal) == true))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Stop);
        }

        var locking = bench.Clone.LockAsync(Stop);
        var first = await Task.WhenAny(locking, Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, Stop));
        Assert.NotSame(locking, first);
        Assert.True(File.Exists(lockFile));
        input.SetResult();
        await living;
        using var held = await locking;

        Assert.False(File.Exists(lockFile));
    }
}
