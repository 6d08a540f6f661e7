using AutoBuild.Storage.Sql;
using AutoBuild.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace AutoBuild.Tests.Storage;

/// <summary>Holds that what lists and counts goes down an index, however much history there is.</summary>
public sealed class SqlitePlanTests
{
    private static readonly Statements Named = Statements.Of("Sqlite");

    [Theory]
    [InlineData("jobs_page")]
    [InlineData("jobs_page_of_project")]
    [InlineData("jobs_page_of_ticket")]
    [InlineData("jobs_page_of_status")]
    [InlineData("jobs_active_count")]
    [InlineData("stats_unfinished")]
    [InlineData("tickets_page_of_project")]
    [InlineData("landings_page")]
    [InlineData("worktrees_kept")]
    [InlineData("events_after")]
    [InlineData("events_after_of_job")]
    [InlineData("events_last")]
    public async Task A_read_scans_no_table_and_sorts_nothing(string statement)
    {
        using var folder = new TempFolder();
        await using var store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = folder["a.db"] }, TimeProvider.System, TestContext.Current.CancellationToken);
        await using var connection = new SqliteConnection($"Data Source={folder["a.db"]};Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + Named[statement].Text;
        foreach (var parameter in Named[statement].Parameters)
        {
            command.Parameters.AddWithValue("@" + parameter, "1");
        }

        var plan = new List<string>();
        await using var rows = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await rows.ReadAsync(TestContext.Current.CancellationToken))
        {
            plan.Add(rows.GetString(3));
        }

        Assert.NotEmpty(plan);
        Assert.DoesNotContain(plan, step => step.Contains("TEMP B-TREE", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, step => step.StartsWith("SCAN ", StringComparison.Ordinal) && !step.Contains("USING", StringComparison.Ordinal) && step is not ("SCAN a" or "SCAN CONSTANT ROW"));
    }
}
