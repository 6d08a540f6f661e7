using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AutoBuild.Api;

/// <summary>Writes a stream of server-sent events; a comment every 15 s of silence shows each side that the other is there.</summary>
internal sealed class SseWriter(HttpResponse response, TimeProvider time, CancellationToken cancel)
{
    /// <summary>The longest silence.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);

    private long last = time.GetTimestamp();
    private bool written;

    /// <summary>Sends the headers, so that the reader knows at once that it is connected.</summary>
    public async Task StartAsync()
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await WriteAsync(": connected\n\n");
        await FlushAsync();
    }

    /// <summary>Sends an event. Without an id the reader keeps the one before.</summary>
    /// <param name="data">One line.</param>
    public Task SendAsync(long? id, string kind, string data) => WriteAsync($"{Id(id)}event: {kind}\ndata: {data}\n\n");

    /// <summary>Tells the reader where it stands, without an event: a reader that comes back resumes after it.</summary>
    public Task MarkAsync(long id) => WriteAsync($"{Id(id)}\n");

    /// <summary>Sends what was written, or a comment where nothing was for long.</summary>
    public async Task FlushAsync()
    {
        if (!written && time.GetElapsedTime(last) >= Beat)
        {
            await WriteAsync(": still here\n\n");
        }

        if (written)
        {
            await response.Body.FlushAsync(cancel);
            (written, last) = (false, time.GetTimestamp());
        }
    }

    private async Task WriteAsync(string text)
    {
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), cancel);
        written = true;
    }

    private static string Id(long? id) => id is { } number ? string.Create(CultureInfo.InvariantCulture, $"id: {number}\n") : "";
}
