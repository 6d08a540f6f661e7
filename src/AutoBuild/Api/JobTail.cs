using System.Runtime.ExceptionServices;
using AutoBuild.Core.Events;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Json;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Orchestrator.Runs;

namespace AutoBuild.Api;

/// <summary>Follows one job for all its readers together: its state, and the events of its runs.</summary>
internal sealed class JobTail(Job job, IStore store, StoreTail tail, RunOutput output, Admission admission, TimeProvider time) : IAsyncDisposable
{
    /// <summary>The state is asked for so often at most, however much else happens.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _left = new();
    private Task _following = Task.CompletedTask;
    private volatile ShownJob _now = ShownJob.Of(job, admission);
    private volatile bool _isOver;
    private volatile Exception? _fault;

    /// <summary>The newest events of its runs, a bounded number.</summary>
    public FrameRing Ring { get; } = new(capacity: 1024, bytes: 2 << 20);

    /// <summary>The job as it was last seen.</summary>
    public ShownJob Now => _now;

    /// <summary>Whether the job is over, <see cref="Now"/> its end, and all its events were in the ring.</summary>
    public bool IsOver => _isOver;

    public void Start()
    {
        tail.Begin();
        Ring.Begin(RunLine.Before(job.Attempt));
        _following = Task.Run(RunAsync);
    }

    /// <summary>Throws what keeps it from following.</summary>
    public void ThrowIfBroken()
    {
        if (_fault is { } fault)
        {
            ExceptionDispatchInfo.Throw(fault);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _left.CancelAsync();
        await _following;
        _left.Dispose();
    }

    private async Task RunAsync()
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_left.Token);
        var states = FollowStateAsync(ended.Token);
        try
        {
            await FollowEventsAsync();
            await RefreshAsync(_left.Token);
            _isOver = true;
        }
#pragma warning disable CA1031 // The fault belongs to the readers, whose streams end with it.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _fault = fault;
        }

        await ended.CancelAsync();
        await states.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Ring.Pulse();
    }

    private async Task FollowEventsAsync()
    {
        await foreach (var lines in output.FollowAsync(job.Id, Ring.Newest, _left.Token))
        {
            foreach (var line in lines)
            {
                Ring.Add(Frame(line));
            }

            Ring.Pulse();
            await Task.Delay(Ring.Spacing, time, _left.Token);
        }
    }

    private async Task FollowStateAsync(CancellationToken cancel)
    {
        while (true)
        {
            var changed = tail.Ring.Changed;
            await RefreshAsync(cancel);
            Ring.Pulse();
            await Task.Delay(Rest, time, cancel);
            await changed.WaitAsync(cancel);
        }
    }

    private async Task RefreshAsync(CancellationToken cancel)
    {
        if (await store.GetJobAsync(job.Id, cancel) is { } now)
        {
            _now = ShownJob.Of(now, admission);
        }
    }

    /// <summary>Writes an event as every reader of the job gets it.</summary>
    public static EventFrame Frame(RunLine line) => new(line.Id, EventKinds.Run, null, null, EventFrame.Write(line.Id, EventKinds.Run, RunLines.Write(line)));
}

/// <summary>Is a job with the event that shows it.</summary>
internal sealed record ShownJob(Job Job, byte[] Frame)
{
    public static ShownJob Of(Job job, Admission admission) => new(job, EventFrame.Write(null, EventKinds.Job, CoreJson.Write(admission.Explain(job))));
}
