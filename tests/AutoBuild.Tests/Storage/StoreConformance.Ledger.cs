using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;

namespace AutoBuild.Tests.Storage;

/// <summary>Counts what agents use, once, through restarts and lost runners, and asks the caps wherever somebody would spend.</summary>
public abstract partial class StoreConformance
{
    [Fact]
    public async Task What_is_told_on_the_way_counts_once_and_the_report_adds_the_rest()
    {
        var project = await ProjectAsync();
        await SubmitAsync(project.Id);
        var job = await ClaimOneAsync();

        await TellAsync(job, Told(3, 4, 0.10m), Told(5, 4, 0.05m));
        await TellAsync(job, Told(3, 4, 0.10m), Told(5, 4, 0.05m), Told(6, 1, 0.01m));
        Assert.Equal((9L, 0.16m), await UsedAsync(job));

        // The report tells of 10 and 5 tokens and 25 cents in all.
        var ended = await ApplyAsync(job, new JobInput.Reported(Report(job, RunOutcome.Changed)));

        Assert.Equal((15L, 0.25m, 1), (ended.Usage.Tokens, ended.Usage.CostUsd!.Value, ended.Usage.Turns));
        Assert.Equal((15L, 0.25m), await SpentAsync());
    }

    [Fact]
    public async Task The_count_survives_a_restart_and_a_runner_that_was_lost()
    {
        var project = await ProjectAsync();
        await SubmitAsync(project.Id);
        var job = await ClaimOneAsync();
        await TellAsync(job, Told(1, 100, 0.10m));

        await ReopenAsync();
        var lost = await ApplyAsync(job, new JobInput.Lost("killed", AgentStarted: true));
        // What it had told and nobody had read is read when it is found dead.
        await TellAsync(job, Told(1, 100, 0.10m), Told(2, 50, 0.05m));
        await ReopenAsync();

        Assert.Equal(JobState.RetryWait, lost.State);
        Assert.Equal((150L, 0.15m), await UsedAsync(job));
        Assert.Equal((150L, 0.15m), await SpentAsync());
    }

    [Fact]
    public async Task Usage_is_told_by_every_heading()
    {
        var (one, other) = (await ProjectAsync(), await ProjectAsync(name: "blog"));
        await SubmitAsync(one.Id);
        await SubmitAsync(other.Id);
        var jobs = await Store.ClaimAsync("w", 2, Cancel);
        var job = jobs.Single(job => job.ProjectId == one.Id);
        await TellAsync(job, Told(1, 100, 0.10m, "opus"), Told(2, 50, null, "own"));
        Clock.Advance(TimeSpan.FromDays(1));
        await TellAsync(job, Told(3, 10, 0.01m, "opus", CostSource.Prices));
        await TellAsync(jobs.Single(job => job.ProjectId == other.Id), Told(1, 7, 0.07m, "opus"));

        var models = await Store.GetUsageAsync(new UsageQuery(UsageGroup.Model, one.Id), Cancel);
        Assert.Equal([("opus", 110L, 0.11m, CostSource.Mixed, 0L), ("own", 50L, null, null, 50L)],
            models.Select(row => (row.Key, row.Usage.Tokens, row.Usage.CostUsd, row.Usage.CostSource, row.Usage.UnpricedTokens)));
        Assert.Equal([150L, 17L], (await Store.GetUsageAsync(new UsageQuery(UsageGroup.Day), Cancel)).Select(row => row.Usage.Tokens));
        Assert.Equal(["blog 7", "shop 160"], (await Store.GetUsageAsync(new UsageQuery(UsageGroup.Project), Cancel)).Select(row => $"{row.Name} {row.Usage.Tokens}").Order());
        var today = DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime);
        Assert.Equal(10L, Assert.Single(await Store.GetUsageAsync(new UsageQuery(UsageGroup.Ticket, TicketId: job.TicketId, From: today, To: today), Cancel)).Usage.Tokens);
        Assert.Empty(await Store.GetUsageAsync(new UsageQuery(UsageGroup.Agent, From: today.AddDays(1)), Cancel));
    }

    [Fact]
    public async Task The_agents_own_word_replaces_what_was_computed_on_the_way()
    {
        var project = await ProjectAsync();
        await SubmitAsync(project.Id);
        var job = await ClaimOneAsync();

        await TellAsync(job, Told(1, 100, 0.30m, source: CostSource.Prices));
        Assert.Equal((0.30m, CostSource.Prices), (await JobAsync(job.Id)).Usage is var way ? (way.CostUsd!.Value, way.CostSource!.Value) : default);
        await TellAsync(job, Told(2, 0, -0.10m));

        Assert.Equal((0.20m, CostSource.Agent), (await JobAsync(job.Id)).Usage is var end ? (end.CostUsd!.Value, end.CostSource!.Value) : default);
    }

    [Fact]
    public async Task A_session_is_counted_over_its_runs()
    {
        var project = await ProjectAsync();
        await SubmitAsync(project.Id);
        var job = await ClaimOneAsync();
        await TellAsync(job, Told(1, 100, 0.10m) with { SessionId = "s" }, Told(2, 50, 0.05m) with { SessionId = "other" }, Told(3, 1, 0.01m) with { SessionId = "s" });

        Assert.Equal((101L, 0.11m), (await Store.GetSessionUsageAsync("s", Cancel)) is var used ? (used.Tokens, used.CostUsd!.Value) : default);
        Assert.Equal(0L, (await Store.GetSessionUsageAsync("", Cancel)).Tokens);
    }

    [Fact]
    public async Task A_ticket_that_used_what_it_may_is_neither_tried_again_nor_submitted()
    {
        var project = await ProjectAsync();
        var ticket = await LimitedAsync(project.Id, 0.10m);
        await SubmitAsync(project.Id, ticket.Id);
        var job = await ClaimOneAsync();
        Assert.Equal(0.10m, (await Store.GetCapsAsync(job, Cancel))[0].LeftUsd);

        Assert.Null(await Store.CountUsageAsync(job.Id, 1, [Told(1, 1, 0.09m)], Cancel));
        Assert.Equal(CapScope.Ticket, (await Store.CountUsageAsync(job.Id, 1, [Told(2, 1, 0.02m)], Cancel))?.Scope);
        var ended = await ApplyAsync(job, new JobInput.Lost("killed", AgentStarted: true));

        Assert.Equal((JobState.Failed, "budget"), (ended.State, ended.ErrorCode));
        Assert.StartsWith("The ticket has used $0.11 of the $0.10 it may.", ended.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(NeedsYouKind.Budget, (await TicketOf(job)).NeedsYou!.Kind);
        AssertRefused("budget_used_up", await AgainAsync(ended));

        await Store.UpdateTicketAsync(ticket.Id, new TicketPatch { MaxCostUsd = 0.20m }, Cancel);
        Assert.Equal(0.20m, (await AgainAsync(ended)).OrThrow().Value.MaxCostUsd);
        Assert.Equal(0.09m, (await Store.GetCapsAsync(await ClaimOneAsync(), Cancel))[0].LeftUsd);
    }

    /// <summary>A cap that was lowered while a job waited holds from then on.</summary>
    [Fact]
    public async Task A_waiting_job_whose_ticket_used_what_it_may_fails_when_its_turn_comes()
    {
        var project = await ProjectAsync();
        await SubmitAsync(project.Id);
        var job = await ClaimOneAsync();
        await TellAsync(job, Told(1, 1000, null));
        await ApplyAsync(job, new JobInput.Lost("killed", AgentStarted: true));
        await RestartedAsync(new Budget { TokensPerTicket = 1000 });
        Clock.Advance(TimeSpan.FromHours(1));
        await Store.PromoteDueAsync(Cancel);

        Assert.Empty(await Store.ClaimAsync("w", 1, Cancel));
        var failed = await JobAsync(job.Id);
        Assert.Equal((JobState.Failed, "budget"), (failed.State, failed.ErrorCode));
        Assert.Contains("1,000 of the 1,000 tokens", failed.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_may_be_spent_in_a_day_holds_others_back_until_it_is_over(bool all)
    {
        await RestartedAsync(all ? new Budget { PerDay = 0.10m } : new Budget { PerProjectPerDay = 0.10m });
        var (one, other) = (await ProjectAsync(), await ProjectAsync(name: "blog"));
        await SubmitAsync(one.Id);
        var job = await ClaimOneAsync();
        await TellAsync(job, Told(1, 1, 0.10m));
        var waiting = await SubmitAsync(one.Id);
        var elsewhere = await SubmitAsync(other.Id);

        var claimed = await Store.ClaimAsync("w", 5, Cancel);
        Assert.Equal(all ? [] : [elsewhere.Id], claimed.Select(found => found.Id));
        var shown = await JobAsync(waiting.Id);
        Assert.Equal((JobState.Queued, QueuedReason.Budget, JobStatus.Pending), (shown.State, shown.QueuedReason, shown.Status));
        Assert.Contains("goes on at 00:00 UTC".Replace("goes", all ? "go" : "goes", StringComparison.Ordinal), shown.QueuedDetail, StringComparison.Ordinal);
        // The same job lost its runner: it may try again, tomorrow.
        Assert.Equal(JobState.RetryWait, (await ApplyAsync(job, new JobInput.Lost("killed", AgentStarted: true))).State);

        Clock.Advance(TimeSpan.FromDays(1));
        Assert.Contains(waiting.Id, (await Store.ClaimAsync("w", 5, Cancel)).Select(found => found.Id));
    }

    [Fact]
    public async Task A_projects_own_limit_of_a_day_holds_that_project_alone()
    {
        var (one, other) = (await ProjectAsync(), await ProjectAsync(name: "blog"));
        Assert.Equal(0.10m, (await Store.UpdateProjectAsync(one.Id, new ProjectPatch { MaxCostUsdPerDay = 0.10m }, Cancel)).OrThrow().MaxCostUsdPerDay);
        await SubmitAsync(one.Id);
        var job = await ClaimOneAsync();
        var cap = await TellAsync(job, Told(1, 1, 0.10m));
        var waiting = await SubmitAsync(one.Id);
        var elsewhere = await SubmitAsync(other.Id);

        Assert.Equal((CapScope.Project, 0.10m), (cap!.Scope, cap.MaxUsd!.Value));
        Assert.Equal([elsewhere.Id], (await Store.ClaimAsync("w", 5, Cancel)).Select(found => found.Id));
        var shown = await JobAsync(waiting.Id);
        Assert.Equal(QueuedReason.Budget, shown.QueuedReason);
        Assert.Contains("max_cost_usd_per_day", shown.QueuedDetail, StringComparison.Ordinal);

        Assert.Null((await Store.UpdateProjectAsync(one.Id, new ProjectPatch { MaxCostUsdPerDay = 0 }, Cancel)).OrThrow().MaxCostUsdPerDay);
        Assert.Equal([waiting.Id], (await Store.ClaimAsync("w", 5, Cancel)).Select(found => found.Id));
    }

    [Fact]
    public async Task A_report_that_says_less_than_was_told_takes_nothing_back()
    {
        var project = await ProjectAsync();
        await SubmitAsync(project.Id);
        var job = await ClaimOneAsync();
        await TellAsync(job, Told(1, 100, 1m));

        var ended = await ApplyAsync(job, new JobInput.Reported(Report(job, RunOutcome.Changed) with { Usage = new RunUsage() }));

        Assert.Equal((100L, 1m), (ended.Usage.Tokens, ended.Usage.CostUsd!.Value));
    }

    private UsageTold Told(long seq, long tokens, decimal? cost, string? model = "opus", CostSource source = CostSource.Agent) => new(seq, Clock.GetUtcNow(), model, null,
        new RunUsage { InputTokens = tokens, CostUsd = cost, CostSource = cost is null ? null : source, UnpricedTokens = cost is null ? tokens : 0 });

    private Task<Cap?> TellAsync(Job job, params UsageTold[] told) => Store.CountUsageAsync(job.Id, job.Attempt, told, Cancel);

    private async Task<(long Tokens, decimal Cost)> UsedAsync(Job job) => (await JobAsync(job.Id)).Usage is var used ? (used.Tokens, used.CostUsd ?? 0) : default;

    private async Task<(long Tokens, decimal Cost)> SpentAsync() =>
        (await Store.GetUsageAsync(new UsageQuery(UsageGroup.Day), Cancel)).Aggregate((Tokens: 0L, Cost: 0m), (sum, row) => (sum.Tokens + row.Usage.Tokens, sum.Cost + (row.Usage.CostUsd ?? 0)));

    private async Task<Ticket> LimitedAsync(Guid project, decimal most) =>
        (await Store.CreateTicketAsync(new NewTicket { ProjectId = project, Title = "Bounded", Status = TicketState.Ready, MaxCostUsd = most }, null, Cancel)).OrThrow().Value;

    private Task<Result<Created<Job>>> AgainAsync(Job job) => Store.SubmitJobAsync(
        new NewJob { ProjectId = job.ProjectId, TicketId = job.TicketId, Prompt = "again", RetryOf = job.Id, MaxCostUsd = job.MaxCostUsd }, null, Cancel);

    private async Task RestartedAsync(Budget budget)
    {
        await Store.DisposeAsync();
        Store = await CreateAsync(Queue with { Budget = budget }, Clock);
    }
}
