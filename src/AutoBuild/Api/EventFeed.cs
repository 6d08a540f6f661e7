using System.Globalization;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Runs;
using AutoBuild.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace AutoBuild.Api;

/// <summary>Feeds readers of event streams until they leave or the server stops.</summary>
internal sealed class EventFeed(
    IStore store, StoreTail tail, JobTails tails, RunOutput output, StreamSeats seats, HttpMetrics metrics, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private static readonly TimeSpan SoonestRetry = TimeSpan.FromSeconds(1);

    private uint _turn;

    /// <summary>The id a reader names when it comes back; null where it names none.</summary>
    public static long? LastSeen(HttpContext http) =>
        long.TryParse(http.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    /// <summary>Streams the store's events; a reader whose past is no longer kept gets <c>reset</c> and goes on with what is new.</summary>
    /// <param name="after">Null begins with what is new.</param>
    public Task<IResult> FollowAsync(HttpContext http, EventFilter filter, long? after, CancellationToken cancel) =>
        StreamAsync(http, (sse, until) => new EventReader(sse, store, tail, filter).RunAsync(after, until), cancel);

    /// <summary>Streams a job's changes and the events of its runs until it is over.</summary>
    /// <param name="after">A <see cref="RunLine.Id"/>.</param>
    public async Task<IResult> FollowJobAsync(HttpContext http, Job job, long after, CancellationToken cancel)
    {
        if (LastSeen(http) is not null && job.State.IsOver() && !output.Events(job, after).Any())
        {
            // Tells a browser, which comes back by itself, that there will be no more.
            return TypedResults.NoContent();
        }

        return await StreamAsync(http, (sse, until) => new JobReader(sse, tails, output).RunAsync(job, after, until), cancel);
    }

    private async Task<IResult> StreamAsync(HttpContext http, Func<SseWriter, CancellationToken, Task> send, CancellationToken cancel)
    {
        using var seat = seats.Take(Caller.Of(http).Name);
        if (seat.Refusal is { } refusal)
        {
            return refusal;
        }

        await WriteAsync(http, send, cancel);
        return TypedResults.Empty;
    }

    // After a restart all come back: one after the other, where there are many.
    private TimeSpan NextRetry() => SoonestRetry + TimeSpan.FromMilliseconds(Interlocked.Increment(ref _turn) % Math.Max(1u, (uint)seats.Open));

    private async Task WriteAsync(HttpContext http, Func<SseWriter, CancellationToken, Task> send, CancellationToken cancel)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancel, lifetime.ApplicationStopping);
        using var sse = new SseWriter(http.Response, time, until.Token);
        metrics.StreamOpened();
        try
        {
            await sse.StartAsync(NextRetry());
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
        finally
        {
            metrics.StreamClosed(sse.Lost);
        }
    }
}
