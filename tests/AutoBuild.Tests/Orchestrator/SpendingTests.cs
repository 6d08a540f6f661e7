using AutoBuild.Core.Jobs;
using AutoBuild.Core.Json;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;
using AutoBuild.Core.Tickets;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Orchestrator.Runs;

namespace AutoBuild.Tests.Orchestrator;

/// <summary>Counts and bounds with real runners: what is spent is known though they are killed, and nobody spends what others have.</summary>
public sealed class SpendingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_ticket_ends_at_its_limit_with_its_work_kept_and_goes_on_when_that_is_raised()
    {
        await using var bench = await StartAsync(new Budget());
        var project = await bench.AddProjectAsync();
        var job = await SubmitAsync(bench, project, "on turn 1:\nwrite made.txt\n  half\nusage input=10 output=5 cost=0.30 turns=1\nhang\non turn 2:\nwrite made.txt\n  whole\n", 0.25m);

        var ended = await bench.EndAsync(job);

        Assert.Equal((JobState.Failed, "agent_budget", 1, 0.30m), (ended.State, ended.ErrorCode, ended.Attempt, ended.Usage.CostUsd!.Value));
        Assert.Equal("half\n", await bench.ReadAsync(project, ended.HeadCommit!, "made.txt"));
        Assert.Equal(NeedsYouKind.Budget, (await bench.Store.GetTicketAsync(job.TicketId, Cancel))!.NeedsYou!.Kind);
        Assert.Equal("budget_used_up", (await bench.Get<Submission>().MessageAsync(job.Id, "go on", null, null, Cancel)).Refusal?.Code);

        await bench.Store.UpdateTicketAsync(job.TicketId, new() { MaxCostUsd = 1m }, Cancel);
        var next = await bench.EndAsync((await bench.Get<Submission>().MessageAsync(job.Id, "go on", null, null, Cancel)).OrThrow().Job);
        Assert.Equal("whole\n", await bench.ReadAsync(project, next.HeadCommit!, "made.txt"));
        Assert.Empty(await bench.Store.CheckInvariantsAsync(Cancel));
    }

    [Fact]
    public async Task Several_agents_of_a_project_share_what_is_left_of_its_day()
    {
        await using var bench = await StartAsync(new Budget { PerProjectPerDay = 0.50m });
        var (project, other) = (await bench.AddProjectAsync(), await bench.AddProjectAsync(made => made with { Name = "other" }));
        var waits = await SubmitAsync(bench, project, "write a.txt\n  half\nusage input=1 output=1 cost=0.20 turns=1\nhang\n");
        var elsewhere = await SubmitAsync(bench, other, "write a.txt\n  half\nusage input=1 output=1 cost=0.20 turns=1\nwait-for go\n");
        await bench.UntilAsync(waits.Id, job => job.Usage.CostUsd == 0.20m);
        await bench.UntilAsync(elsewhere.Id, job => job.Usage.CostUsd == 0.20m);

        var spends = await SubmitAsync(bench, project, "write b.txt\n  half\nusage input=1 output=1 cost=0.31 turns=1\nhang\n");
        Job[] ended = [await bench.EndAsync(waits), await bench.EndAsync(spends)];

        Assert.All(ended, job => Assert.Equal((JobState.Failed, "agent_budget"), (job.State, job.ErrorCode)));
        Assert.Contains("The project has used $0.51 of the $0.50 it may today", ended[0].ErrorMessage, StringComparison.Ordinal);
        Assert.Equal("half\n", await bench.ReadAsync(project, ended[0].HeadCommit!, "a.txt"));
        Assert.Equal(JobState.Running, (await bench.Store.GetJobAsync(elsewhere.Id, Cancel))!.State);

        var held = await SubmitAsync(bench, project, "write c.txt\n  c\n");
        await bench.Get<Cancellation>().CancelAsync(elsewhere.Id, "enough", Cancel);
        await bench.EndAsync(elsewhere);
        var shown = (await bench.Store.GetJobAsync(held.Id, Cancel))!;
        Assert.Equal((JobState.Queued, QueuedReason.Budget), (shown.State, shown.QueuedReason));
    }

    [Fact]
    public async Task What_a_killed_runner_told_counts_and_bounds_the_next_try()
    {
        await using var bench = await StartAsync(new Budget());
        var project = await bench.AddProjectAsync();
        var job = await SubmitAsync(bench, project, "write a.txt\n  half\nusage input=1 output=1 cost=0.20 turns=1\nhang\n", 0.50m);
        await bench.UntilAsync(job.Id, found => found.Usage.CostUsd == 0.20m);

        // The server goes first, so that nobody reads what the runner tells last.
        await bench.StopServerAsync();
        var run = Run.Find(RunFolder.Of(bench.Data, job.Id, 1), job.Id);
        await run.KillAsync();
        await File.AppendAllTextAsync(run.Folder.Events, File.ReadLines(run.Folder.Events).Last(line => line.Contains("0.20", StringComparison.Ordinal))
            .Replace("\"seq\":", "\"seq\":9", StringComparison.Ordinal) + "\n", Cancel);
        await bench.StartServerAsync();

        var second = await bench.UntilAsync(job.Id, found => found.Attempt == 2 && found.State.IsOver());
        Assert.Equal(("agent_budget", 0.60m), (second.ErrorCode, second.Usage.CostUsd!.Value));
        Assert.Contains("$0.10 were left", second.ErrorMessage, StringComparison.Ordinal);
        Assert.Empty(await bench.Store.CheckInvariantsAsync(Cancel));
    }

    /// <summary>A command line that counts over its whole session is told what that had before; and what it may cost is what is left.</summary>
    [Fact]
    public async Task A_run_is_told_what_its_session_used_and_what_is_left()
    {
        await using var bench = await StartAsync(new Budget { PerTicket = 2m, PerDay = 5m, TokensPerDay = 1000 });
        var project = await bench.AddProjectAsync();
        var job = await bench.EndAsync(await SubmitAsync(bench, project, "session s1\nusage input=10 output=5 cost=0.30 turns=1\nwrite a.txt\n  a\n", 1m));

        var next = await bench.EndAsync((await bench.Get<Submission>().MessageAsync(job.Id, "go on", null, null, Cancel)).OrThrow().Job);

        var told = CoreJson.Read<RunSpec>(await File.ReadAllTextAsync(RunFolder.Of(bench.Data, next.Id, 1).Spec, Cancel)).Budget!;
        Assert.Equal((0.70m, 985L, 15L), (told.CostUsd, told.Tokens, told.Session!.Tokens));
    }

    private static Task<Bench> StartAsync(Budget budget) => Bench.StartAsync(options => options with
    {
        RunnerCommand = [Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", Path.Combine(AppContext.BaseDirectory, "autobuild.dll")],
        Queue = options.Queue with { Budget = budget },
    });

    private static Task<Job> SubmitAsync(Bench bench, Project project, string script, decimal? most = null) =>
        bench.SubmitAsync(project, "follow the script", job => job with { Agent = "scripted", AgentCommand = null, AgentScript = script, MaxCostUsd = most });
}
