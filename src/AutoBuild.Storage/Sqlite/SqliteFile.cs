using AutoBuild.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace AutoBuild.Storage.Sqlite;

/// <summary>Opens the database file: looks whether it is one of ours and whole, then brings its schema up to date.</summary>
internal static class SqliteFile
{
    private const int HeaderLength = 16;

    public static Session Open(SqliteStoreOptions options, Statements statements, TimeProvider time)
    {
        CheckHeader(options.Path);
        var session = Connect(options, statements, reading: false);
        try
        {
            CheckWhole(session, options.Path);
            new SqliteMigrations(session, options.Path, time).Run();
            session.Run("foreign_keys_on");
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Opens one more connection with the settings of the store.</summary>
    public static Session Connect(SqliteStoreOptions options, Statements statements, bool reading)
    {
        SqliteNative.Ensure();
        var address = new SqliteConnectionStringBuilder { DataSource = options.Path, Pooling = false, DefaultTimeout = 10 };
        var connection = new SqliteConnection(address.ToString());
        var session = new Session(connection, statements);
        try
        {
            connection.Open();
            session.Number("busy_timeout");
            session.One("journal_wal", row => row.Text("journal_mode"));
            session.Run(reading ? "query_only" : options.Durable ? "synchronous_full" : "synchronous_normal");
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static void CheckHeader(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length == 0)
        {
            return;
        }

        Span<byte> header = stackalloc byte[HeaderLength];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var read = file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false);
        if (!header[..read].SequenceEqual("SQLite format 3\0"u8))
        {
            throw SqliteFaults.Damaged(path, "it doesn't begin as a SQLite file does");
        }
    }

    private static void CheckWhole(Session session, string path)
    {
        var verdict = session.One("quick_check", row => row.Text("quick_check"));
        if (verdict != "ok")
        {
            throw SqliteFaults.Damaged(path, verdict ?? "no answer from its check");
        }
    }
}
