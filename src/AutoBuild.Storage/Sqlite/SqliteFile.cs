using System.Buffers.Binary;
using System.Globalization;
using AutoBuild.Core;
using AutoBuild.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace AutoBuild.Storage.Sqlite;

/// <summary>Opens the database file: looks whether it is one of ours and whole, then brings its schema up to date.</summary>
internal static class SqliteFile
{
    private const int HeaderLength = 32;
    private const int PageSizeAt = 16;
    private const int PageCountAt = 28;
    private const int PageSize = 4096;

    public static Session Open(SqliteStoreOptions options, Statements statements, TimeProvider time)
    {
        var session = Connect(options, statements);
        try
        {
            if (IsCheckedFirst(options))
            {
                CheckWhole(session, options.Path);
            }

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

    /// <summary>Tells whether the file is small enough to be checked before it is used.</summary>
    public static bool IsCheckedFirst(SqliteStoreOptions options) => !File.Exists(options.Path) || new FileInfo(options.Path).Length <= options.LargestCheckedFirst;

    /// <summary>Looks at the file from outside, before SQLite may touch it: is it all there, as it was left?</summary>
    public static void CheckLeft(string path, SqliteLock held)
    {
        if (Directory.Exists(path))
        {
            throw new AutoBuildException("store_unwritable", $"{path} is a directory; the database is to be a file there. Move the directory away.");
        }

        if (!File.Exists(path))
        {
            return;
        }

        var logged = File.Exists(LogOf(path));
        if (held.LeftOpen && !logged)
        {
            throw SqliteFaults.LogMissing(path);
        }

        CheckHeader(path, logged, (held.LeftOpen || held.LeftClosed));
    }

    /// <summary>Names the log that SQLite keeps beside an open database.</summary>
    public static string LogOf(string path) => path + "-wal";

    // With a log beside it, the file alone tells nothing about its length.
    private static void CheckHeader(string path, bool logged, bool filled)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (file.Length == 0 && !filled)
        {
            return;
        }

        var read = file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false);
        if (read < HeaderLength || !header.StartsWith("SQLite format 3\0"u8))
        {
            throw SqliteFaults.Damaged(path, file.Length == 0 ? "it is empty" : "it doesn't begin as a SQLite file does");
        }

        var page = BinaryPrimitives.ReadUInt16BigEndian(header[PageSizeAt..]) is var size && size == 1 ? 1L << 16 : size;
        var pages = BinaryPrimitives.ReadUInt32BigEndian(header[PageCountAt..]);
        if (!logged && page * pages > file.Length)
        {
            throw SqliteFaults.Damaged(path, $"{page * pages - file.Length} bytes are missing at its end");
        }
    }

    /// <summary>Reads every page; throws <c>store_damaged</c>.</summary>
    public static void CheckWhole(Session session, string path)
    {
        var verdict = session.One("quick_check", row => row.Text("quick_check"));
        if (verdict != "ok")
        {
            throw SqliteFaults.Damaged(path, verdict ?? "no answer from its check");
        }
    }
}
