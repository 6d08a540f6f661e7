using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Store;
using AutoBuild.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace AutoBuild.Storage.Sqlite;

/// <summary>Keeps everything in one file, for one process: a writer thread that commits in groups, and readers beside it.</summary>
public sealed class SqliteStore : SqlStore
{
    private static readonly Statements Named = Statements.Of("Sqlite");
    private readonly SqliteStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly SqliteLock _lock;
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;
    private readonly CommitSignal _signal;
    private readonly WallClock _wall;
    private int _disposed;

    private SqliteStore(SqliteStoreOptions options, TimeProvider time, SqliteLock held, Session session)
    {
        (_options, _time, _lock) = (options, time, held);
        _signal = new CommitSignal(time);
        _signal.Raise(session.Number("events_last"));
        _wall = new WallClock(time);
        Written = (SqliteConnection)session.Connection;
        _writer = new SqliteWriter(session, () => Begin(session), _signal, options.Path);
        _readers = new SqliteReaders(() => SqliteFile.OpenReader(options, Named));
    }

    public override StoreCapabilities Capabilities { get; } = new(SeveralProcesses: false, PushesEvents: true);

    /// <summary>The connection that writes; tests make it fail.</summary>
    internal SqliteConnection Written { get; }

    /// <summary>Transactions committed since the store was opened; with calls at once, fewer than there were calls.</summary>
    public long Commits => _writer.Commits;

    /// <summary>
    /// Opens the database, makes or migrates it where needed. Throws <c>store_locked</c>, <c>store_damaged</c>, <c>store_foreign</c>,
    /// <c>store_newer</c>, <c>store_unwritable</c>; in each case the file is left as it was.
    /// </summary>
    public static Task<SqliteStore> OpenAsync(SqliteStoreOptions options, TimeProvider time, CancellationToken cancel) =>
        Task.Run(() => Open(options with { Path = Path.GetFullPath(options.Path) }, time), cancel);

    /// <summary>Returns the active jobs whose lease ran out; none after the wall clock jumped, then everybody gets a fresh lease.</summary>
    public override async Task<IReadOnlyList<Job>> ListExpiredAsync(CancellationToken cancel)
    {
        if (!_wall.Jumped())
        {
            return await ReadAsync(work => work.Jobs.Expired(), cancel).ConfigureAwait(false);
        }

        // Settled only when that is written: were it not, everybody would be called lost at the next look.
        await WriteAsync(work => work.JobMoves.Grace(), cancel).ConfigureAwait(false);
        _wall.Settle();
        return [];
    }

    public override Task WaitForEventsAsync(long after, TimeSpan atMost, CancellationToken cancel) => _signal.WaitAsync(after, atMost, cancel);

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _readers.Dispose();
        await Task.Run(_writer.Dispose).ConfigureAwait(false);
        _lock.Dispose();
    }

    private protected override Task<T> ReadAsync<T>(Func<UnitOfWork, T> unit, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            return Task.FromResult(_readers.Read(session => unit(Begin(session))));
        }
        catch (SqliteException fault)
        {
            return Task.FromException<T>(SqliteFaults.From(fault, _options.Path));
        }
        catch (AutoBuildException fault)
        {
            return Task.FromException<T>(fault);
        }
    }

    private protected override Task<T> WriteAsync<T>(Func<UnitOfWork, T> unit, Func<T, bool> keep, CancellationToken cancel) =>
        _writer.RunAsync(unit, keep, cancel);

    private static SqliteStore Open(SqliteStoreOptions options, TimeProvider time)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(options.Path)!);
        var held = SqliteLock.Take(options.Path);
        try
        {
            return new SqliteStore(options, time, held, SqliteFile.Open(options, Named, time));
        }
        catch (SqliteException fault)
        {
            held.Dispose();
            throw SqliteFaults.From(fault, options.Path);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private UnitOfWork Begin(Session session) => new(session, _options.Queue, _time.GetUtcNow());
}
