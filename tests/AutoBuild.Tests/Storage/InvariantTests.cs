using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;
using AutoBuild.Core.Store;
using AutoBuild.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace AutoBuild.Tests.Storage;

/// <summary>Breaks rows by hand: each invariant that the deep health check asks for is one that can be found broken.</summary>
public sealed class InvariantTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("I1", "UPDATE agent_queue SET completed_at = NULL WHERE state = 'completed'")]
    [InlineData("I2: project", "UPDATE agent_queue SET state = 'running', lease_expires_at = 1, fence = 99 WHERE state = 'queued'")]
    [InlineData("I2: 13 jobs", "UPDATE agent_queue SET state = 'running' WHERE seq <= 13")]
    [InlineData("I3", "DELETE FROM agent_executions WHERE finished_at IS NULL")]
    [InlineData("I3", "UPDATE agent_executions SET finished_at = 1 WHERE finished_at IS NULL")]
    [InlineData("I4", "UPDATE agent_executions SET fence = 1000 WHERE finished_at IS NULL")]
    [InlineData("I5", "UPDATE agent_queue SET lease_expires_at = NULL WHERE state = 'dispatched'")]
    [InlineData("I5", "UPDATE agent_queue SET lease_expires_at = 1 WHERE state = 'queued'")]
    [InlineData("I6: lane", "UPDATE lanes SET ready = ready + 1")]
    [InlineData("I6: lane", "DELETE FROM lanes")]
    [InlineData("I6: lane", "UPDATE lanes SET head_at = head_at - 1")]
    [InlineData("I7", "INSERT INTO ticket_dependencies SELECT j.ticket_id, o.id, 0 FROM agent_queue j, tickets o WHERE j.state = 'queued' AND o.landed_at IS NULL AND o.id <> j.ticket_id LIMIT 1")]
    [InlineData("I9", "UPDATE agent_queue SET charged = 99")]
    [InlineData("I12: a job went from completed to running", "INSERT INTO job_history(job_id, at, from_state, to_state, attempt, fence) SELECT job_id, at, 'completed', 'running', attempt, fence FROM job_history WHERE to_state = 'completed'")]
    [InlineData("I12: job", "DELETE FROM job_history WHERE to_state = 'queued'")]
    [InlineData("I12: job", "UPDATE agent_queue SET state = 'failed' WHERE state = 'completed'")]
    [InlineData("ledger", "UPDATE ledger SET output_tokens = output_tokens + 1")]
    [InlineData("ledger", "UPDATE ledger SET cost = cost - 2000")]
    [InlineData("ledger", "DELETE FROM ledger")]
    [InlineData("ledger: ", "UPDATE ledger_days SET cost = cost + 1")]
    [InlineData("tallies", "UPDATE tallies SET count = count + 1 WHERE name = 'attempt'")]
    [InlineData("counters", "UPDATE counters SET value = value + 1 WHERE name = 'completed'")]
    [InlineData("tickets", "UPDATE tickets SET status = 'ready' WHERE status = 'in_progress'")]
    [InlineData("landings", "UPDATE tickets SET landed_at = NULL")]
    [InlineData("landings", "UPDATE tickets SET status = 'failed' WHERE status = 'in_review'")]
    public async Task What_was_broken_by_hand_is_found(string found, string breakage)
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "autobuild.db");
        await using var store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = path, Durable = false }, TimeProvider.System, Cancel);
        await FillAsync(store);
        Assert.Empty(await store.CheckInvariantsAsync(Cancel));

        Break(path, breakage);

        Assert.Contains(await store.CheckInvariantsAsync(Cancel), violation => violation.StartsWith(found, StringComparison.Ordinal));
    }

    /// <summary>Leaves a job in each kind of state: landed, on its way to land, dispatched, queued.</summary>
    private static async Task FillAsync(SqliteStore store)
    {
        var project = (await store.CreateProjectAsync(new NewProject { Name = "p", DefaultBranch = "main", MaxParallelAgents = 1, Landing = LandingPolicy.Auto }, null, Cancel)).OrThrow().Value;
        for (var number = 0; number < 14; number++)
        {
            await store.SubmitJobAsync(new NewJob { ProjectId = project.Id, TicketId = Guid.NewGuid(), Prompt = "x" }, null, Cancel);
        }

        for (var number = 0; number < 2; number++)
        {
            var job = Assert.Single(await store.ClaimAsync("w", 1, Cancel));
            await store.CountUsageAsync(job.Id, 1, [new UsageTold(1, TimeProvider.System.GetUtcNow(), "m", null, new RunUsage { InputTokens = 1, CostUsd = 0.123456789123m })], Cancel);
            var report = new RunReport { JobId = job.Id, Usage = new RunUsage { InputTokens = 2, CostUsd = 0.3m }, Attempt = 1, Outcome = RunOutcome.Changed, Commit = "c0ffee", Qa = new QaReport { Verdict = QaVerdict.Passed, Commit = "c0ffee" } };
            (await store.ApplyAsync(job.Id, job.Fence, new JobInput.Reported(report), Cancel)).OrThrow();
        }

        var landing = (await store.ListTrainHeadsAsync(Cancel))[0];
        await store.ApplyLandingAsync(landing.Id, new LandingInput.Taken("tip"), Cancel);
        (await store.ApplyLandingAsync(landing.Id, new LandingInput.AlreadyContained(), Cancel)).OrThrow();
        Assert.Single(await store.ClaimAsync("w", 1, Cancel));
    }

    private static void Break(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False;Foreign Keys=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are those of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        Assert.NotEqual(0, command.ExecuteNonQuery());
    }
}
