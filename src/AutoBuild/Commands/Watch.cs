using AutoBuild.Client;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Store;

namespace AutoBuild.Commands;

/// <summary>Waits for a state: woken by the event stream, and by the clock in case an event was missed.</summary>
internal static class Watch
{
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(1);

    /// <summary>Reads until the function says that it is enough; reads again after every event.</summary>
    /// <param name="heard">Takes each event, on another thread.</param>
    public static async Task<T> UntilAsync<T>(
        ApiClient api, EventFilter events, Func<Task<T>> read, Func<T, bool> enough, TimeProvider time, CancellationToken cancel, Action<ServerEvent>? heard = null)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var news = new SemaphoreSlim(0);
        var listening = ListenAsync(api, events, news, heard, stop.Token);
        try
        {
            while (true)
            {
                var value = await read();
                if (enough(value))
                {
                    return value;
                }

                await WaitAsync(news, time, cancel);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await listening;
        }
    }

    /// <summary>Waits until a landing has landed or stands still.</summary>
    public static Task<Reply<Landing>> LandingAsync(ApiClient api, Guid id, Call call, CancellationToken cancel) => UntilAsync(
        api, new EventFilter(), () => api.GetLandingAsync(id, cancel), landing => IsStill(landing.Value.State), call.Terminal.Time, cancel);

    public static bool IsStill(LandingState state) => state switch
    {
        LandingState.Landed or LandingState.Conflict or LandingState.Red or LandingState.Ejected or LandingState.Cancelled => true,
        LandingState.Queued or LandingState.Merging or LandingState.Testing or LandingState.Moving => false,
    };

    private static async Task WaitAsync(SemaphoreSlim news, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            await news.WaitAsync(cancel).WaitAsync(AtMost, time, cancel);
        }
        catch (TimeoutException)
        {
            // Nothing was heard; the caller looks itself.
        }
    }

    private static async Task ListenAsync(ApiClient api, EventFilter events, SemaphoreSlim news, Action<ServerEvent>? heard, CancellationToken cancel)
    {
        try
        {
            await foreach (var told in api.FollowAsync(events, null, cancel))
            {
                heard?.Invoke(told);
                if (news.CurrentCount == 0)
                {
                    news.Release();
                }
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or ApiFault or IOException)
        {
            // Without events the clock still wakes the reader, which tells what is wrong.
        }
    }
}
