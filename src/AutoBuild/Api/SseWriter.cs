using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AutoBuild.Api;

/// <summary>Writes a stream of server-sent events, whole ones, and gives a reader up that takes nothing.</summary>
internal sealed class SseWriter : IDisposable
{
    /// <summary>After so long without an event a comment shows each side that the other is there.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);

    /// <summary>A reader that takes nothing for so long is dropped, so that what waits for it stays bounded.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Events up to so many bytes go out in one go.</summary>
    private const int LargestFlush = 16 * 1024;

    private readonly HttpResponse _response;
    private readonly TimeProvider _time;
    private readonly CancellationToken _cancel;
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenRegistration _left;
    private long _last;
    private int _unsent;

    public SseWriter(HttpResponse response, TimeProvider time, CancellationToken cancel)
    {
        (_response, _time, _cancel, _last) = (response, time, cancel, time.GetTimestamp());
        _limit = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _left = cancel.UnsafeRegister(static limit => ((CancellationTokenSource)limit!).Cancel(), _limit);
    }

    /// <summary>Whether the reader was dropped.</summary>
    public bool Lost { get; private set; }

    /// <summary>Sends the headers, so that the reader knows at once that it is connected.</summary>
    /// <param name="retry">After so long a browser that is cut off comes back.</param>
    public Task StartAsync(TimeSpan retry)
    {
        _response.ContentType = "text/event-stream";
        _response.Headers["X-Accel-Buffering"] = "no";
        _response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        Write(string.Create(CultureInfo.InvariantCulture, $": connected\nretry: {retry.TotalMilliseconds:0}\n\n"));
        return FlushAsync().AsTask();
    }

    /// <summary>Writes an event; it goes out with the next flush, or at once where much waits for one.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> frame)
    {
        _response.BodyWriter.Write(frame.Span);
        _unsent += frame.Length;
        return _unsent < LargestFlush ? ValueTask.CompletedTask : FlushAsync();
    }

    /// <summary>Tells the reader where it stands, without an event: a reader that comes back resumes after it.</summary>
    public ValueTask MarkAsync(long id)
    {
        Write(string.Create(CultureInfo.InvariantCulture, $"id: {id}\n\n"));
        return FlushAsync();
    }

    /// <summary>Sends what was written, or a comment where nothing was sent for long.</summary>
    public ValueTask FlushOrBeatAsync()
    {
        if (_unsent == 0 && _time.GetElapsedTime(_last) >= Beat)
        {
            Write(": still here\n\n");
        }

        return FlushAsync();
    }

    /// <summary>Tells the reader that no more comes from this server; one that is deaf is not waited for.</summary>
    public async Task EndAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), _time);
        try
        {
            await _response.WriteAsync(": the server stops\n\n", limit.Token);
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException)
        {
            _response.HttpContext.Abort();
        }
    }

    public void Dispose()
    {
        _left.Dispose();
        _limit.Dispose();
    }

    private void Write(string text) => _unsent += (int)Encoding.UTF8.GetBytes(text, _response.BodyWriter);

    private ValueTask FlushAsync()
    {
        if (_unsent == 0)
        {
            return ValueTask.CompletedTask;
        }

        (_unsent, _last) = (0, _time.GetTimestamp());
        var flush = _response.BodyWriter.FlushAsync(_limit.Token);
        return flush.IsCompletedSuccessfully ? ValueTask.CompletedTask : new ValueTask(WaitAsync(flush.AsTask()));
    }

    private async Task WaitAsync(Task flush)
    {
        _limit.CancelAfter(Patience);
        try
        {
            await flush;
        }
        catch (OperationCanceledException) when (!_cancel.IsCancellationRequested)
        {
            Lost = true;
            _response.HttpContext.Abort();
            throw;
        }

        _limit.CancelAfter(Timeout.InfiniteTimeSpan);
        _last = _time.GetTimestamp();
    }
}
