using System.Security.Cryptography;
using System.Text.RegularExpressions;
using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;
using AutoBuild.Core.Worktrees;
using AutoBuild.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace AutoBuild.Tests.Storage;

/// <summary>Holds the embedded database to what concerns its file: whose it is, whether it is whole, how it is written.</summary>
public sealed class SqliteStoreFileTests : IDisposable
{
    private static readonly Guid Shop = Guid.Parse("0b6e0000-0000-4000-8000-000000000001");
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("autobuild-file-");

    private string File => Path.Combine(_directory.FullName, "autobuild.db");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task What_was_answered_is_there_after_opening_again()
    {
        Guid id;
        await using (var store = await OpenAsync())
        {
            id = (await store.CreateProjectAsync(new NewProject { Name = "shop" }, null, Cancel)).OrThrow().Value.Id;
        }

        await using var again = await OpenAsync();
        Assert.Equal("shop", (await again.GetProjectAsync(id, Cancel))!.Name);
        Assert.Equal(1, await again.GetLastEventIdAsync(Cancel));
        Assert.Empty(_directory.GetFiles("*.bak"));
    }

    [Fact]
    public async Task A_second_process_is_told_who_has_it()
    {
        await using (await OpenAsync())
        {
            var fault = await Assert.ThrowsAsync<AutoBuildException>(() => OpenAsync());
            Assert.Equal("store_locked", fault.Code);
            Assert.Contains(File, fault.Message, StringComparison.Ordinal);
        }

        await using var after = await OpenAsync();
    }

    [Fact]
    public async Task Garbage_is_called_damaged_and_left_alone()
    {
        await System.IO.File.WriteAllTextAsync(File, new string('x', 5000), Cancel);
        await RefusedUntouchedAsync("store_damaged");
    }

    [Fact]
    public async Task A_broken_page_is_called_damaged_and_left_alone()
    {
        await using (var store = await OpenAsync())
        {
            await Task.WhenAll(Enumerable.Range(0, 300).Select(index => store.CreateProjectAsync(new NewProject { Name = $"p{index}", Description = new string('d', 500) }, null, Cancel)));
        }

        await using (var file = new FileStream(File, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = file.Length / 2 / 4096 * 4096;
            await file.WriteAsync(RandomNumberGenerator.GetBytes(4096 * 8), Cancel);
        }

        await RefusedUntouchedAsync("store_damaged");
    }

    [Fact]
    public async Task Another_programs_database_is_left_alone()
    {
        await using (await OpenAsync(Path.Combine(_directory.FullName, "other.db")))
        {
            // Loads the library for the bare connections of this class.
        }

        Script("CREATE TABLE songs (id INTEGER PRIMARY KEY, name TEXT)");
        await RefusedUntouchedAsync("store_foreign");
    }

    [Fact]
    public async Task A_newer_schema_is_left_alone()
    {
        await using (await OpenAsync())
        {
            // Makes the file.
        }

        Script("INSERT INTO schema_version(version, name, checksum, applied_at) VALUES (99, '0099_later', 'x', 0)");
        await RefusedUntouchedAsync("store_newer");
    }

    [Fact]
    public async Task A_database_of_the_original_plan_is_adopted_and_nothing_dropped()
    {
        await using (await OpenAsync(Path.Combine(_directory.FullName, "other.db")))
        {
            // Loads the library.
        }

        Script(Resource("original_plan.sql"));
        await using (var store = await OpenAsync())
        {
            var project = (await store.GetProjectAsync(Shop, Cancel))!;
            Assert.Equal(("shop", "acme/shop", 5, 2025), (project.Name, project.GithubRepoFullName, project.MaxParallelAgents, project.CreatedAt.Year));
            var tickets = (await store.ListTicketsAsync(new TicketFilter(Shop), new PageRequest(), Cancel)).Items.ToDictionary(ticket => ticket.Title);
            Assert.Equal((TicketState.Completed, Priority.High), (tickets["Old and done"].Status, tickets["Old and done"].Priority));
            Assert.Equal((TicketState.Ready, Priority.Low), (tickets["Under way"].Status, tickets["Under way"].Priority));
            Assert.Single(tickets["Under way"].DependsOn);
            Assert.Empty(tickets["Under way"].BlockedBy);
            var jobs = (await store.ListJobsAsync(new JobFilter(Shop), new PageRequest(), Cancel)).Items;
            Assert.Equal([JobStatus.Cancelled, JobStatus.Completed], jobs.Select(job => job.Status));
            Assert.Equal(1, jobs[1].RetryCount);
            Assert.Equal(WorktreeState.Active, Assert.Single(await store.ListWorktreesAsync(Shop, Cancel)).Status);
            Assert.Equal((2, 1), ((await store.GetQueueStatsAsync(Cancel)).TotalJobs, (await store.GetQueueStatsAsync(Cancel)).CompletedJobs));
            Assert.Empty(await store.CheckInvariantsAsync(Cancel));

            var job = (await store.SubmitJobAsync(new NewJob { ProjectId = Shop, TicketId = tickets["Under way"].Id }, null, Cancel)).OrThrow().Value;
            Assert.Equal(job.Id, Assert.Single(await store.ClaimAsync("worker", 1, Cancel)).Id);
        }

        Assert.Equal(2, Count("legacy_agent_queue"));
        Assert.Equal(1, Count("users"));
        Assert.Equal(1, Count("project_memories"));
        var snapshot = Assert.Single(_directory.GetFiles("autobuild.db.schema-0-*.bak"));
        Assert.Equal(2, Count("agent_queue", snapshot.FullName));
        await using var again = await OpenAsync();
        Assert.Single(_directory.GetFiles("*.bak"));
    }

    [Fact]
    public async Task Writes_that_come_together_are_committed_together()
    {
        await using var store = await OpenAsync();
        var before = store.Commits;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(index => store.CreateProjectAsync(new NewProject { Name = $"p{index}" }, null, Cancel)));
        Assert.InRange(store.Commits - before, 1, 100);
        Assert.Equal(200, (await store.ListProjectsAsync(new ProjectFilter(), new PageRequest(500), Cancel)).Items.Count);
    }

    [Fact]
    public async Task One_that_fails_in_a_group_takes_nobody_with_it()
    {
        await using var store = await OpenAsync();
        var calls = Enumerable.Range(0, 60).Select<int, Task>(index => (index % 3) switch
        {
            0 => store.CreateProjectAsync(new NewProject { Name = $"p{index}" }, null, Cancel),
            1 => store.CreateProjectAsync(new NewProject { Name = "" }, null, Cancel),
            _ => store.AddWorktreeAsync(new Worktree { Id = Guid.NewGuid(), ProjectId = Guid.NewGuid(), Path = "/x", BranchName = "b", CreatedAt = DateTimeOffset.UnixEpoch, LastUsedAt = DateTimeOffset.UnixEpoch }, Cancel),
        }).ToList();
        await Task.WhenAll(calls).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.Equal(20, calls.Count(call => call.IsFaulted));
        Assert.Equal(20, (await store.ListProjectsAsync(new ProjectFilter(), new PageRequest(500), Cancel)).Items.Count);
        Assert.Equal(20, await store.GetLastEventIdAsync(Cancel));
    }

    [Fact]
    public async Task A_full_disk_half_writes_nothing_and_the_store_lives_on()
    {
        await using var store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = File, LargestFile = 600_000 }, TimeProvider.System, Cancel);
        var project = (await store.CreateProjectAsync(new NewProject { Name = "p" }, null, Cancel)).OrThrow().Value;
        var made = 0;
        AutoBuildException? fault = null;
        while (fault is null)
        {
            Assert.True(made < 1000);
            try
            {
                await store.SubmitJobAsync(new NewJob { ProjectId = project.Id, TicketId = Guid.NewGuid(), Prompt = new string('x', 20_000) }, null, Cancel);
                made++;
            }
            catch (AutoBuildException full)
            {
                fault = full;
            }
        }

        Assert.Equal("disk_full", fault.Code);
        Assert.Equal(made, (await store.ListJobsAsync(new JobFilter(), new PageRequest(500), Cancel)).Items.Count);
        Assert.Equal(made, (await store.ListTicketsAsync(new TicketFilter(), new PageRequest(500), Cancel)).Items.Count);
        Assert.Empty(await store.CheckInvariantsAsync(Cancel));
        Assert.NotNull(await store.GetProjectAsync(project.Id, Cancel));
    }

    [Fact]
    public async Task A_call_that_was_cancelled_while_it_waited_is_not_made()
    {
        await using var store = await OpenAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.CreateProjectAsync(new NewProject { Name = "p" }, null, cancelled.Token));
        Assert.Empty((await store.ListProjectsAsync(new ProjectFilter(), new PageRequest(), Cancel)).Items);
    }

    /// <summary>Holds the statements that run all the time to plans that stay quick however long the history grows.</summary>
    [Theory]
    [InlineData("jobs_active")]
    [InlineData("jobs_active_count")]
    [InlineData("jobs_expired")]
    [InlineData("jobs_due")]
    [InlineData("job_of_ticket_unfinished")]
    [InlineData("claim_pick")]
    [InlineData("claim_head")]
    [InlineData("lane_enter")]
    [InlineData("lane_leave")]
    [InlineData("stats_unfinished")]
    [InlineData("ticket_busy")]
    [InlineData("ticket")]
    [InlineData("ticket_last_position")]
    [InlineData("run_event_insert")]
    [InlineData("events_after")]
    [InlineData("events_last")]
    [InlineData("ledger_add")]
    [InlineData("figures_jobs")]
    [InlineData("figures_landings")]
    [InlineData("figures_callbacks")]
    [InlineData("ledger_of_job")]
    [InlineData("ledger_of_attempt")]
    [InlineData("ledger_of_session")]
    [InlineData("spent_of_ticket")]
    [InlineData("spent_of_project")]
    [InlineData("spent_of_day")]
    [InlineData("spent_by_project")]
    [InlineData("memories_list")]
    [InlineData("memories_count")]
    [InlineData("memory_learn")]
    [InlineData("patterns_list")]
    [InlineData("pattern_by_key")]
    [InlineData("pattern_provenance")]
    [InlineData("lesson_happened")]
    [InlineData("lessons_due")]
    [InlineData("usefulness_runs")]
    [InlineData("usefulness_files")]
    public async Task No_statement_of_the_main_path_walks_the_history(string name)
    {
        await using (await OpenAsync())
        {
            // Makes the file.
        }

        var whole = Plan(Statement(name)).Where(step => step.StartsWith("SCAN", StringComparison.Ordinal)
            && Large.Any(table => step.StartsWith($"SCAN {table}", StringComparison.Ordinal))
            && !Partial.Any(index => step.EndsWith($"INDEX {index}", StringComparison.Ordinal)));
        Assert.Empty(whole);
    }

    private static readonly string[] Large = ["agent_queue", "tickets", "events", "job_history", "agent_executions", "landings", "ledger", "project_memories", "learned_patterns", "pattern_evidence", "lessons", "given_contexts", "given_sources", "j", "t", "e", "l", "g"];

    // These hold unfinished jobs alone.
    private static readonly string[] Partial = ["jobs_active", "jobs_unfinished", "jobs_waiting", "jobs_ready", "landings_train"];

    private static string Statement(string name)
    {
        var assembly = typeof(SqliteStore).Assembly;
        return assembly.GetManifestResourceNames().Where(resource => resource.EndsWith(".sql", StringComparison.Ordinal))
            .SelectMany(resource => new StreamReader(assembly.GetManifestResourceStream(resource)!).ReadToEnd().Split("-- name: "))
            .Single(part => part.StartsWith(name + "\n", StringComparison.Ordinal))[name.Length..];
    }

    private List<string> Plan(string sql)
    {
        using var connection = Connected(File);
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is one of the store's own.
        command.CommandText = "EXPLAIN QUERY PLAN " + sql;
#pragma warning restore CA2100
        foreach (var parameter in Regex.Matches(sql, @"@\w+").Select(match => match.Value).Distinct())
        {
            command.Parameters.AddWithValue(parameter, DBNull.Value);
        }

        using var reader = command.ExecuteReader();
        var steps = new List<string>();
        while (reader.Read())
        {
            steps.Add(reader.GetString(3));
        }

        return steps;
    }

    private Task<SqliteStore> OpenAsync(string? path = null) =>
        SqliteStore.OpenAsync(new SqliteStoreOptions { Path = path ?? File }, TimeProvider.System, Cancel);

    private async Task RefusedUntouchedAsync(string code)
    {
        var before = await System.IO.File.ReadAllBytesAsync(File, Cancel);
        var fault = await Assert.ThrowsAsync<AutoBuildException>(() => OpenAsync());
        Assert.Equal(code, fault.Code);
        Assert.Contains(File, fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, await System.IO.File.ReadAllBytesAsync(File, Cancel));
        Assert.Empty(_directory.GetFiles("*.bak"));
    }

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(SqliteStoreFileTests).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    private void Script(string sql)
    {
        using var connection = Connected(File);
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are those of this class.
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private long Count(string table, string? path = null)
    {
        using var connection = Connected(path ?? File);
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {table}";
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }

    private static SqliteConnection Connected(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }
}
