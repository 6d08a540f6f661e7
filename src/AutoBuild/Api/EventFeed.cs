using System.Collections.Concurrent;
using System.Globalization;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Orchestrator.Runs;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace AutoBuild.Api;

/// <summary>Feeds readers of event streams until they leave or the server stops.</summary>
internal sealed class EventFeed(IStore store, RunOutput output, Admission admission, IHostApplicationLifetime lifetime, TimeProvider time)
{
    /// <summary>Few, since each reader that is slow holds so many.</summary>
    private const int Batch = 50;
    private const int MostPerCaller = 200;

    private readonly ConcurrentDictionary<string, int> _open = new();

    /// <summary>The id a reader names when it comes back; null where it names none.</summary>
    public static long? LastSeen(HttpContext http) =>
        long.TryParse(http.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    /// <summary>Streams the store's events; a reader whose past is no longer kept gets <c>reset</c> and goes on with what is new.</summary>
    /// <param name="after">Null begins with what is new.</param>
    public Task<IResult> FollowAsync(HttpContext http, EventFilter filter, long? after, CancellationToken cancel) =>
        StreamAsync(http, async (sse, until) =>
        {
            var seen = after ?? await store.GetLastEventIdAsync(until);
            await sse.MarkAsync(seen);
            while (true)
            {
                seen = await SendNewAsync(sse, filter, seen, until);
            }
        }, cancel);

    /// <summary>Streams a job's changes and the events of its runs until it is over.</summary>
    /// <param name="after">A <see cref="RunLine.Id"/>.</param>
    public async Task<IResult> FollowJobAsync(HttpContext http, Job job, long after, CancellationToken cancel)
    {
        if (LastSeen(http) is not null && job.State.IsOver() && !output.Events(job, after).Any())
        {
            // Tells a browser, which comes back by itself, that there will be no more.
            return TypedResults.NoContent();
        }

        return await StreamAsync(http, (sse, until) => new JobFeed(sse, store, output, admission, job.Id).RunAsync(after, until), cancel);
    }

    private async Task<IResult> StreamAsync(HttpContext http, Func<SseWriter, CancellationToken, Task> send, CancellationToken cancel)
    {
        var caller = Caller.Of(http).Name;
        if (_open.AddOrUpdate(caller, 1, (_, open) => open + 1) > MostPerCaller)
        {
            Leave(caller);
            return new Problem(StatusCodes.Status429TooManyRequests, "too_many_streams", $"This token has {MostPerCaller} event streams open. Close one, then try again.");
        }

        try
        {
            await WriteAsync(http, send, cancel);
        }
        finally
        {
            Leave(caller);
        }

        return TypedResults.Empty;
    }

    private async Task WriteAsync(HttpContext http, Func<SseWriter, CancellationToken, Task> send, CancellationToken cancel)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancel, lifetime.ApplicationStopping);
        using var sse = new SseWriter(http.Response, time, until.Token);
        try
        {
            await sse.StartAsync();
            await send(sse, until.Token);
        }
        catch (OperationCanceledException) when (sse.Lost || cancel.IsCancellationRequested)
        {
            // The reader has left, or takes nothing.
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
            await sse.EndAsync();
        }
    }

    private void Leave(string caller) => _open.AddOrUpdate(caller, 0, (_, open) => open - 1);

    private async Task<long> SendNewAsync(SseWriter sse, EventFilter filter, long seen, CancellationToken cancel)
    {
        // Read before the events: what the filter leaves out up to here need not be looked at again.
        var newest = await store.GetLastEventIdAsync(cancel);
        var page = await store.ReadEventsAsync(seen, filter, Batch, cancel);
        if (page.Reset || seen > newest)
        {
            await sse.SendAsync(newest, "reset", "{}");
            return newest;
        }

        foreach (var happened in page.Events)
        {
            await sse.SendAsync(happened.Id, happened.Kind, happened.Data);
        }

        if (page.Events is [.., var last])
        {
            return last.Id;
        }

        await sse.BeatAsync();
        var reached = Math.Max(seen, newest);
        await store.WaitForEventsAsync(reached, SseWriter.Beat, cancel);
        return reached;
    }
}
