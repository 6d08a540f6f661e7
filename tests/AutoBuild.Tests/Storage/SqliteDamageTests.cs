using System.Security.Cryptography;
using AutoBuild.Core;
using AutoBuild.Core.Store;
using AutoBuild.Storage.Sqlite;
using AutoBuild.Workspaces;
using Microsoft.Data.Sqlite;

namespace AutoBuild.Tests.Storage;

/// <summary>Damages the database in every way that happens: it is refused with a way out, and not one byte of it is changed.</summary>
public sealed class SqliteDamageTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string File => _folder["autobuild.db"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Half_a_file() => await RefusedAsync(file => file.SetLength(file.Length / 2), "bytes are missing at its end");

    [Fact]
    public async Task A_file_without_its_last_page() => await RefusedAsync(file => file.SetLength(file.Length - 4096), "4096 bytes are missing");

    [Fact]
    public async Task An_empty_file_where_a_database_was() => await RefusedAsync(file => file.SetLength(0), "it is empty");

    [Fact]
    public async Task A_few_bytes_are_left() => await RefusedAsync(file => file.SetLength(20), "doesn't begin as a SQLite file");

    [Fact]
    public async Task The_first_byte_is_another() => await RefusedAsync(file => file.WriteByte((byte)'s'), "doesn't begin as a SQLite file");

    [Theory]
    [InlineData(16, 0x33)]
    [InlineData(18, 0x09)]
    [InlineData(100, 0xff)]
    [InlineData(105, 0xff)]
    public async Task Bytes_of_the_first_page_are_others(int at, byte value) => await RefusedAsync(file => Write(file, at, [value, value]), "");

    [Fact]
    public async Task A_page_in_the_middle_is_another() => await RefusedAsync(file => Write(file, (int)(file.Length / 2 / 4096 * 4096), RandomNumberGenerator.GetBytes(4096 * 8)), "");

    [Fact]
    public async Task What_a_killed_server_left_is_whole_and_without_its_log_refused()
    {
        await LeaveKilledAsync();
        System.IO.File.Delete(File + "-wal");
        var before = Hash();
        var fault = await Assert.ThrowsAsync<AutoBuildException>(() => OpenAsync());
        Assert.Equal(("store_damaged", true), (fault.Code, fault.Message.Contains(File + "-wal is gone", StringComparison.Ordinal)));
        Assert.Equal(before, Hash());

        // As the sentence says.
        System.IO.File.Delete(File + ".lock");
        await using var store = await OpenAsync();
    }

    [Fact]
    public async Task What_a_killed_server_left_is_opened_with_its_log()
    {
        var made = await LeaveKilledAsync();
        await using (var store = await OpenAsync())
        {
            Assert.Equal(made, (await store.ListProjectsAsync(new ProjectFilter(), new PageRequest(500), Cancel)).Items.Count);
        }

        // Closed in order: the log is taken in, and nobody misses it.
        Assert.False(System.IO.File.Exists(File + "-wal"));
        await using var again = await OpenAsync();
    }

    [Fact]
    public async Task A_start_that_was_refused_does_not_look_like_a_lost_log()
    {
        await LeaveKilledAsync("INSERT INTO schema_version(version, name, checksum, applied_at) VALUES (99, '0099_later', 'x', 0)");
        Assert.Equal("store_newer", (await Assert.ThrowsAsync<AutoBuildException>(() => OpenAsync())).Code);
        Script("DELETE FROM schema_version WHERE version = 99");
        await using var store = await OpenAsync();
    }

    [Fact]
    public async Task A_directory_in_its_place()
    {
        Directory.CreateDirectory(File);
        Assert.Equal("store_unwritable", (await Assert.ThrowsAsync<AutoBuildException>(() => OpenAsync())).Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(File));
    }

    [Fact]
    public async Task A_file_that_nobody_may_write()
    {
        await FillAsync();
        await using var disk = await SmallDisk.MountAsync(_folder.Path, 4096);
        await disk.MakeReadOnlyAsync();
        var before = Hash();
        var fault = await Assert.ThrowsAsync<AutoBuildException>(() => OpenAsync());
        Assert.Equal("store_unwritable", fault.Code);
        Assert.Equal(before, Hash());
    }

    [Fact]
    public async Task A_large_file_is_checked_beside_the_work_and_damage_ends_it()
    {
        await FillAsync();
        Change(file => Write(file, (int)(file.Length / 2 / 4096 * 4096), RandomNumberGenerator.GetBytes(4096 * 8)));
        await using var store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = File, LargestCheckedFirst = 0 }, TimeProvider.System, Cancel);
        AutoBuildException? fault = null;
        for (var tries = 0; fault is null && tries < 1000; tries++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
            fault = await Record.ExceptionAsync(() => store.GetQueueStatsAsync(Cancel)) as AutoBuildException;
        }

        Assert.Equal("store_damaged", fault?.Code);
        Assert.Equal("store_damaged", (await Assert.ThrowsAsync<AutoBuildException>(() => store.SetQueuePausedAsync(true, Cancel))).Code);
    }

    [Fact]
    public async Task A_snapshot_is_taken_before_the_schema_changes()
    {
        var made = await FillAsync();
        Script("DELETE FROM schema_version WHERE version > 1; DROP TABLE lessons; DROP TABLE given_sources; DROP TABLE given_contexts; DROP TABLE pattern_evidence; DROP INDEX project_memories_job; DROP INDEX project_memories_newest; DROP INDEX learned_patterns_key; ALTER TABLE project_memories DROP COLUMN source; ALTER TABLE project_memories DROP COLUMN job_id; ALTER TABLE project_memories DROP COLUMN commit_id; ALTER TABLE project_memories DROP COLUMN made_by; ALTER TABLE project_memories DROP COLUMN edited_at; ALTER TABLE project_memories DROP COLUMN deleted_at; ALTER TABLE learned_patterns DROP COLUMN key; ALTER TABLE learned_patterns DROP COLUMN edited_at; ALTER TABLE learned_patterns DROP COLUMN forgotten_at; DROP TABLE resolutions; DELETE FROM counters WHERE name = 'model_call'; DROP TABLE red_trees; DROP TABLE trains; ALTER TABLE agent_queue DROP COLUMN rework_of; ALTER TABLE landings DROP COLUMN reworks; ALTER TABLE landings DROP COLUMN batch_place; ALTER TABLE landings DROP COLUMN batch_size; ALTER TABLE landings DROP COLUMN batch_id; ALTER TABLE landings DROP COLUMN resolved; DROP TABLE outbox; DROP TABLE callbacks_in; ALTER TABLE agent_queue DROP COLUMN callback_secret; DROP VIEW ledger_days_added; DROP TABLE ledger_days; DROP TABLE ledger; DROP TABLE tallies; ALTER TABLE agent_queue DROP COLUMN trace; ALTER TABLE agent_queue DROP COLUMN session; DROP TABLE answers; DROP INDEX idempotency_age; ALTER TABLE projects DROP COLUMN cap_since; DROP INDEX projects_capped; ALTER TABLE projects DROP COLUMN max_cost_per_day; DROP INDEX jobs_status");
        await using (var store = await OpenAsync())
        {
            Assert.Equal(made, (await store.ListProjectsAsync(new ProjectFilter(), new PageRequest(500), Cancel)).Items.Count);
            Assert.Empty(await store.CheckInvariantsAsync(Cancel));
        }

        var snapshot = Assert.Single(Directory.GetFiles(_folder.Path, "autobuild.db.schema-1-*.bak"));
        System.IO.File.Delete(File);
        System.IO.File.Move(snapshot, File);
        await using var back = await OpenAsync();
        Assert.Equal(made, (await back.ListProjectsAsync(new ProjectFilter(), new PageRequest(500), Cancel)).Items.Count);
    }

    private async Task RefusedAsync(Action<FileStream> damage, string words)
    {
        await FillAsync();
        Change(damage);
        var before = Hash();
        var fault = await Assert.ThrowsAsync<AutoBuildException>(() => OpenAsync());
        Assert.Equal("store_damaged", fault.Code);
        Assert.Contains(File, fault.Message, StringComparison.Ordinal);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, Hash());
    }

    private void Change(Action<FileStream> damage)
    {
        using var file = new FileStream(File, FileMode.Open, FileAccess.ReadWrite);
        damage(file);
    }

    private static void Write(FileStream file, int at, byte[] bytes)
    {
        file.Position = at;
        file.Write(bytes);
    }

    private async Task<int> FillAsync()
    {
        await using var store = await OpenAsync();
        return await FillAsync(store);
    }

    private static async Task<int> FillAsync(SqliteStore store)
    {
        const int Projects = 200;
        await Task.WhenAll(Enumerable.Range(0, Projects).Select(number => store.CreateProjectAsync(new NewProject { Name = $"p{number}", Description = new string('d', 500) }, null, Cancel)));
        return Projects;
    }

    /// <summary>Copies the files of an open database: what is there after a SIGKILL.</summary>
    private async Task<int> LeaveKilledAsync(string? sql = null)
    {
        var living = _folder["living.db"];
        await using var store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = living }, TimeProvider.System, Cancel);
        var made = await FillAsync(store);
        if (sql is not null)
        {
            Script(sql, living);
        }

        // Not by this process: it would ask for the lock.
        foreach (var end in (string[])["", "-wal", ".lock"])
        {
            Assert.True((await ChildProcess.RunAsync(new ChildCommand("cp", [living + end, File + end]), null, Cancel)).Succeeded);
        }

        return made;
    }

    private Task<SqliteStore> OpenAsync() => SqliteStore.OpenAsync(new SqliteStoreOptions { Path = File }, TimeProvider.System, Cancel);

    private string Hash() => Convert.ToHexString(SHA256.HashData(System.IO.File.ReadAllBytes(File)));

    private void Script(string sql, string? file = null)
    {
        using var connection = new SqliteConnection($"Data Source={file ?? File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are those of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
