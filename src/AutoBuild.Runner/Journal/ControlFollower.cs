using System.Text;
using AutoBuild.Core;
using AutoBuild.Core.Runs;
using AutoBuild.Runner.Agents;

namespace AutoBuild.Runner.Journal;

/// <summary>Follows <c>control.ndjson</c>: keeps the run renewed, collects messages, stops it when asked or when nobody renews.</summary>
internal sealed class ControlFollower(string path, RunLimits limits, RunStop stop, Allowance allowance, EventLog events, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _end = new();
    private readonly List<string> _messages = [];
    private readonly List<string> _said = [];
    private readonly long _start = time.GetTimestamp();
    private long _renewed = time.GetTimestamp();
    private long _offset;
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _following = Task.CompletedTask;

    public void Start() => _following = Task.Run(FollowAsync);

    /// <summary>All messages that came, taken or not.</summary>
    public IReadOnlyList<string> Said
    {
        get
        {
            lock (_messages)
            {
                return [.. _said];
            }
        }
    }

    /// <summary>Takes all messages that came since the last call.</summary>
    public IReadOnlyList<string> TakeMessages()
    {
        Read();
        lock (_messages)
        {
            string[] taken = [.. _messages];
            _messages.Clear();
            return taken;
        }
    }

    /// <summary>Puts back, before all others, messages that were taken and not heard.</summary>
    public void GiveBack(IReadOnlyCollection<string> messages)
    {
        lock (_messages)
        {
            _messages.InsertRange(0, messages);
        }
    }

    /// <summary>Completes when a message is there, or came since it was looked at last.</summary>
    public Task WaitForMessageAsync()
    {
        lock (_messages)
        {
            if (_arrived.Task.IsCompleted && _messages.Count == 0)
            {
                _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            return _messages.Count > 0 ? Task.CompletedTask : _arrived.Task;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _following;
        _end.Dispose();
    }

    private async Task FollowAsync()
    {
        using var timer = new PeriodicTimer(Look, time);
        try
        {
            do
            {
                TryRead();
                Watch();
            }
            while (await timer.WaitForNextTickAsync(_end.Token));
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private void TryRead()
    {
        try
        {
            Read();
        }
        catch (IOException)
        {
            // A full disk takes no warning about a line; the clock must go on all the same.
        }
    }

    private void Watch()
    {
        if (time.GetElapsedTime(_renewed) > TimeSpan.FromSeconds(limits.RenewSeconds))
        {
            stop.Request(StopCause.LostRenewal, $"Nobody renewed this run for {limits.RenewSeconds} s; its server is gone or gave it up.");
        }
        if (time.GetElapsedTime(_start) > TimeSpan.FromSeconds(limits.WallSeconds))
        {
            stop.Request(StopCause.WallTimeout, $"The attempt took longer than {limits.WallSeconds} s.");
        }
    }

    // The loop and TakeMessages both read; the offset moves under the lock.
    private void Read()
    {
        lock (_messages)
        {
            foreach (var line in NewLines())
            {
                Heed(line);
            }
        }
    }

    private string[] NewLines()
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (file.Length <= _offset)
            {
                return [];
            }
            file.Seek(_offset, SeekOrigin.Begin);
            var bytes = new byte[file.Length - _offset];
            var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            var whole = bytes.AsSpan(0, count).LastIndexOf((byte)'\n') + 1;
            _offset += whole;
            return Encoding.UTF8.GetString(bytes, 0, whole).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Not written yet, or not readable just now; silence ends the run by itself.
            return [];
        }
    }

    private void Heed(string line)
    {
        RunControl control;
        try
        {
            control = ControlReader.Read(line);
        }
        catch (AutoBuildException fault)
        {
            events.Add(RunEventKind.Warning, $"A control line was not understood: {fault.Message}");
            return;
        }
        switch (control.Kind)
        {
            case RunControlKind.Renew:
                _renewed = time.GetTimestamp();
                break;
            case RunControlKind.Message:
                _messages.Add(control.Text ?? "");
                _said.Add(control.Text ?? "");
                _arrived.TrySetResult();
                break;
            case RunControlKind.Budget:
                allowance.End(control.Text ?? "The budget is used up.");
                break;
            case RunControlKind.Cancel:
                stop.Request(StopCause.Cancelled, control.Text ?? "Cancelled.");
                break;
        }
    }
}
