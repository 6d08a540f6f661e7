using System.ComponentModel;
using System.Diagnostics;

namespace AutoBuild.Workspaces;

/// <summary>A running child: read to its end, bounded in memory, and stopped with everything it started.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly ChildCommand _command;
    private readonly Action<ReadOnlyMemory<byte>, bool>? _onOutput;
    private readonly TimeProvider _time;
    private readonly string _id = Guid.NewGuid().ToString("N");
    private readonly Process _process;
    private readonly Task _walled;
    private readonly long _started;
    private readonly Lock _gate = new();
    private readonly OutputTail _output;
    private readonly OutputTail _error;
    private readonly TaskCompletionSource<ChildEnd> _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _killNow = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastOutput;
    private volatile bool _delivering;
    private Exception? _fault;

    private ChildProcess(ChildCommand command, Action<ReadOnlyMemory<byte>, bool>? onOutput, TimeProvider time)
    {
        (_command, _onOutput, _time) = (command, onOutput, time);
        (_output, _error) = (new(command.CaptureLimit), new(command.CaptureLimit));
        _started = _lastOutput = time.GetTimestamp();
        _process = Launcher.Start(command, _id);
        Pid = _process.Id;
        StartTime = ProcessIdentity.Of(Pid)?.StartTicks ?? 0;
        _walled = Launcher.Rest(command) is { Count: > 0 } rest ? Task.Run(() => WallGate.Open(_process, rest)) : Task.CompletedTask;
        Completion = WatchAsync();
    }

    /// <summary>The leader of the child's session and process group.</summary>
    public int Pid { get; }

    /// <summary>Its start time in the unit of <see cref="ProcessIdentity.StartTicks"/>; 0 when it was already over.</summary>
    public long StartTime { get; }

    /// <summary>Ends when the child has ended, its outputs are read and, if it was stopped or confined, nothing of it is alive.</summary>
    public Task<ChildResult> Completion { get; }

    /// <summary>Starts a child.</summary>
    /// <param name="command">What to start.</param>
    /// <param name="onOutput">Gets every chunk as it comes (true: standard error); calls never overlap; a slow one slows the child down.</param>
    /// <param name="time">The clock for the limits.</param>
    /// <exception cref="WorkspaceException">command_missing, directory_missing, command_failed.</exception>
    public static ChildProcess Start(ChildCommand command, Action<ReadOnlyMemory<byte>, bool>? onOutput = null, TimeProvider? time = null) =>
        new(command, onOutput, time ?? TimeProvider.System);

    /// <summary>Starts a child and waits for its end; cancellation stops it politely first and ends as <see cref="ChildEnd.Cancelled"/>.</summary>
    public static async Task<ChildResult> RunAsync(ChildCommand command, Action<ReadOnlyMemory<byte>, bool>? onOutput = null,
        CancellationToken cancellation = default)
    {
        if (cancellation.IsCancellationRequested)
        {
            return new ChildResult(ChildEnd.Cancelled, 130, "", "", TimeSpan.Zero);
        }
        await using var child = Start(command, onOutput);
        await using var registration = cancellation.Register(child.Stop);
        return await child.Completion;
    }

    /// <summary>Sends SIGINT to the child's process group, and nothing more; one that has not begun yet never begins.</summary>
    public void Interrupt()
    {
        if (_process.HasExited)
        {
            return;
        }
        if (Launcher.HasInit(_command) && !HasBegun())
        {
            // The shell before it may not hear the signal yet.
            KillTree();
            return;
        }
        // Before it has a group of its own it has no program of its own either, which could handle the signal.
        if (ProcessIsolation.Session.Length == 0 || !Signals.Send(-Pid, Signals.Interrupt))
        {
            Signals.Send(Pid, Signals.Interrupt);
        }
    }

    /// <summary>Asks for the polite stop: SIGINT, the grace, then the kill; <see cref="Completion"/> tells when it is done.</summary>
    public void Stop() => _stop.TrySetResult(ChildEnd.Cancelled);

    /// <summary>Kills the child and everything it started; when it returns, nothing of it is alive.</summary>
    /// <exception cref="WorkspaceException">process_survives: the kernel could not end a process within 10 s.</exception>
    public async ValueTask KillAsync()
    {
        _killNow.TrySetResult();
        Stop();
        await Completion.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await ProcessSweep.KillAllAsync(Remains);
        if (Remains() is [var survivor, ..])
        {
            throw new WorkspaceException("process_survives", $"Process {survivor.Pid} could not be killed; it probably waits for a dead disk or network share.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!Completion.IsCompleted)
        {
            await KillAsync();
        }
        _process.Dispose();
    }

    private async Task<ChildResult> WatchAsync()
    {
        using var draining = new CancellationTokenSource();
        var streams = Task.WhenAll(
            FeedAsync(draining.Token),
            PumpAsync(_process.StandardOutput.BaseStream, false, draining.Token),
            PumpAsync(_process.StandardError.BaseStream, true, draining.Token));
        var exit = _process.WaitForExitAsync(CancellationToken.None);
        var end = await WaitForEndAsync(exit);
        if (end != ChildEnd.Exited)
        {
            await StopAsync(exit);
        }
        await exit;
        if (end != ChildEnd.Exited || (_command.Confinement != Confinement.None && !Launcher.IsInNamespace(_command)))
        {
            await ProcessSweep.KillAllAsync(Remains);
        }
        await DrainAsync(streams, draining);
        if (_fault is not null)
        {
            throw _fault;
        }
        return new ChildResult(end, _process.ExitCode, _output.ToString(), _error.ToString(), _time.GetElapsedTime(_started));
    }

    private async Task<ChildEnd> WaitForEndAsync(Task exit)
    {
        while (true)
        {
            var (left, end) = NextLimit();
            if (left <= TimeSpan.Zero)
            {
                return end;
            }
            using var timer = new CancellationTokenSource();
            var first = await Task.WhenAny(exit, _stop.Task, Task.Delay(left, _time, timer.Token));
            await timer.CancelAsync();
            if (first == exit || first == _stop.Task)
            {
                return exit.IsCompleted ? ChildEnd.Exited : await _stop.Task;
            }
        }
    }

    private (TimeSpan Left, ChildEnd End) NextLimit()
    {
        var wall = _command.WallLimit is { } longest ? longest - _time.GetElapsedTime(_started) : TimeSpan.MaxValue;
        var idle = _command.IdleLimit is { } silence ? silence - _time.GetElapsedTime(Volatile.Read(ref _lastOutput)) : TimeSpan.MaxValue;
        var (left, end) = wall <= idle ? (wall, ChildEnd.WallLimit) : (idle, ChildEnd.IdleLimit);
        // Timers take at most some 49 days; a day is as good, the loop asks again.
        return (left > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : left, end);
    }

    private async Task StopAsync(Task exit)
    {
        Interrupt();
        using var timer = new CancellationTokenSource();
        await Task.WhenAny(exit, _killNow.Task, Task.Delay(_command.Grace, _time, timer.Token));
        await timer.CancelAsync();
        if (!exit.IsCompleted)
        {
            KillTree();
        }
    }

    private void KillTree()
    {
        if (ProcessIsolation.Session.Length > 0 && Signals.Send(-Pid, Signals.Kill))
        {
            return;
        }
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // Already gone, or one of its children was.
        }
    }

    // The shell's children are the watcher of our lifeline, a copy of itself, and then the child, which is one too until it has its own program.
    private bool HasBegun()
    {
        var living = ProcessTable.Living().ToList();
        var shell = Launcher.IsInNamespace(_command) ? living.FirstOrDefault(entry => entry.Parent == Pid).Pid : Pid;
        var children = living.Where(entry => entry.Parent == shell).ToList();
        return shell > 0 && children.Count > 1 && children.Exists(child => ProcessTable.Line(child.Pid) != ProcessTable.Line(shell));
    }

    // By mark; by session for those that cleared their environment: while members live, the kernel gives the session's number to no one else;
    // and as orphans of ours for those that left the session too.
    private List<ProcessEntry> Remains()
    {
        var session = ProcessIsolation.Session.Length > 0 && ProcessTable.Read(Pid) is null
            ? ProcessTable.Living().Where(entry => entry.Session == Pid)
            : [];
        return [.. ProcessSweep.FindChild(_id).Union(session).Union(StartTime > 0 && !Launcher.IsInNamespace(_command) ? Orphans.Since(StartTime) : [])];
    }

    private async Task FeedAsync(CancellationToken cancellation)
    {
        try
        {
            await using var input = _process.StandardInput.BaseStream;
            await _walled.WaitAsync(cancellation);
            await input.WriteAsync(_command.StandardInput, cancellation);
            if (_command.WriteInput is { } write)
            {
                await write(input, cancellation);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // A child may end without reading what it was given.
        }
    }

    private async Task PumpAsync(Stream stream, bool isError, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            if (!isError)
            {
                await _walled.WaitAsync(cancellation);
            }
            int count;
            while ((count = await stream.ReadAsync(buffer, cancellation)) > 0)
            {
                Take(buffer.AsMemory(0, count), isError);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The child is gone and a stranger holds the pipe.
        }
    }

    private void Take(ReadOnlyMemory<byte> chunk, bool isError)
    {
        Volatile.Write(ref _lastOutput, _time.GetTimestamp());
        (isError ? _error : _output).Append(chunk.Span);
        Deliver(chunk, isError);
    }

    private void Deliver(ReadOnlyMemory<byte> chunk, bool isError)
    {
        if (_onOutput is null)
        {
            return;
        }
        lock (_gate)
        {
            _delivering = true;
            try
            {
                if (_fault is null)
                {
                    _onOutput(chunk, isError);
                }
            }
#pragma warning disable CA1031 // Whatever the caller's own code throws ends the child and comes out of Completion.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _fault = e;
                Stop();
            }
            _delivering = false;
        }
    }

    // What the child wrote is in the pipe when it ends; a daemon that holds the pipe open may stay silent for ever.
    private async Task DrainAsync(Task streams, CancellationTokenSource draining)
    {
        var seen = 0L;
        var ticks = 0;
        for (var silent = 0; !streams.IsCompleted && silent < 5; silent++)
        {
            if (_delivering || seen != Volatile.Read(ref _lastOutput))
            {
                (seen, silent) = (Volatile.Read(ref _lastOutput), 0);
            }
            // A daemon that keeps writing is no reason to wait for it.
            if (++ticks > 100 && !_delivering)
            {
                break;
            }
            using var timer = new CancellationTokenSource();
            await Task.WhenAny(streams, Task.Delay(Tick, TimeProvider.System, timer.Token));
            await timer.CancelAsync();
        }
        await draining.CancelAsync();
        await streams;
        // Silence may be a machine that has no thread to spare for the reading; what the child wrote is not lost for that.
        if (_walled.IsCompletedSuccessfully)
        {
            PipeRemains.Read(_process.StandardOutput.BaseStream, chunk => Take(chunk, isError: false));
        }
        PipeRemains.Read(_process.StandardError.BaseStream, chunk => Take(chunk, isError: true));
    }
}
