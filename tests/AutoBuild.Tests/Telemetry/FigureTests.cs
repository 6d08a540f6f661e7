using System.Text.RegularExpressions;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;
using AutoBuild.Core.Store;
using AutoBuild.Core.Telemetry;
using AutoBuild.Orchestrator;
using AutoBuild.Orchestrator.Figures;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Storage.Sqlite;
using AutoBuild.Telemetry;
using Microsoft.Data.Sqlite;

namespace AutoBuild.Tests.Telemetry;

/// <summary>Holds what the store counts: exact, kept over restarts, filled in from what was there before, and few series whatever comes.</summary>
public sealed class FigureTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder.Path, "autobuild.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Totals_are_kept_over_a_restart()
    {
        await using (var store = await OpenAsync())
        {
            await FillAsync(store);
        }

        await using var again = await OpenAsync();
        HoldsFilled(await again.GetFiguresAsync(Cancel));
        Assert.Empty(await again.CheckInvariantsAsync(Cancel));
    }

    [Fact]
    public async Task A_store_from_before_is_counted_when_it_is_opened()
    {
        await using (var store = await OpenAsync())
        {
            await FillAsync(store);
        }

        // What the migrations fill in, on what they then find.
        var filled = (await FilledInAsync("0005_figures", "tallies")).Concat(await FilledInAsync("0009_usage_by_day", "ledger_days")).ToList();
        Assert.Equal(4, filled.Count);
        Script($"DELETE FROM tallies; DELETE FROM ledger_days; {string.Join(';', filled)}");
        await using var again = await OpenAsync();
        HoldsFilled(await again.GetFiguresAsync(Cancel));
        Assert.Empty(await again.CheckInvariantsAsync(Cancel));
    }

    [Fact]
    public async Task What_is_refused_counts_nothing()
    {
        await using var store = await OpenAsync();
        await FillAsync(store);
        var job = (await store.ListJobsAsync(new JobFilter(Status: JobStatus.Completed), new PageRequest(1), Cancel)).Items.Single();
        Assert.False((await store.ApplyAsync(job.Id, job.Fence, new JobInput.Reported(Report(job, RunOutcome.Changed, QaVerdict.Passed)), Cancel)).Done);
        HoldsFilled(await store.GetFiguresAsync(Cancel));
    }

    [Fact]
    public async Task Projects_and_models_beyond_a_bound_are_counted_as_one()
    {
        await using var store = await OpenAsync();
        for (var number = 0; number < 103; number++)
        {
            var project = (await store.CreateProjectAsync(new NewProject { Name = "same" }, null, Cancel)).OrThrow().Value;
            var job = (await store.SubmitJobAsync(new NewJob { ProjectId = project.Id, TicketId = Guid.CreateVersion7(), Prompt = "x", Agent = "claude" }, null, Cancel)).OrThrow().Value;
            await store.CountUsageAsync(job.Id, 1, [new UsageTold(1, DateTimeOffset.UnixEpoch, $"model \"{number}\"\n\\", null, new RunUsage { InputTokens = 1000 - number, CostUsd = 0.5m })], Cancel);
        }

        using var instruments = new Instruments();
        using var text = new PrometheusText(instruments);
        var options = new OrchestratorOptions { DataDirectory = _folder.Path, RunnerCommand = ["false"] };
        var latest = new LatestFigures(store, TimeProvider.System);
        _ = new QueueFigures(instruments, latest, options, new Admission(options, TimeProvider.System));
        _ = new UsageFigures(instruments, latest);
        var figures = Exposition.Read(text.Write());

        Assert.Equal(103, figures.Sum("autobuild_project_jobs"));
        Assert.Equal(3, figures.Value("autobuild_project_jobs", ("project", "other"), ("project_id", ""), ("priority", "normal"), ("state", "queued")));
        Assert.Equal(101, figures.Samples.Count(sample => sample.Name == "autobuild_project_jobs"));
        Assert.Equal(51, figures.Samples.Count(sample => sample.Name == "autobuild_agent_cost_dollars_total"));
        Assert.Equal(51.5, figures.Sum("autobuild_agent_cost_dollars_total"));
        Assert.Equal(1000, figures.Value("autobuild_agent_tokens_total", ("agent", "claude"), ("model", "model \"0\"\n\\"), ("kind", "input")));
        Assert.Equal(26.5, figures.Value("autobuild_agent_cost_dollars_total", ("agent", "claude"), ("model", "other")));
    }

    /// <summary>Leaves one that passed and landed, one that failed its checks, one that changed nothing, one that waits.</summary>
    private static async Task FillAsync(SqliteStore store)
    {
        var project = (await store.CreateProjectAsync(new NewProject { Name = "p", DefaultBranch = "main" }, null, Cancel)).OrThrow().Value;
        foreach (var (outcome, verdict) in new[] { (RunOutcome.Changed, QaVerdict.Passed), (RunOutcome.QaFailed, QaVerdict.Failed), (RunOutcome.NoChanges, (QaVerdict?)null) })
        {
            await SubmitAsync(store, project.Id);
            var job = (await store.ClaimAsync("test", 1, Cancel)).Single();
            (await store.ApplyAsync(job.Id, job.Fence, new JobInput.Reported(Report(job, outcome, verdict)), Cancel)).OrThrow();
            if (verdict == QaVerdict.Passed)
            {
                var landing = (await store.QueueLandingAsync(job.Id, "test", "main", Cancel)).OrThrow();
                (await store.ApplyLandingAsync(landing.Id, new LandingInput.Taken("c1"), Cancel)).OrThrow();
                (await store.ApplyLandingAsync(landing.Id, new LandingInput.AlreadyContained(), Cancel)).OrThrow();
            }
        }

        await SubmitAsync(store, project.Id);
    }

    private static void HoldsFilled(StoreFigures figures)
    {
        Assert.Equal((4, 3), (figures.Submitted, figures.Claimed));
        Assert.Equal((1, 2, 0), (figures.Finished[JobStatus.Completed], figures.Finished[JobStatus.Failed], figures.Finished[JobStatus.Cancelled]));
        long Count(string name, string label) => figures.Tallies.Where(tally => tally.Name == name && tally.Label == label).Sum(tally => tally.Count);
        Assert.Equal((1, 2), (Count("attempt", "completed"), Count("attempt", "failed")));
        Assert.Equal((1, 1, 0), (Count("result", "passed"), Count("result", "failed"), Count("result", "not_run")));
        Assert.Equal(1, Count("landing", "landed"));
        Assert.Equal((JobState.Queued, 1), (figures.Jobs.Single().State, figures.Jobs.Single().Jobs));
        Assert.Equal(("claude", "", 30L, 0.75m), figures.Usage.Single() is var used ? (used.Agent, used.Model, used.Usage.Tokens, used.Usage.CostUsd ?? 0) : default);
    }

    private static async Task SubmitAsync(SqliteStore store, Guid project) =>
        (await store.SubmitJobAsync(new NewJob { ProjectId = project, TicketId = Guid.CreateVersion7(), Prompt = "x", Agent = "claude" }, null, Cancel)).OrThrow();

    private static RunReport Report(Job job, RunOutcome outcome, QaVerdict? verdict) => new()
    {
        JobId = job.Id,
        Attempt = job.Attempt,
        Outcome = outcome,
        Commit = verdict is null ? null : "c0",
        ChangedFiles = verdict is null ? [] : ["a"],
        Qa = verdict is { } judged ? new QaReport { Verdict = judged, Commit = "c0" } : null,
        Usage = new RunUsage { InputTokens = 6, OutputTokens = 4, CostUsd = 0.25m, Turns = 1 },
    };

    private Task<SqliteStore> OpenAsync() => SqliteStore.OpenAsync(new SqliteStoreOptions { Path = File, Durable = false }, TimeProvider.System, Cancel);

    private static async Task<IEnumerable<string>> FilledInAsync(string migration, string table)
    {
        var assembly = typeof(SqliteStore).Assembly;
        await using var text = assembly.GetManifestResourceStream(assembly.GetManifestResourceNames().Single(name => name.EndsWith($"{migration}.sql", StringComparison.Ordinal)))!;
        using var reader = new StreamReader(text);
        return (await reader.ReadToEndAsync(Cancel)).Split(';').Where(statement => Regex.IsMatch(statement, $@"^\s*INSERT INTO {table}\b"));
    }

    private void Script(string text)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = File, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is the test's own.
        command.CommandText = text;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
