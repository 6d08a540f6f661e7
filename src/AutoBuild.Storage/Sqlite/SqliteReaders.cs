using System.Collections.Concurrent;
using AutoBuild.Storage.Sql;

namespace AutoBuild.Storage.Sqlite;

/// <summary>Lends connections for reading; they work beside the writer and see whole commits only.</summary>
internal sealed class SqliteReaders(Func<Session> open) : IDisposable
{
    private const int Kept = 8;
    private readonly ConcurrentBag<Session> _idle = [];
    private readonly ReaderWriterLockSlim _gate = new();
    private volatile bool _closed;

    /// <summary>Runs a unit on one snapshot.</summary>
    public T Read<T>(Func<Session, T> unit)
    {
        _gate.EnterReadLock();
        try
        {
            return ReadNow(unit);
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

    private T ReadNow<T>(Func<Session, T> unit)
    {
        var session = _idle.TryTake(out var idle) ? idle : open();
        try
        {
            session.Run("begin_read");
            var answer = unit(session);
            session.Run("commit");
            GiveBack(session);
            return answer;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _closed = true;
        while (_idle.TryTake(out var session))
        {
            session.Dispose();
        }
    }

    private void GiveBack(Session session)
    {
        if (_closed || _idle.Count >= Kept)
        {
            session.Dispose();
        }
        else
        {
            _idle.Add(session);
        }
    }
}
