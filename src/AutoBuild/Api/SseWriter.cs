using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AutoBuild.Api;

/// <summary>Writes a stream of server-sent events, whole ones, also for several at once.</summary>
internal sealed class SseWriter(HttpResponse response, TimeProvider time, CancellationToken cancel) : IDisposable
{
    /// <summary>After so long without an event a comment shows each side that the other is there.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);

    /// <summary>A reader that takes nothing for so long is dropped, so that what waits for it stays bounded.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _turn = new(1);
    private long _last = time.GetTimestamp();

    /// <summary>Whether the reader was dropped.</summary>
    public bool Lost { get; private set; }

    /// <summary>Sends the headers, so that the reader knows at once that it is connected.</summary>
    public Task StartAsync()
    {
        response.ContentType = "text/event-stream";
        response.Headers["X-Accel-Buffering"] = "no";
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        return WriteAsync(": connected\n\n");
    }

    /// <summary>Sends an event. Without an id the reader keeps the one before.</summary>
    /// <param name="data">One line.</param>
    public Task SendAsync(long? id, string kind, string data) => WriteAsync($"{Id(id)}event: {kind}\ndata: {data}\n\n");

    /// <summary>Tells the reader where it stands, without an event: a reader that comes back resumes after it.</summary>
    public Task MarkAsync(long id) => WriteAsync($"{Id(id)}\n");

    /// <summary>Sends a comment where nothing was sent for long.</summary>
    public Task BeatAsync() => time.GetElapsedTime(Volatile.Read(ref _last)) >= Beat ? WriteAsync(": still here\n\n") : Task.CompletedTask;

    /// <summary>Tells the reader that no more comes from this server; one that is deaf is not waited for.</summary>
    public async Task EndAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);
        try
        {
            await response.WriteAsync(": the server stops\n\n", limit.Token);
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException)
        {
            response.HttpContext.Abort();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task WriteAsync(string text)
    {
        await _turn.WaitAsync(cancel);
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            await response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), either.Token);
            Volatile.Write(ref _last, time.GetTimestamp());
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            Lost = true;
            response.HttpContext.Abort();
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    private static string Id(long? id) => id is { } number ? string.Create(CultureInfo.InvariantCulture, $"id: {number}\n") : "";
}
