using AutoBuild.Core.Store;

namespace AutoBuild.Api;

/// <summary>Feeds one reader of <c>/events</c>: out of the store what is long past, then out of the ring that all readers share.</summary>
internal sealed class EventReader(SseWriter sse, IStore store, StoreTail tail, EventFilter filter)
{
    /// <summary>Few, since each reader that is slow holds so many.</summary>
    private const int Page = 20;

    /// <summary>Readers who look into the past at once; the others wait, so that the store has time for its work.</summary>
    private static readonly SemaphoreSlim Turns = new(2);

    private long _seen;

    /// <summary>Goes on until the reader leaves.</summary>
    /// <param name="after">Null begins with what is new.</param>
    public async Task RunAsync(long? after, CancellationToken cancel)
    {
        tail.Begin();
        tail.Ring.Enter();
        try
        {
            _seen = after ?? await store.GetLastEventIdAsync(cancel);
            await sse.MarkAsync(_seen);
            await FollowAsync(after is null || tail.Ring.Covers(_seen), cancel);
        }
        finally
        {
            tail.Ring.Leave();
        }
    }

    /// <param name="known">Whether the id is one of this store's; else the store is asked first.</param>
    private async Task FollowAsync(bool known, CancellationToken cancel)
    {
        while (true)
        {
            // Taken before the look, so that what comes meanwhile is not slept over.
            var changed = tail.Ring.Changed;
            while (!(known && await SendNewAsync()) && await SendPastAsync(cancel))
            {
                known = true;
            }

            known = true;
            await sse.FlushOrBeatAsync();
            await changed.WaitAsync(cancel);
        }
    }

    /// <summary>Sends all that the ring has.</summary>
    /// <returns>False where the reader stands before its floor.</returns>
    private async ValueTask<bool> SendNewAsync()
    {
        while (tail.Ring.TryNext(ref _seen, filter, out var frame))
        {
            if (frame is null)
            {
                return true;
            }

            await sse.SendAsync(frame.Bytes);
        }

        return false;
    }

    /// <summary>Sends a page out of the store.</summary>
    /// <returns>Whether there may be more.</returns>
    private async Task<bool> SendPastAsync(CancellationToken cancel)
    {
        var before = _seen;
        var page = await ReadAsync(cancel);
        if (page.Reset)
        {
            await sse.SendAsync(EventFrame.Write(page.Reached, "reset", "{}"));
        }

        foreach (var happened in page.Events)
        {
            await sse.SendAsync(EventFrame.Of(happened).Bytes);
        }

        _seen = page.Reached;
        return _seen != before;
    }

    private async Task<EventPage> ReadAsync(CancellationToken cancel)
    {
        await Turns.WaitAsync(cancel);
        try
        {
            return await store.ReadEventsAsync(_seen, filter, Page, cancel);
        }
        finally
        {
            Turns.Release();
        }
    }
}
