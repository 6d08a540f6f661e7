using AutoBuild.Storage.Sql;
using AutoBuild.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace AutoBuild.Tests.Storage;

public sealed class SqliteReadersTests
{
    private const string Endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

    [Fact]
    public async Task A_read_that_nobody_waits_for_is_broken_off()
    {
        using var readers = new SqliteReaders(Open);
        using var hungUp = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var reading = new TaskCompletionSource();
        var read = Task.Run(() => readers.Read(session =>
        {
            reading.SetResult();
            session.Script(Endless);
            return 0;
        }, hungUp.Token), TestContext.Current.CancellationToken);
        await reading.Task;
        await hungUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Assert.Equal(7, readers.Read(session => { session.Script("SELECT 1"); return 7; }, TestContext.Current.CancellationToken));
    }

    private static Session Open()
    {
        var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        return new Session(connection, Statements.Of("Sqlite"));
    }
}
