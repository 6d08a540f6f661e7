using AutoBuild.Core.Store;
using AutoBuild.Storage.Sqlite;

namespace AutoBuild.Tests.Storage;

public sealed class SqliteWalTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_write_ahead_log_stays_bounded_while_there_is_always_a_reader()
    {
        using var folder = new TempFolder();
        await using var store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = folder["autobuild.db"], Durable = false }, TimeProvider.System, Cancel);
        var project = (await store.CreateProjectAsync(new NewProject { Name = "shop" }, null, Cancel)).OrThrow().Value;
        using var enough = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                await store.ListTicketsAsync(new TicketFilter(project.Id), new PageRequest(200), Cancel);
            }
        }, Cancel)).ToList();
        var largest = 0L;
        for (var n = 0; n < 400; n++)
        {
            (await store.CreateTicketAsync(new NewTicket { ProjectId = project.Id, Title = "t", Description = new string('x', 100_000) }, null, Cancel)).OrThrow();
            largest = Math.Max(largest, new FileInfo(folder["autobuild.db-wal"]).Length);
        }

        await enough.CancelAsync();
        await Task.WhenAll(readers);
        Assert.InRange(largest, 1, 40_000_000);
    }
}
