using AutoBuild.Core.Jobs;
using AutoBuild.Core.Store;
using AutoBuild.Storage.Sqlite;

namespace AutoBuild.Tests.Storage;

/// <summary>Holds the embedded database to what every store has to do.</summary>
public sealed class SqliteStoreTests : StoreConformance
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("autobuild-store-");

    protected override async Task<IStore> CreateAsync(QueueOptions queue, TimeProvider time) =>
        await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = Path.Combine(_directory.FullName, "autobuild.db"), Queue = queue, Durable = false }, time, Cancel);

    protected override ValueTask DropAsync()
    {
        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
