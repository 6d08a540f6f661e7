namespace AutoBuild.Storage;

/// <summary>Wakes readers of the event stream when a commit added to it.</summary>
internal sealed class CommitSignal(TimeProvider time)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _last;

    /// <summary>Tells that events up to this id are committed.</summary>
    public void Raise(long eventId)
    {
        TaskCompletionSource woken;
        lock (_gate)
        {
            if (eventId <= _last)
            {
                return;
            }

            _last = eventId;
            (woken, _next) = (_next, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        woken.SetResult();
    }

    /// <summary>Completes once an event newer than <paramref name="after"/> is committed, or after <paramref name="atMost"/>.</summary>
    public async Task WaitAsync(long after, TimeSpan atMost, CancellationToken cancel)
    {
        Task raised;
        lock (_gate)
        {
            raised = _last > after ? Task.CompletedTask : _next.Task;
        }

        try
        {
            await raised.WaitAsync(atMost, time, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Nothing happened; the caller looks all the same.
        }
    }
}
