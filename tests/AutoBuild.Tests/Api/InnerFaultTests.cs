using Microsoft.Data.Sqlite;

namespace AutoBuild.Tests.Api;

/// <summary>Breaks the server from within and looks at what it tells: to the caller a code and where to look, to the log all of it.</summary>
public sealed class InnerFaultTests
{
    [Theory]
    [InlineData("store_failed", "alter table landings rename to gone", "landings")]
    [InlineData("internal_error", "update projects set created_at = 9223372036854775807", "projects")]
    public async Task A_fault_of_ours_is_told_by_its_number_alone(string code, string damage, string path)
    {
        await using var server = new ApiServer();
        await server.InitializeAsync();
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(server.Data, "autobuild.db")};Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements stand above.
            command.CommandText = $"pragma busy_timeout = 30000; {damage}";
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var answer = (await server.Calls.GetAsync(path)).Refused(500, code);

        Assert.All([server.Data, "SQLite", "landings rename", "no such", "System.", "Exception", ".cs"], inner => Assert.DoesNotContain(inner, answer.Word("detail")!, StringComparison.Ordinal));
        Assert.Contains("server.log", answer.Word("detail")!, StringComparison.Ordinal);
        await using var log = new FileStream(Path.Combine(server.Data, "logs", "server.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(log);
        var lines = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Contains(answer.Word("trace_id")!, lines, StringComparison.Ordinal);
        Assert.Contains("   at ", lines, StringComparison.Ordinal);
    }
}
