using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Tickets;
using AutoBuild.Orchestrator;
using AutoBuild.Orchestrator.Landings;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Orchestrator;

/// <summary>Holds orchestrator and runner together: the real runner process, the scripted agent, checks of a recipe.</summary>
public sealed class RealRunnerTests
{
    private const string Recipe = "qa:\n  - name: test\n    command: sh ./check.sh\n";
    private const string Check = "test ! -e left.txt || test ! -e right.txt || { echo both sides; exit 1; }\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Checked_work_lands_and_what_fails_together_does_not()
    {
        await using var bench = await StartAsync();
        var project = await bench.AddProjectAsync(wanted => wanted with { Landing = LandingPolicy.Auto });
        // No train runs until both are done, so both start from the same tip.
        await bench.Get<LandingDesk>().PauseAsync(project.Id, null, Cancel);
        var left = await SubmitAsync(bench, project, "write left.txt\n  1\n");
        var right = await SubmitAsync(bench, project, "write right.txt\n  2\n");

        await bench.EndAsync(left);
        await bench.EndAsync(right);
        await bench.Get<LandingDesk>().ResumeAsync(project.Id, null, Cancel);
        Landing[] landings =
        [
            await bench.LandingAsync(left, found => found.State is LandingState.Landed or LandingState.Red),
            await bench.LandingAsync(right, found => found.State is LandingState.Landed or LandingState.Red),
        ];

        var landed = landings.Single(landing => landing.State == LandingState.Landed);
        var red = landings.Single(landing => landing.State == LandingState.Red);
        Assert.Equal(QaVerdict.Passed, landed.Qa!.Verdict);
        Assert.Contains("both sides", Assert.Single(red.Qa!.Checks).LogTail, StringComparison.Ordinal);
        Assert.Equal(landed.MergedCommit, await bench.Clone(project).ResolveAsync("refs/heads/main", Cancel));
    }

    [Fact]
    public async Task What_fails_together_is_mended_by_its_agent_and_lands_by_the_same_word()
    {
        await using var bench = await StartAsync(reworks: 1);
        var project = await bench.AddProjectAsync();
        var desk = bench.Get<LandingDesk>();
        var left = await bench.EndAsync(await SubmitAsync(bench, project, "write left.txt\n  1\n"));
        var right = await bench.EndAsync(await SubmitAsync(bench, project, "on turn 1:\nwrite right.txt\n  2\non turn 2:\nexpect both sides\nrun test -e left.txt\nrename right.txt => beside.txt\n"));
        (await desk.ApproveAsync(left.Id, "somebody", Cancel)).OrThrow();
        (await desk.ApproveAsync(right.Id, "somebody else", Cancel)).OrThrow();

        var sentBack = await bench.LandingAsync(right, found => found.State is LandingState.Red or LandingState.Cancelled or LandingState.Landed);
        Assert.Equal(LandingState.Cancelled, sentBack.State);
        var rework = (await bench.Store.GetJobAsync((await bench.Store.GetTicketAsync(right.TicketId, Cancel))!.JobId!.Value, Cancel))!;
        var mended = await bench.LandingAsync(rework, found => found.State is LandingState.Red or LandingState.Landed);

        Assert.Equal((LandingState.Landed, "somebody else", 1), (mended.State, mended.ApprovedBy, mended.Reworks));
        Assert.Equal(LandingState.Landed, (await bench.LandingAsync(left, _ => true)).State);
        Assert.Equal(("1\n", null, "2\n"), (await OnMainAsync("left.txt"), await OnMainAsync("right.txt"), await OnMainAsync("beside.txt")));
        var ticket = (await bench.Store.GetTicketAsync(right.TicketId, Cancel))!;
        Assert.Equal((TicketState.Completed, null), (ticket.Status, ticket.NeedsYou));

        Task<string?> OnMainAsync(string file) => bench.ReadAsync(project, "refs/heads/main", file);
    }

    [Fact]
    public async Task A_follow_up_goes_on_from_the_branch()
    {
        await using var bench = await StartAsync();
        var project = await bench.AddProjectAsync();
        var job = await bench.EndAsync(await SubmitAsync(bench, project, "on turn 1:\nwrite one.txt\n  1\non turn 2:\nwrite two.txt\n  2\n"));
        Assert.Equal((JobState.Completed, null), (job.State, job.ErrorMessage));

        var next = (await bench.Get<Submission>().MessageAsync(job.Id, "and two", "somebody", null, Cancel)).OrThrow().Job;

        var ended = await bench.EndAsync(next);
        Assert.Equal((JobState.Completed, null), (ended.State, ended.ErrorMessage));
        Assert.Equal("1\n", await bench.ReadAsync(project, ended.HeadCommit!, "one.txt"));
        Assert.Equal("2\n", await bench.ReadAsync(project, ended.HeadCommit!, "two.txt"));
    }

    [Fact]
    public async Task A_cancelled_agent_leaves_no_process_and_no_lost_file()
    {
        await using var bench = await StartAsync();
        var project = await bench.AddProjectAsync();
        var job = await SubmitAsync(bench, project, "write half.txt\n  half done\nhang\n");
        await bench.UntilAsync(job.Id, found => found.Phase == RunPhase.Agent);
        var tree = Assert.Single(await bench.Store.ListWorktreesAsync(project.Id, Cancel)).Path;
        await bench.UntilAsync(() => Task.FromResult(File.Exists(Path.Combine(tree, "half.txt")) ? "" : null), _ => true);

        await bench.Get<Cancellation>().CancelAsync(job.Id, "stop", Cancel);

        Assert.Equal(JobState.Cancelled, (await bench.EndAsync(job)).State);
        Assert.Empty(ProcessSweep.Find(job.Id.ToString()));
        await bench.UntilAsync(async () => await bench.Store.ListWorktreesAsync(project.Id, Cancel), rows => rows.Count == 0);
        var clone = bench.Clone(project);
        var kept = (await clone.JobBranchesAsync(Cancel)).Values.Concat((await Rescue.ListAsync(clone, Cancel)).Select(entry => entry.Commit));
        Assert.Contains("half done\n", await Task.WhenAll(kept.Select(commit => bench.ReadAsync(project, commit, "half.txt"))));
    }

    [Fact]
    public async Task A_runner_is_told_what_its_server_found_out_about_isolation()
    {
        Assert.SkipUnless(ProcessIsolation.WallsWork, "this machine lets nobody mount in a namespace");
        await using var bench = await StartAsync();
        var job = await SubmitAsync(bench, await bench.AddProjectAsync(), "hang\n");
        await bench.UntilAsync(job.Id, found => found.Phase == RunPhase.Agent);

        Assert.Contains(ProcessSweep.Find(job.Id.ToString()), pid => File.ReadAllText($"/proc/{pid}/cmdline").Contains($"\0{ProcessIsolation.Argument}{ProcessIsolation.Finding}\0", StringComparison.Ordinal));
        await bench.Get<Cancellation>().CancelAsync(job.Id, "stop", Cancel);
        await bench.EndAsync(job);
    }

    private static async Task<Bench> StartAsync(int reworks = 0)
    {
        var bench = await Bench.StartAsync(options => options with
        {
            Landing = new LandingOptions { Reworks = reworks },
            RunnerCommand = [Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", Path.Combine(AppContext.BaseDirectory, "autobuild.dll")],
        });
        await bench.CommitAsync("check.sh", Check);
        await bench.CommitAsync(".autobuild.yaml", Recipe);
        return bench;
    }

    private static Task<Job> SubmitAsync(Bench bench, Project project, string script) =>
        bench.SubmitAsync(project, "follow the script", job => job with { Agent = "scripted", AgentCommand = null, AgentScript = script });
}
