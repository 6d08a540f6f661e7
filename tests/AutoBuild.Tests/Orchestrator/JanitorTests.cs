using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Worktrees;
using AutoBuild.Orchestrator;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Orchestrator.Worktrees;
using AutoBuild.Workspaces;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Tests.Orchestrator;

public sealed class JanitorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tree_that_nobody_holds_is_saved_and_dropped()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var tree = (await bench.Get<WorktreeDesk>().CreateAsync(project.Id, null, "my/idea", Cancel)).OrThrow();
        await File.WriteAllTextAsync(Path.Combine(tree.Path, "precious.txt"), "keep me\n", Cancel);
        // As if the row had been written and the tree not yet taken back when the server died.
        await bench.Store.ApplyWorktreeAsync(tree.Id, WorktreeTrigger.Release, Cancel);
        await bench.Store.ApplyWorktreeAsync(tree.Id, WorktreeTrigger.Dropped, Cancel);

        await bench.StopServerAsync();
        await bench.StartServerAsync();

        var saved = await bench.UntilAsync(async () => await bench.Get<RescueDesk>().ListAsync(project.Id, Cancel), rescues => rescues.Count > 0);
        Assert.Equal("keep me\n", await bench.ReadAsync(project, saved[0].Commit, "precious.txt"));
        await bench.UntilAsync(() => Task.FromResult(Directory.Exists(tree.Path) ? null : ""), _ => true);
    }

    [Fact]
    public async Task What_ended_long_ago_goes_and_what_is_young_or_unknown_stays()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync(wanted => wanted with { Landing = LandingPolicy.Auto });
        var job = await bench.SubmitAsync(project, "write new.txt hello");
        await bench.LandingAsync(job, found => found.State == LandingState.Landed);
        await bench.UntilAsync(async () => await bench.Store.ListWorktreesAsync(project.Id, Cancel), rows => rows.Count == 0);
        var home = Path.Combine(bench.Data, "tickets", job.TicketId.ToString());
        var run = Path.GetDirectoryName(RunFolder.Of(bench.Data, job.Id, 1).Path)!;
        var unknown = Directory.CreateDirectory(Path.Combine(bench.Data, "runs", Guid.NewGuid().ToString())).FullName;
        var clone = bench.Clone(project);
        Retention At(TimeProvider time) => new(bench.Store, bench.Get<Clones>(), bench.Get<OrchestratorOptions>(), time, bench.Get<ILogger<Retention>>());

        await At(new LaterClock(TimeSpan.FromDays(13))).DropAsync(Cancel);
        Assert.True(Directory.Exists(home) && Directory.Exists(run));

        await At(new LaterClock(TimeSpan.FromDays(15))).DropAsync(Cancel);
        Assert.False(Directory.Exists(home) || Directory.Exists(run));
        Assert.True(Directory.Exists(unknown));
        Assert.Empty(await clone.JobBranchesAsync(Cancel));
        Assert.Equal("hello\n", await bench.ReadAsync(project, "refs/heads/main", "new.txt"));
    }

    [Fact]
    public async Task Beyond_their_budget_the_oldest_runs_go_and_temporary_files_of_ended_ones_at_once()
    {
        await using var bench = await Bench.StartAsync(options => options with { RunBytes = 250_000 });
        var project = await bench.AddProjectAsync();
        string[] folders = [];
        for (var n = 0; n < 3; n++)
        {
            var job = await bench.EndAsync(await bench.SubmitAsync(project, $"write new{n}.txt hello"));
            folders = [.. folders, Path.GetDirectoryName(RunFolder.Of(bench.Data, job.Id, 1).Path)!];
            await File.WriteAllBytesAsync(RunFolder.Of(bench.Data, job.Id, 1).AgentLog, new byte[100_000], Cancel);
            Directory.SetLastWriteTimeUtc(folders[n], TimeProvider.System.GetUtcNow().UtcDateTime - TimeSpan.FromHours(3 - n));
            await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(folders[n], "1", "tmp")).FullName, "socket"), "", Cancel);
        }

        var running = await bench.SubmitAsync(project, "gate go");
        await bench.UntilAsync(running.Id, job => job.State == AutoBuild.Core.Jobs.JobState.Running);
        await bench.Get<Retention>().DropAsync(Cancel);

        Assert.Equal([false, true, true], folders.Select(Directory.Exists));
        Assert.Equal([false, false], folders[1..].Select(folder => Directory.Exists(Path.Combine(folder, "1", "tmp"))));
        Assert.True(Directory.Exists(Path.Combine(RunFolder.Of(bench.Data, running.Id, 1).Path, "tmp")));
        bench.Open("go");
        await bench.EndAsync(running);
    }

    [Fact]
    public void Results_of_checks_go_by_age_and_by_size()
    {
        using var folder = new TempFolder();
        var now = TimeProvider.System.GetUtcNow();
        foreach (var (name, age, size) in (ReadOnlySpan<(string, int, int)>)[("new", 0, 100), ("young", 1, 100), ("middle", 2, 100), ("big", 3, 300), ("old", 20, 1)])
        {
            File.WriteAllBytes(folder[name], new byte[size]);
            File.SetLastWriteTimeUtc(folder[name], now.UtcDateTime - TimeSpan.FromDays(age));
        }

        Assert.Equal(2, OldFiles.Drop(folder.Path, now - TimeSpan.FromDays(14), 400));
        Assert.Equal(["middle", "new", "young"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
        Assert.Equal(0, OldFiles.Drop(folder["missing"], now, 0));
    }

    [Fact]
    public async Task Idle_trees_go_when_the_disk_is_short()
    {
        var room = new AutoBuild.Orchestrator.Queue.MachineRoom("/data", long.MaxValue, long.MaxValue);
        await using var bench = await Bench.StartAsync(options => options with { Machine = () => room });
        var project = await bench.AddProjectAsync();
        await bench.Get<Warming>().WhenIdleAsync();
        await bench.Get<TreePool>().WarmAsync(WorktreeLeases.FolderOf(project.Id), bench.Clone(project), (await bench.Clone(project).ResolveAsync("refs/heads/main", Cancel))!, 2, Cancel);
        await bench.Get<Janitor>().TidyAsync(Cancel);
        Assert.Equal(2, bench.Get<TreePool>().Stats().Idle);

        room = room with { FreeDisk = 0 };
        await bench.UntilAsync(() => Task.FromResult(bench.Get<AutoBuild.Orchestrator.Queue.Admission>().Hold), _ => true);
        await bench.Get<Janitor>().TidyAsync(Cancel);
        Assert.Equal(0, bench.Get<TreePool>().Stats().Idle);
    }

    [Fact]
    public async Task A_tree_whose_return_broke_off_is_taken_back_later()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var tree = (await bench.Get<WorktreeDesk>().CreateAsync(project.Id, null, "my/idea", Cancel)).OrThrow();
        await bench.Get<Warming>().WhenIdleAsync();
        // A file where the pool keeps the trees it works on: every move there fails, as on a disk that is full.
        var work = Path.Combine(bench.Data, "worktrees", ".work");
        Directory.Delete(work, recursive: true);
        await File.WriteAllTextAsync(work, "", Cancel);
        await Assert.ThrowsAnyAsync<IOException>(() => bench.Get<WorktreeDesk>().DeleteAsync(tree.Id, force: true, Cancel));
        Assert.True(Directory.Exists(tree.Path));
        File.Delete(work);

        await bench.Get<Janitor>().TidyAsync(Cancel);

        Assert.Equal(WorktreeState.Deleted, (await bench.Store.GetWorktreeAsync(tree.Id, Cancel))!.Status);
        Assert.False(Directory.Exists(tree.Path));
        Assert.Equal(0, bench.Get<WorktreeLeases>().Held);
    }

    [Fact]
    public async Task A_tree_that_was_never_taken_back_does_not_keep_its_ticket_waiting()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var job = await bench.SubmitAsync(project, "write new.txt hello");
        await bench.UntilAsync(async () => await bench.Store.ListWorktreesAsync(project.Id, Cancel), rows => rows.Count == 0);
        await bench.UntilAsync(async () => await bench.Store.GetJobAsync(job.Id, Cancel), found => found!.HeadCommit is not null);
        var leases = bench.Get<WorktreeLeases>();
        var start = (await bench.Clone(project).ResolveAsync("refs/heads/main", Cancel))!;
        var request = new TreeRequest(project, bench.Clone(project), WorktreeLeases.FolderOf(job.TicketId), job.TicketId, job.Id, "autobuild/again", start, start);
        await leases.ReserveAsync(Cancel);
        var left = await leases.LeaseAsync(request, Cancel);

        await leases.ReserveAsync(Cancel);
        var next = await leases.LeaseAsync(request, Cancel).WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        Assert.Equal(left.Lease.Directory, next.Lease.Directory);
        Assert.Equal(WorktreeState.Deleted, (await bench.Store.GetWorktreeAsync(left.Row.Id, Cancel))!.Status);
        await leases.ReturnAsync(next, "again");
        Assert.Equal(0, leases.Held);
    }

    private sealed class LaterClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
