using AutoBuild.Core.Jobs;
using AutoBuild.Core.Store;
using AutoBuild.Storage.Sqlite;
using SQLitePCL;

namespace AutoBuild.Tests.Storage;

/// <summary>Holds the embedded database to what every store has to do.</summary>
public sealed class SqliteStoreTests : StoreConformance
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("autobuild-store-");

    protected override async Task<IStore> CreateAsync(QueueOptions queue, TimeProvider time) =>
        await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = Path.Combine(_directory.FullName, "autobuild.db"), Queue = queue, Durable = false }, time, Cancel);

    // Either the commit is refused, or a statement is broken off in the middle of its work.
    protected override bool FailSoon(Random random)
    {
        var writes = ((SqliteStore)Store).Written.Handle;
#pragma warning disable CA5394 // Repeatable on purpose.
        if (random.Next(2) == 0)
        {
            raw.sqlite3_commit_hook(writes, _ => 1, null);
        }
        else
        {
            var left = random.Next(1, 60);
            raw.sqlite3_progress_handler(writes, 20, _ => --left == 0 ? 1 : 0, null);
        }
#pragma warning restore CA5394

        return true;
    }

    protected override void FailNoMore()
    {
        var writes = ((SqliteStore)Store).Written.Handle;
        raw.sqlite3_commit_hook(writes, null, null);
        raw.sqlite3_progress_handler(writes, 0, null, null);
    }

    protected override ValueTask DropAsync()
    {
        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
