using AutoBuild.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace AutoBuild.Benchmarks;

/// <summary>Is the same texts and queries in SQLite's FTS5, its words as they come, without the texts themselves.</summary>
internal static class FullTextRival
{
    public static async Task RunAsync(string folder, int chunks, List<List<string>> asked, TextWriter output)
    {
        // A store that is opened sets the library up.
        await using (await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = Path.Combine(folder, "store.db"), Durable = false }, TimeProvider.System, CancellationToken.None).ConfigureAwait(false))
        {
        }

        var file = Path.Combine(folder, "fts.db");
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await using (connection.ConfigureAwait(false))
        {
            await connection.OpenAsync().ConfigureAwait(false);
            Execute(connection, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; CREATE VIRTUAL TABLE chunks USING fts5(text, content='');");
            var (seconds, source) = Fill(connection, chunks);
            await IndexBench.RowAsync(output, "SQLite FTS5: building, MB a second of processor time", source / seconds / 1e6, "").ConfigureAwait(false);
            await IndexBench.RowAsync(output, "SQLite FTS5: its file / source", new FileInfo(file).Length / (double)source, "").ConfigureAwait(false);
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT rowid FROM chunks WHERE chunks MATCH $query ORDER BY rank LIMIT 10";
            var query = command.Parameters.Add("$query", SqliteType.Text);
            var times = new Figures(asked.Take(40).Select(words => IndexBench.Time(() =>
            {
                query.Value = string.Join(" OR ", words);
                using var reader = command.ExecuteReader();
                while (reader.Read())
                {
                    reader.GetInt64(0);
                }
            })).ToList());
            await IndexBench.RowAsync(output, "SQLite FTS5: the same queries, p50, ms", times.Median, "").ConfigureAwait(false);
            await IndexBench.RowAsync(output, "SQLite FTS5: the same queries, p95, ms", times.At(.95), "").ConfigureAwait(false);
        }
    }

    private static (double Seconds, long Source) Fill(SqliteConnection connection, int chunks)
    {
        var texts = new SyntheticTexts();
        var filling = TimeSpan.Zero;
        long source = 0;
        Execute(connection, "BEGIN");
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO chunks(text) VALUES ($text)";
        var value = insert.Parameters.Add("$text", SqliteType.Text);
        for (var i = 0; i < chunks / SyntheticTexts.ChunksPerText; i++)
        {
            var text = texts.Next();
            var started = Environment.CpuUsage.TotalTime;
            foreach (var chunk in text.Chunks)
            {
                value.Value = text.Text[chunk.Start..chunk.End];
                insert.ExecuteNonQuery();
            }

            filling += Environment.CpuUsage.TotalTime - started;
            source += text.Text.Length;
        }

        var last = Environment.CpuUsage.TotalTime;
        Execute(connection, "COMMIT");
        filling += Environment.CpuUsage.TotalTime - last;
        return (filling.TotalSeconds, source);
    }

    private static void Execute(SqliteConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }
}
