using System.Collections.Concurrent;
using AutoBuild.Storage.Sql;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AutoBuild.Storage.Sqlite;

/// <summary>Lends connections for reading; they work beside the writer and see whole commits only.</summary>
internal sealed class SqliteReaders(Func<Session> open) : IDisposable
{
    private const int Kept = 8;
    private readonly ConcurrentBag<Reader> _idle = [];
    private readonly ReaderWriterLockSlim _gate = new();
    private volatile bool _closed;

    /// <summary>Runs a unit on one snapshot, and breaks off what it is at when it is cancelled.</summary>
    /// <exception cref="OperationCanceledException">It was broken off.</exception>
    public T Read<T>(Func<Session, T> unit, CancellationToken cancel)
    {
        _gate.EnterReadLock();
        try
        {
            return ReadNow(unit, cancel);
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    /// <summary>Runs an action while nobody reads; who comes meanwhile waits.</summary>
    public void Pause(Action action)
    {
        _gate.EnterWriteLock();
        try
        {
            action();
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }

    private T ReadNow<T>(Func<Session, T> unit, CancellationToken cancel)
    {
        var reader = _idle.TryTake(out var idle) ? idle : new Reader(open());
        try
        {
            var answer = reader.Read(unit, cancel);
            GiveBack(reader);
            return answer;
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode == raw.SQLITE_INTERRUPT && cancel.IsCancellationRequested)
        {
            reader.Dispose();
            throw new OperationCanceledException("Nobody waits for the answer any more.", fault, cancel);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _closed = true;
        while (_idle.TryTake(out var reader))
        {
            reader.Dispose();
        }
    }

    private void GiveBack(Reader reader)
    {
        if (_closed || _idle.Count >= Kept)
        {
            reader.Dispose();
        }
        else
        {
            _idle.Add(reader);
        }
    }

    /// <summary>Is one connection that is lent out, with who waits for what it reads.</summary>
    private sealed class Reader : IDisposable
    {
        /// <summary>Steps of SQLite between two looks; some tenths of a millisecond.</summary>
        private const int Steps = 10_000;

        private readonly Session _session;
        private CancellationToken _waits;

        public Reader(Session session)
        {
            _session = session;
            raw.sqlite3_progress_handler(((SqliteConnection)session.Connection).Handle, Steps, _ => _waits.IsCancellationRequested ? 1 : 0, null);
        }

        public T Read<T>(Func<Session, T> unit, CancellationToken cancel)
        {
            _waits = cancel;
            _session.Run("begin_read");
            var answer = unit(_session);
            _waits = CancellationToken.None;
            _session.Run("commit");
            return answer;
        }

        public void Dispose() => _session.Dispose();
    }
}
