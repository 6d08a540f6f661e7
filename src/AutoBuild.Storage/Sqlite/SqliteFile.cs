using System.Globalization;
using AutoBuild.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace AutoBuild.Storage.Sqlite;

/// <summary>Opens the database file: looks whether it is one of ours and whole, then brings its schema up to date.</summary>
internal static class SqliteFile
{
    private const int HeaderLength = 16;
    private const int PageSize = 4096;

    public static Session Open(SqliteStoreOptions options, Statements statements, TimeProvider time)
    {
        CheckHeader(options.Path);
        var session = Connect(options, statements);
        try
        {
            CheckWhole(session, options.Path);
            var migrations = new SqliteMigrations(session, options.Path, time);
            migrations.Check();
            session.One("journal_wal", row => row.Text("journal_mode"));
            session.Run(options.Durable ? "synchronous_full" : "synchronous_normal");
            migrations.Run();
            session.Run("foreign_keys_on");
            Limit(session, options.LargestFile);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Opens one more connection, for reading.</summary>
    public static Session OpenReader(SqliteStoreOptions options, Statements statements)
    {
        var session = Connect(options, statements);
        session.Run("query_only");
        return session;
    }

    private static Session Connect(SqliteStoreOptions options, Statements statements)
    {
        SqliteNative.Ensure();
        var address = new SqliteConnectionStringBuilder { DataSource = options.Path, Pooling = false, DefaultTimeout = 10 };
        var session = new Session(new SqliteConnection(address.ToString()), statements);
        try
        {
            session.Connection.Open();
            session.Number("busy_timeout");
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static void Limit(Session session, long? bytes)
    {
        if (bytes is { } most)
        {
            session.Script(string.Format(CultureInfo.InvariantCulture, session.TextOf("max_pages"), most / PageSize));
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
