using AutoBuild.Core.Spending;
using AutoBuild.Core.Store;
using AutoBuild.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace AutoBuild.Tests.Storage;

public sealed class LedgerMigrationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>What jobs used before there was a ledger is in it, and a cost that was written as 0 is unknown.</summary>
    [Fact]
    public async Task What_was_used_before_is_taken_over()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "autobuild.db");
        Guid[] jobs;
        await using (var store = await OpenAsync(path))
        {
            var project = (await store.CreateProjectAsync(new NewProject { Name = "p" }, null, Cancel)).OrThrow().Value;
            await store.SubmitJobAsync(new NewJob { ProjectId = project.Id, TicketId = Guid.NewGuid(), Prompt = "x", Agent = "claude" }, null, Cancel);
            await store.SubmitJobAsync(new NewJob { ProjectId = project.Id, TicketId = Guid.NewGuid(), Prompt = "x", Agent = "codex" }, null, Cancel);
            jobs = [.. (await store.ListJobsAsync(new JobFilter(), new PageRequest(), Cancel)).Items.Select(job => job.Id).Order()];
        }

        Script(path, $$"""
            DELETE FROM schema_version WHERE version > 2;
            DROP TABLE lessons;
            DROP TABLE given_sources;
            DROP TABLE given_contexts;
            DROP TABLE pattern_evidence;
            DROP INDEX learned_patterns_key;
            DROP INDEX project_memories_job;
            DROP INDEX project_memories_newest;
            ALTER TABLE learned_patterns DROP COLUMN key;
            ALTER TABLE learned_patterns DROP COLUMN edited_at;
            ALTER TABLE learned_patterns DROP COLUMN forgotten_at;
            ALTER TABLE project_memories DROP COLUMN source;
            ALTER TABLE project_memories DROP COLUMN job_id;
            ALTER TABLE project_memories DROP COLUMN commit_id;
            ALTER TABLE project_memories DROP COLUMN made_by;
            ALTER TABLE project_memories DROP COLUMN edited_at;
            ALTER TABLE project_memories DROP COLUMN deleted_at;
            DROP TABLE resolutions;
            DELETE FROM counters WHERE name = 'model_call';
            DROP TABLE red_trees;
            DROP TABLE trains;
            ALTER TABLE agent_queue DROP COLUMN rework_of;
            ALTER TABLE landings DROP COLUMN reworks;
            ALTER TABLE landings DROP COLUMN batch_place;
            ALTER TABLE landings DROP COLUMN batch_size;
            ALTER TABLE landings DROP COLUMN batch_id;
            ALTER TABLE landings DROP COLUMN resolved;
            DROP INDEX projects_capped;
            ALTER TABLE projects DROP COLUMN max_cost_per_day;
            DROP TABLE outbox;
            DROP TABLE callbacks_in;
            ALTER TABLE agent_queue DROP COLUMN callback_secret;
            DROP INDEX jobs_status;
            DROP VIEW ledger_days_added;
            DROP TABLE ledger_days;
            DROP TABLE ledger;
            DROP TABLE tallies;
            ALTER TABLE agent_queue DROP COLUMN trace;
            ALTER TABLE agent_queue DROP COLUMN session;
            UPDATE agent_queue SET usage = '{"input_tokens":10,"output_tokens":5,"cost_usd":0.25,"turns":3}' WHERE id = '{{jobs[0]}}';
            UPDATE agent_queue SET usage = '{"input_tokens":7,"output_tokens":0,"cost_usd":0,"turns":1}' WHERE id = '{{jobs[1]}}';
            """);
        await using var again = await OpenAsync(path);

        Assert.Empty(await again.CheckInvariantsAsync(Cancel));
        Assert.Equal([("claude", 15L, 0.25m, 0L), ("codex", 7L, null, 7L)],
            (await again.GetUsageAsync(new UsageQuery(UsageGroup.Agent), Cancel)).Select(row => (row.Key, row.Usage.Tokens, row.Usage.CostUsd, row.Usage.UnpricedTokens)));
        Assert.Equal((null, 7L), ((await again.GetJobAsync(jobs[1], Cancel))!.Usage is var used ? (used.CostUsd, used.UnpricedTokens) : default));
        Assert.Equal(0.25m, (await again.GetJobAsync(jobs[0], Cancel))!.Usage.CostUsd);
    }

    private static Task<SqliteStore> OpenAsync(string path) => SqliteStore.OpenAsync(new SqliteStoreOptions { Path = path, Durable = false }, TimeProvider.System, Cancel);

    private static void Script(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False;Foreign Keys=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is that of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
