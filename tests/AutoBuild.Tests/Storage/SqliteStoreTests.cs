using AutoBuild.Core;
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

    [Fact]
    public async Task What_is_broken_off_at_any_instruction_leaves_nothing_behind()
    {
        await ProjectAsync();
        var (before, failed) = (await Store.GetLastEventIdAsync(Cancel), 0);
        for (var went = false; !went;)
        {
            BreakOff(failed + 1, 1);
            try
            {
                await ProjectAsync(name: "second");
                went = true;
            }
            catch (AutoBuildException fault) when (fault.Code == "store_failed")
            {
                FailNoMore();
                Assert.Equal((before, 1), (await Store.GetLastEventIdAsync(Cancel), (await Store.ListProjectsAsync(new ProjectFilter(), new PageRequest(), Cancel)).Items.Count));
                failed++;
            }
        }

        FailNoMore();
        Assert.True(failed > 20, "nothing was broken off");
        Assert.Equal(2, (await Store.ListProjectsAsync(new ProjectFilter(), new PageRequest(), Cancel)).Items.Count);
    }

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
            BreakOff(random.Next(1, 60), 20);
        }
#pragma warning restore CA5394

        return true;
    }

    // SQLite asks once more when a commit is through, and would call what is written broken off; nothing but a test could say so there.
    private void BreakOff(int left, int instructions)
    {
        var writes = ((SqliteStore)Store).Written.Handle;
        raw.sqlite3_progress_handler(writes, instructions, _ => raw.sqlite3_get_autocommit(writes) == 0 && --left == 0 ? 1 : 0, null);
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
