using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Workspaces;

public sealed class ProcessTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_detached_process_logs_to_its_file_and_leaves_no_zombie()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["log"], "before\n");
        var ended = new TaskCompletionSource();
        using var watcher = new FileSystemWatcher(folder.Path) { EnableRaisingEvents = true };
        watcher.Created += (_, e) => { if (e.Name == "ended") { ended.TrySetResult(); } };

        var identity = DetachedProcess.Start(new ChildCommand("/bin/sh", ["-c", "cat; echo out; echo err >&2; touch ended"]) { WorkingDirectory = folder.Path }, folder["log"]);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop);
        await GoneAsync(identity.Pid);

        Assert.Equal("before\nout\nerr\n", File.ReadAllText(folder["log"]));
        Assert.False(identity.IsAlive());
        Assert.Null(ProcessTable.Read(identity.Pid));
    }

    [Fact]
    public async Task An_identity_is_only_this_very_process()
    {
        using var folder = new TempFolder();
        var ready = new TaskCompletionSource();
        using var watcher = new FileSystemWatcher(folder.Path) { EnableRaisingEvents = true };
        watcher.Created += (_, e) => { if (e.Name == "ready") { ready.TrySetResult(); } };
        var identity = DetachedProcess.Start(new ChildCommand("/bin/sh", ["-c", "touch ready; exec sleep 600"]) { WorkingDirectory = folder.Path }, folder["log"]);
        Assert.True(identity.IsAlive());
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop);
        Assert.False((identity with { StartTicks = identity.StartTicks + 1 }).IsAlive());
        Assert.False((identity with { BootId = "other" }).IsAlive());
        Assert.Equal(identity.Pid, ProcessTable.Read(identity.Pid)!.Value.Session);

        (identity with { StartTicks = identity.StartTicks + 1 }).Kill();
        Assert.True(identity.IsAlive());
        identity.Kill();
        await GoneAsync(identity.Pid);

        Assert.False(identity.IsAlive());
        Assert.Null(ProcessIdentity.Of(identity.Pid));
        Assert.True(ProcessIdentity.Current().IsAlive());
    }

    [Fact]
    public void A_lock_is_held_by_one()
    {
        using var folder = new TempFolder();
        using (FileLock.TryAcquire(folder["lock"]))
        {
            Assert.Null(FileLock.TryAcquire(folder["lock"]));
        }
        using var again = FileLock.TryAcquire(folder["lock"]);
        Assert.NotNull(again);
    }

    [Fact]
    public async Task A_lock_holds_between_processes_and_ends_with_its_holder()
    {
        Assert.SkipUnless(Executable.Find("flock") is not null, "needs flock(1)");
        using var folder = new TempFolder();
        var ready = new TaskCompletionSource();
        await using var holder = ChildProcess.Start(new ChildCommand("flock", [folder["lock"], "/bin/sh", "-c", "echo ready; sleep 600"]), (_, _) => ready.TrySetResult());
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop);
        Assert.Null(FileLock.TryAcquire(folder["lock"]));
        var error = await Assert.ThrowsAsync<WorkspaceException>(() => FileLock.AcquireAsync(folder["lock"], TimeSpan.FromMilliseconds(20), cancellation: Stop));
        Assert.Equal("lock_timeout", error.Code);

        await holder.KillAsync();

        using var mine = await FileLock.AcquireAsync(folder["lock"], TimeSpan.FromSeconds(30), cancellation: Stop);
        Assert.NotNull(mine);
    }

    // The runtime reaps on SIGCHLD, a moment after the end.
    private static async Task GoneAsync(int pid)
    {
        for (var n = 0; n < 500 && ProcessTable.Read(pid) is not null; n++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Stop);
        }
    }
}
