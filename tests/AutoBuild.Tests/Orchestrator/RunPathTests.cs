using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Tickets;
using AutoBuild.Orchestrator.Landings;
using AutoBuild.Orchestrator.Worktrees;

namespace AutoBuild.Tests.Orchestrator;

public sealed class RunPathTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_ticket_runs_is_approved_and_lands()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();

        var job = await bench.EndAsync(await bench.SubmitAsync(project, "write new.txt hello"));

        Assert.Equal((JobState.Completed, 1, "main"), (job.State, job.Attempt, job.BaseBranch));
        Assert.Equal(await bench.GitAsync("rev-parse", "HEAD"), job.BaseCommit);
        var landing = (await bench.Get<LandingDesk>().ApproveAsync(job.Id, "somebody", Cancel)).OrThrow();
        landing = await bench.LandingAsync(job, found => found.State == LandingState.Landed);
        Assert.Equal("hello\n", await bench.ReadAsync(project, "refs/heads/main", "new.txt"));
        Assert.Equal(landing.MergedCommit, await bench.Clone(project).ResolveAsync("refs/heads/main", Cancel));
        Assert.Equal(TicketState.Completed, (await bench.Store.GetTicketAsync(job.TicketId, Cancel))!.Status);
        // The tip had not moved, so the job's own checks prove the merged tree.
        Assert.Empty(bench.Checks);
        Assert.False(File.Exists(Path.Combine(bench.Checkout, "new.txt")));
    }

    [Fact]
    public async Task A_base_that_does_not_exist_fails_the_job_at_once()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();

        var job = await bench.EndAsync(await bench.SubmitAsync(project, "write new.txt hello", wanted => wanted with { BaseBranch = "nowhere" }));

        Assert.Equal((JobState.Failed, 1, "branch_missing"), (job.State, job.Attempt, job.ErrorCode));
    }

    [Fact]
    public async Task Passed_work_lands_by_itself_where_the_policy_says_so()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync(wanted => wanted with { Landing = LandingPolicy.Auto });

        var job = await bench.SubmitAsync(project, "write new.txt hello");

        await bench.LandingAsync(job, found => found.State == LandingState.Landed);
    }

    [Fact]
    public async Task Six_jobs_run_at_once_each_in_a_tree_of_its_own()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync(wanted => wanted with { MaxParallelAgents = 6, Landing = LandingPolicy.Auto });
        var jobs = new List<Job>();
        for (var n = 0; n < 6; n++)
        {
            jobs.Add(await bench.SubmitAsync(project, $"gate go write file{n}.txt {n}"));
        }

        await Task.WhenAll(jobs.Select(job => bench.UntilAsync(job.Id, found => found.State == JobState.Running)));
        var trees = await bench.Store.ListWorktreesAsync(project.Id, Cancel);
        Assert.Equal(6, trees.Select(tree => tree.Path).Distinct().Count());
        Assert.Equal(6, trees.Select(tree => tree.PortBase!.Value / 10).Distinct().Count());
        bench.Open("go");

        foreach (var job in jobs)
        {
            await bench.LandingAsync(job, found => found.State == LandingState.Landed);
        }

        for (var n = 0; n < 6; n++)
        {
            Assert.Equal($"{n}\n", await bench.ReadAsync(project, "refs/heads/main", $"file{n}.txt"));
        }

        Assert.Empty(await bench.Store.CheckInvariantsAsync(Cancel));
        await bench.UntilAsync(async () => await bench.Store.ListWorktreesAsync(project.Id, Cancel), rows => rows.Count == 0);
        Assert.Equal(0, bench.Get<WorktreeLeases>().Held);
    }

    [Fact]
    public async Task What_waits_for_a_ticket_starts_from_the_tip_that_holds_it()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync(wanted => wanted with { Landing = LandingPolicy.Auto });
        var first = await bench.SubmitAsync(project, "gate go write first.txt 1");
        var second = (await bench.Store.CreateTicketAsync(new() { ProjectId = project.Id, Title = "write second.txt 2", Status = TicketState.Ready, DependsOn = [first.TicketId] }, null, Cancel)).OrThrow().Value;
        var blocked = await bench.SubmitAsync(project, "write second.txt 2", job => job with { TicketId = second.Id });
        Assert.Equal(JobState.Blocked, blocked.State);

        bench.Open("go");

        var landed = await bench.LandingAsync(first, found => found.State == LandingState.Landed);
        var job = await bench.EndAsync(blocked);
        Assert.Equal(landed.MergedCommit, job.BaseCommit);
    }

    [Fact]
    public async Task Without_worktrees_one_job_runs_at_a_time()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync(wanted => wanted with { WorktreeEnabled = false });
        var first = await bench.SubmitAsync(project, "gate go write first.txt 1");
        var second = await bench.SubmitAsync(project, "write second.txt 2");
        await bench.UntilAsync(first.Id, found => found.State == JobState.Running);

        Assert.Equal(QueuedReason.ProjectCapacity, (await bench.Store.GetJobAsync(second.Id, Cancel))!.QueuedReason);
        bench.Open("go");

        Assert.Equal(JobState.Completed, (await bench.EndAsync(second)).State);
    }
}
