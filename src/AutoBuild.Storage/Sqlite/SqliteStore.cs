using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Store;
using AutoBuild.Storage.Sql;
using Microsoft.Data.Sqlite;
using SQLitePCL;

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
    private readonly Task _check;
    private volatile AutoBuildException? _damage;
    private volatile SqliteConnection? _checking;
    private int _disposed;

    private SqliteStore(SqliteStoreOptions options, TimeProvider time, SqliteLock held, Session session)
    {
        (_options, _time, _lock) = (options, time, held);
        _signal = new CommitSignal(time);
        _signal.Raise(session.Number("events_last"));
        _wall = new WallClock(time);
        Written = (SqliteConnection)session.Connection;
        _readers = new SqliteReaders(() => SqliteFile.OpenReader(options, Named));
        _writer = new SqliteWriter(session, () => Begin(session), _signal, _readers, options.Path, new StoreMetrics(options.Instruments ?? new(), time));
        _check = SqliteFile.IsCheckedFirst(options) ? Task.CompletedTask : Task.Factory.StartNew(CheckBeside, TaskCreationOptions.LongRunning);
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
        if (_checking is { Handle: { } handle })
        {
            raw.sqlite3_interrupt(handle);
        }

        await _check.ConfigureAwait(false);
        await Task.Run(_writer.Stop).ConfigureAwait(false);
        _lock.NoteClosed();
        await Task.Run(_writer.Dispose).ConfigureAwait(false);
        _lock.Dispose();
    }

    private protected override Task<T> ReadAsync<T>(Func<UnitOfWork, T> unit, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (_damage is { } damage)
        {
            return Task.FromException<T>(damage);
        }

        try
        {
            return Task.FromResult(_readers.Read(session => unit(Begin(session)), cancel));
        }
        catch (SqliteException fault)
        {
            return Task.FromException<T>(SqliteFaults.From(fault, _options.Path));
        }
        catch (Exception fault) when (fault is AutoBuildException or OperationCanceledException)
        {
            return Task.FromException<T>(fault);
        }
    }

    private protected override Task<T> WriteAsync<T>(Func<UnitOfWork, T> unit, Func<T, bool> keep, CancellationToken cancel) =>
        _damage is { } damage ? Task.FromException<T>(damage) : _writer.RunAsync(unit, keep, cancel);

    private static SqliteStore Open(SqliteStoreOptions options, TimeProvider time)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(options.Path)!);
        var held = SqliteLock.Take(options.Path);
        var looked = false;
        try
        {
            SqliteFile.CheckLeft(options.Path, held);
            looked = true;
            var store = new SqliteStore(options, time, held, SqliteFile.Open(options, Named, time));
            held.NoteOpen();
            return store;
        }
        catch (Exception fault)
        {
            // SQLite took the log in when it was closed again, though nothing came of the start.
            if (looked && !File.Exists(SqliteFile.LogOf(options.Path)) && held.LeftOpen)
            {
                held.NoteClosed();
            }

            held.Dispose();
            throw fault is SqliteException known ? SqliteFaults.From(known, options.Path) : fault;
        }
    }

    // A large database takes seconds to read, which a restart has not got; what is found is said by the first call after it.
    private void CheckBeside()
    {
        try
        {
            using var session = SqliteFile.OpenReader(_options, Named);
            _checking = (SqliteConnection)session.Connection;
            SqliteFile.CheckWhole(session, _options.Path);
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode != raw.SQLITE_INTERRUPT)
        {
            _damage = SqliteFaults.From(fault, _options.Path);
        }
        catch (SqliteException)
        {
            // Closed before it was through: the next start reads it.
        }
        catch (AutoBuildException fault)
        {
            _damage = fault;
        }
        finally
        {
            _checking = null;
        }
    }

    private UnitOfWork Begin(Session session) => new(session, _options.Queue, _time.GetUtcNow());
}
