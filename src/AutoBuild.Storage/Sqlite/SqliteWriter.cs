using System.Collections.Concurrent;
using AutoBuild.Core;
using AutoBuild.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace AutoBuild.Storage.Sqlite;

/// <summary>
/// Is the one thread that writes. It takes all units of work that wait, runs each in a savepoint of one transaction, commits once
/// (one fsync for all) and only then answers. A unit that fails rolls back itself alone.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private const int LongestBatch = 256;
    private const int CommitsBetweenLooks = 64;
    private const long LargestLog = 16_000_000;
    private readonly BlockingCollection<IUnit> _waiting = [];
    private readonly Func<UnitOfWork> _begin;
    private readonly Session _session;
    private readonly CommitSignal _signal;
    private readonly SqliteReaders _readers;
    private readonly string _path;
    private readonly StoreMetrics _metrics;
    private readonly Thread _thread;
    private long _commits;

    public SqliteWriter(Session session, Func<UnitOfWork> begin, CommitSignal signal, SqliteReaders readers, string path, StoreMetrics metrics)
    {
        (_session, _begin, _signal, _readers, _path, _metrics) = (session, begin, signal, readers, path, metrics);
        _thread = new Thread(Work) { IsBackground = true, Name = "store writer" };
        _thread.Start();
    }

    private interface IUnit
    {
        bool Start();

        bool Run(UnitOfWork work);

        void Answer(Exception? fault);
    }

    /// <summary>Transactions committed so far.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    /// <summary>Runs the unit on the writer's thread; completes when it is durable.</summary>
    /// <param name="keep">Tells by the answer whether what the unit wrote stays; a refusal leaves nothing behind.</param>
    public Task<T> RunAsync<T>(Func<UnitOfWork, T> unit, Func<T, bool> keep, CancellationToken cancel)
    {
        var waiting = new Unit<T>(unit, keep, cancel);
        try
        {
            _waiting.Add(waiting, cancel);
        }
        catch (InvalidOperationException fault)
        {
            throw new AutoBuildException("store_closed", "The store is closed; the server is stopping.", fault);
        }

        return waiting.Task;
    }

    /// <summary>Finishes what waits; later calls are refused.</summary>
    public void Stop()
    {
        _waiting.CompleteAdding();
        _thread.Join();
    }

    /// <summary>Stops, and closes the database.</summary>
    public void Dispose()
    {
        Stop();
        _waiting.Dispose();
        _session.Dispose();
    }

    private void Work()
    {
        var batch = new List<IUnit>();
        foreach (var first in _waiting.GetConsumingEnumerable())
        {
            batch.Add(first);
            while (batch.Count < LongestBatch && _waiting.TryTake(out var next))
            {
                batch.Add(next);
            }

            batch.RemoveAll(unit => !unit.Start());
            Commit(batch);
            batch.Clear();
            BoundLog();
        }
    }

    // SQLite's own checkpoint starts the log over only when nobody reads, and with several readers somebody always does: they pause for it.
    private void BoundLog()
    {
        if (Commits % CommitsBetweenLooks == 0 && new FileInfo(_path + "-wal") is { Exists: true, Length: > LargestLog })
        {
            // A stranger's reader, such as a check of the whole file, is not waited for: the next look tries again.
            _readers.Pause(() => Guarded(() =>
            {
                _session.Number("busy_at_once");
                _session.Run("checkpoint");
            }));
            Guarded(() => _session.Number("busy_timeout"));
        }
    }

    private void Commit(List<IUnit> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        var began = _metrics.Begin();
        var faults = new Exception?[batch.Count];
        var work = _begin();
        var fault = Guarded(() =>
        {
            _session.Run("begin");
            for (var index = 0; index < batch.Count; index++)
            {
                RunOne(batch[index], work, out faults[index]);
            }

            _session.Run("commit");
        });
        if (fault is null)
        {
            Interlocked.Increment(ref _commits);
            _metrics.Committed(began, batch.Count);
            _signal.Raise(work.LastEventId);
        }
        else
        {
            fault = faults.FirstOrDefault(cause => cause is AutoBuildException { Code: "disk_full" }) ?? fault;
            Guarded(() => _session.Run("rollback"));
        }

        for (var index = 0; index < batch.Count; index++)
        {
            var failed = faults[index] ?? fault;
            if (failed is not null)
            {
                _metrics.Failed(failed);
            }

            batch[index].Answer(failed);
        }
    }

    private void RunOne(IUnit unit, UnitOfWork work, out Exception? fault)
    {
        var lastEvent = work.LastEventId;
        fault = null;
        _session.Run("savepoint");
        var keep = false;
        fault = Guarded(() => keep = unit.Run(work));
        if (!keep)
        {
            // Throws where SQLite has already given up the whole transaction, as it may when the disk is full: then all units fail.
            _session.Run("rollback_to_savepoint");
            work.LastEventId = lastEvent;
        }

        _session.Run("release_savepoint");
    }

    private Exception? Guarded(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (SqliteException fault)
        {
            return SqliteFaults.From(fault, _path);
        }
#pragma warning disable CA1031 // A unit's fault belongs to its caller; the writer must live on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return fault;
        }
    }

    private sealed class Unit<T>(Func<UnitOfWork, T> run, Func<T, bool> keep, CancellationToken cancel) : IUnit
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        public Task<T> Task => _done.Task;

        public bool Start() => !cancel.IsCancellationRequested || !_done.TrySetCanceled(cancel);

        public bool Run(UnitOfWork work) => keep(_result = run(work));

        public void Answer(Exception? fault)
        {
            if (fault is null)
            {
                _done.SetResult(_result!);
            }
            else
            {
                _done.SetException(fault);
            }
        }
    }
}
