using AutoBuild.Core.Jobs;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Core.Telemetry;
using AutoBuild.Orchestrator;
using AutoBuild.Orchestrator.Figures;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Storage.Sqlite;
using AutoBuild.Telemetry;
using Microsoft.Data.Sqlite;

namespace AutoBuild.Tests.Telemetry;

/// <summary>Holds that reading the figures costs the same however much is over; the plans of the statements are held with those of the store.</summary>
public sealed class ScrapeCostTests(ITestOutputHelper output)
{
    private const int Jobs = 100_000;
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(50);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task A_hundred_thousand_finished_jobs_cost_nothing()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "autobuild.db");
        await using var store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = path, Durable = false }, TimeProvider.System, Cancel);
        await FinishAsync(store);
        var empty = await BestAsync(() => store.GetFiguresAsync(Cancel));

        Copy(path);
        var jobs = (await store.GetQueueStatsAsync(Cancel)).TotalJobs;
        var full = await BestAsync(() => store.GetFiguresAsync(Cancel));
        using var instruments = new Instruments();
        using var text = new PrometheusText(instruments);
        var options = new OrchestratorOptions { DataDirectory = folder.Path, RunnerCommand = ["false"] };
        var latest = new LatestFigures(store, TimeProvider.System);
        _ = new QueueFigures(instruments, latest, options, new Admission(options, TimeProvider.System));
        _ = new UsageFigures(instruments, latest);
        var scrape = await BestAsync(() => Task.FromResult(text.Write()));

        output.WriteLine($"Figures of an empty store {empty.TotalMilliseconds:0.00} ms, of {jobs} finished jobs {full.TotalMilliseconds:0.00} ms; a scrape {scrape.TotalMilliseconds:0.00} ms.");
        Assert.InRange(jobs, Jobs, int.MaxValue);
        Assert.InRange(full, TimeSpan.Zero, Limit);
        Assert.InRange(scrape, TimeSpan.Zero, Limit);
    }

    private static async Task FinishAsync(SqliteStore store)
    {
        var project = (await store.CreateProjectAsync(new NewProject { Name = "p", DefaultBranch = "main" }, null, Cancel)).OrThrow().Value;
        await store.SubmitJobAsync(new NewJob { ProjectId = project.Id, TicketId = Guid.CreateVersion7(), Prompt = "x" }, null, Cancel);
        var job = (await store.ClaimAsync("test", 1, Cancel)).Single();
        await store.ApplyAsync(job.Id, job.Fence, new JobInput.Reported(new RunReport
        {
            JobId = job.Id, Attempt = 1, Outcome = RunOutcome.Changed, Commit = "c0", ChangedFiles = ["a"],
            Qa = new QaReport { Verdict = QaVerdict.Passed, Commit = "c0" }, Usage = new RunUsage { InputTokens = 5, OutputTokens = 5, CostUsd = 0.1m, Turns = 1 },
        }), Cancel);
        await store.QueueLandingAsync(job.Id, "test", "main", Cancel);
    }

    /// <summary>Makes so many more of the one that is over, with its attempt, landing and use.</summary>
    private static void Copy(string path)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 60 }.ToString());
        connection.Open();
        using var transaction = connection.BeginTransaction();
        var numbers = $"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Jobs})";
        const string Id = "printf('00000000-0000-7000-8000-%012d', n.i)";
        Run(connection, $"{numbers} INSERT INTO agent_queue({Columns(connection, "agent_queue")}) SELECT {Columns(connection, "agent_queue", ("id", Id), ("seq", "1000 + n.i"))} FROM n, agent_queue t WHERE t.completed_at IS NOT NULL AND t.seq < 1000");
        Run(connection, $"{numbers} INSERT INTO agent_executions({Columns(connection, "agent_executions")}) SELECT {Columns(connection, "agent_executions", ("job_id", Id), ("fence", "1000 + n.i"))} FROM n, agent_executions t WHERE t.fence < 1000");
        Run(connection, $"{numbers} INSERT INTO ledger({Columns(connection, "ledger")}) SELECT {Columns(connection, "ledger", ("job_id", Id))} FROM n, ledger t WHERE t.job_id NOT LIKE '00000000-%'");
        Run(connection, $"{numbers} INSERT INTO landings({Columns(connection, "landings")}) SELECT {Columns(connection, "landings", ("id", Id), ("job_id", Id), ("state", "'landed'"))} FROM n, landings t WHERE t.job_id NOT LIKE '00000000-%'");
        Run(connection, $"UPDATE counters SET value = value + {Jobs} WHERE name = 'completed'");
        transaction.Commit();
    }

    private static string Columns(SqliteConnection connection, string table, params (string Name, string Value)[] changed)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is the test's own.
        command.CommandText = $"SELECT name FROM pragma_table_info('{table}')";
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var columns = new List<string>();
        while (reader.Read())
        {
            var name = reader.GetString(0);
            columns.Add(changed.Length == 0 ? name : changed.FirstOrDefault(change => change.Name == name).Value ?? $"t.{name}");
        }

        return string.Join(", ", columns);
    }

    private static void Run(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is the test's own.
        command.CommandText = text;
#pragma warning restore CA2100
        Assert.Equal(1, Math.Sign(command.ExecuteNonQuery()));
    }

    private static async Task<TimeSpan> BestAsync<T>(Func<Task<T>> read)
    {
        var best = TimeSpan.MaxValue;
        for (var round = 0; round < 10; round++)
        {
            var began = TimeProvider.System.GetTimestamp();
            await read();
            var took = TimeProvider.System.GetElapsedTime(began);
            best = took < best ? took : best;
        }

        return best;
    }
}
