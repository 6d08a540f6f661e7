using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Tickets;
using AutoBuild.Core.Worktrees;
using AutoBuild.Orchestrator;
using AutoBuild.Orchestrator.Landings;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Orchestrator.Worktrees;
using AutoBuild.Workspaces;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoBuild.Tests.Orchestrator;

/// <summary>What is saved, for how long, and what happens to a tree that cannot be saved.</summary>
public sealed class KeepingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tree_with_too_much_to_save_waits_for_a_person_and_for_nobody_else()
    {
        await using var bench = await Bench.StartAsync(options => options with { Worktrees = options.Worktrees with { MaxActive = 1 } });
        var project = await bench.AddProjectAsync();
        var job = await bench.EndAsync(await bench.SubmitAsync(project, "write new.txt hello"));
        await bench.UntilAsync(async () => await bench.Store.ListWorktreesAsync(project.Id, Cancel), rows => rows.Count == 0);
        var kept = await LeaseAsync(bench, project, job);
        await using (var large = File.Create(Path.Combine(kept.Lease.Tree, "large")))
        {
            large.SetLength(Rescue.DefaultLimit + 1);
        }

        Assert.Null(await bench.Get<WorktreeLeases>().ReturnAsync(kept, "left"));

        Assert.Equal(WorktreeState.Kept, (await bench.Store.GetWorktreeAsync(kept.Row.Id, Cancel))!.Status);
        Assert.Contains("worktree remove --force", (await bench.Store.GetTicketAsync(job.TicketId, Cancel))!.NeedsYou!.Sentence, StringComparison.Ordinal);
        Assert.Equal(JobState.Completed, (await bench.EndAsync(await bench.SubmitAsync(project, "write other.txt hello"))).State);
        await bench.StopServerAsync();
        await bench.StartServerAsync();
        await bench.Get<Janitor>().TidyAsync(Cancel);
        Assert.Equal(JobState.Completed, (await bench.EndAsync(await bench.SubmitAsync(project, "write third.txt hello"))).State);
        Assert.True(File.Exists(Path.Combine(kept.Lease.Tree, "large")));

        var desk = bench.Get<WorktreeDesk>();
        Assert.Equal("worktree_dirty", (await desk.DeleteAsync(kept.Row.Id, false, Cancel)).Refusal?.Code);
        Assert.Equal(WorktreeState.Deleted, (await desk.DeleteAsync(kept.Row.Id, true, Cancel)).OrThrow().Status);
        var saved = Assert.Single(await bench.Get<RescueDesk>().ListAsync(project.Id, Cancel));
        Assert.Equal($"{Rescue.DefaultLimit + 1}", await Git.TextAsync(bench.Clone(project).Path, ["cat-file", "-s", $"{saved.Commit}:large"], null, Cancel));
    }

    [Fact]
    public async Task A_rescue_goes_when_it_is_old_and_its_ticket_is_done()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var job = await bench.EndAsync(await bench.SubmitAsync(project, "write new.txt hello"));
        await bench.UntilAsync(async () => await bench.Store.ListWorktreesAsync(project.Id, Cancel), rows => rows.Count == 0);
        foreach (var name in (string[])[$"{job.Id}-1", $"{WorktreeLeases.FolderOf(job.TicketId)}-orphan", job.BranchName])
        {
            var tree = await LeaseAsync(bench, project, job);
            await File.WriteAllTextAsync(Path.Combine(tree.Lease.Tree, "precious.txt"), "keep me\n", Cancel);
            Assert.NotNull(await bench.Get<WorktreeLeases>().ReturnAsync(tree, name));
        }

        await ExpireAsync(bench, TimeSpan.FromDays(31));
        Assert.Equal(3, (await bench.Get<RescueDesk>().ListAsync(project.Id, Cancel)).Count);

        await bench.Get<LandingDesk>().ApproveAsync(job.Id, "somebody", Cancel);
        await bench.LandingAsync(job, found => found.State == LandingState.Landed);
        Assert.Equal(TicketState.Completed, (await bench.Store.GetTicketAsync(job.TicketId, Cancel))!.Status);
        await ExpireAsync(bench, TimeSpan.FromDays(29));
        Assert.Equal(3, (await bench.Get<RescueDesk>().ListAsync(project.Id, Cancel)).Count);
        await ExpireAsync(bench, TimeSpan.FromDays(31));
        Assert.Empty(await bench.Get<RescueDesk>().ListAsync(project.Id, Cancel));
    }

    [Fact]
    public async Task Saved_work_is_shown_brought_back_onto_a_branch_and_dropped()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var worktrees = bench.Get<WorktreeDesk>();
        var tree = (await worktrees.CreateAsync(project.Id, null, "my/idea", Cancel)).OrThrow();
        await File.WriteAllTextAsync(Path.Combine(tree.Path, "precious.txt"), "keep me\n", Cancel);
        File.Delete(Path.Combine(tree.Path, "base.txt"));
        (await worktrees.DeleteAsync(tree.Id, true, Cancel)).OrThrow();
        var desk = bench.Get<RescueDesk>();
        var saved = Assert.Single(await desk.ListAsync(project.Id, Cancel));

        Assert.Contains("precious.txt", (await desk.ShowAsync(project.Id, saved.Name, Cancel)).OrThrow().Message, StringComparison.Ordinal);
        Assert.Equal("branch_reserved", (await desk.RestoreOntoAsync(project.Id, saved.Name, "main", Cancel)).Refusal?.Code);
        var restored = (await desk.RestoreOntoAsync(project.Id, saved.Name, "my/second", Cancel)).OrThrow();
        Assert.Equal(" D base.txt\n?? precious.txt", await Git.TextAsync(restored, ["status", "--porcelain"], null, Cancel));
        Assert.Equal("my/second", await Git.TextAsync(restored, ["branch", "--show-current"], null, Cancel));

        (await desk.DropAsync(project.Id, saved.Name, Cancel)).OrThrow();
        Assert.Equal("rescue_not_found", (await desk.ShowAsync(project.Id, saved.Name, Cancel)).Refusal?.Code);
        Assert.Equal("rescue_not_found", (await desk.RestoreOntoAsync(project.Id, saved.Name, "my/third", Cancel)).Refusal?.Code);
    }

    [Fact]
    public async Task A_check_that_passed_counts_though_its_tree_could_not_be_taken_back_at_once()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var first = await bench.EndAsync(await bench.SubmitAsync(project, "write one.txt 1"));
        var second = await bench.EndAsync(await bench.SubmitAsync(project, "write two.txt 2"));
        await bench.Get<LandingDesk>().ApproveAsync(first.Id, "somebody", Cancel);
        await bench.LandingAsync(first, found => found.State == LandingState.Landed);
        bench.Open("hold-checks");
        await bench.Get<LandingDesk>().ApproveAsync(second.Id, "somebody", Cancel);
        await bench.LandingAsync(second, found => found.State == LandingState.Testing && bench.Checks.Length == 1);
        await bench.Get<Warming>().WhenIdleAsync();
        // A file where the pool keeps the trees it works on: every move there fails, as on a disk that is full.
        var work = Path.Combine(bench.Data, "worktrees", ".work");
        Directory.Delete(work, recursive: true);
        await File.WriteAllTextAsync(work, "", Cancel);

        bench.Open("checks-go");

        await bench.LandingAsync(second, found => found.State == LandingState.Landed);
        Assert.Single(bench.Checks);
        Assert.Equal(1, bench.Get<WorktreeLeases>().Held);
        File.Delete(work);
        await bench.Get<Janitor>().TidyAsync(Cancel);
        Assert.Equal(0, bench.Get<WorktreeLeases>().Held);
    }

    private static async Task<HeldTree> LeaseAsync(Bench bench, Project project, Job job)
    {
        var leases = bench.Get<WorktreeLeases>();
        var start = (await bench.Clone(project).ResolveAsync("refs/heads/main", Cancel))!;
        await leases.ReserveAsync(Cancel);
        var held = await leases.LeaseAsync(new TreeRequest(project, bench.Clone(project), WorktreeLeases.FolderOf(job.TicketId), job.TicketId, job.Id, job.BranchName, start, start), Cancel);
        await JobTree.PrepareAsync(new TreePlan { Repository = held.Lease.Repository, Path = held.Lease.Tree, GitDir = held.Lease.GitDir, Branch = job.BranchName, StartCommit = start, BaseCommit = start }, Cancel);
        return held;
    }

    private static Task ExpireAsync(Bench bench, TimeSpan later) => new RescueDesk(bench.Store, bench.Get<Clones>(), bench.Get<WorktreeDesk>(), bench.Get<OrchestratorOptions>(),
        new LaterClock(later), NullLogger<RescueDesk>.Instance).ExpireAsync(Cancel);

    private sealed class LaterClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
