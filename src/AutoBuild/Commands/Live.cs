using System.Threading.Channels;
using AutoBuild.Client;
using AutoBuild.Core.Store;

namespace AutoBuild.Commands;

/// <summary>Shows something once or, where <c>--watch</c> was typed, again after every change until Ctrl-C.</summary>
/// <remarks>On a terminal the screen is drawn anew; into a pipe goes one block for each change, or with <c>--json</c> one object a line.</remarks>
internal sealed class Live(Call call, ApiClient api, EventFilter events)
{
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private string? _shown;

    /// <param name="read">Asks the server.</param>
    /// <param name="show">Shows an answer to a person.</param>
    public async Task<int> ShowAsync<T>(Func<Task<Reply<T>>> read, Action<T> show)
        where T : class
    {
        if (!call.Watches)
        {
            return call.Print(await read(), show);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(call.Cancel);
        var listening = ListenAsync(stop.Token);
        try
        {
            while (true)
            {
                await NextAsync(listening, stop.Token);
                Show(await read(), show);
                await Task.Delay(Calm, call.Terminal.Time, stop.Token);
            }
        }
        catch (OperationCanceledException) when (call.Cancel.IsCancellationRequested)
        {
            // That is how it is ended.
            return ExitCode.Done;
        }
        finally
        {
            await stop.CancelAsync();
            await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Show<T>(Reply<T> reply, Action<T> show)
        where T : class
    {
        if (!call.Json && call.Redraws)
        {
            call.Redraw(() => show(reply.Value));
            return;
        }

        if (reply.Json != _shown)
        {
            if (_shown is not null && !call.Json)
            {
                call.Say("");
            }

            call.Print(reply, show);
            call.Terminal.Out.Flush();
            _shown = reply.Json;
        }
    }

    /// <summary>Waits for a change, or until what was said about times is old; throws what ended the listening.</summary>
    private async Task NextAsync(Task listening, CancellationToken cancel)
    {
        var news = _news.Reader.ReadAsync(cancel).AsTask();
        var first = await Task.WhenAny(news, listening, Task.Delay(Minute, call.Terminal.Time, cancel));
        await first;
    }

    private async Task ListenAsync(CancellationToken cancel)
    {
        while (true)
        {
            await foreach (var _ in api.FollowAsync(events, null, cancel, () => _news.Writer.TryWrite(true)))
            {
                _news.Writer.TryWrite(true);
            }

            // The server ended it, and may be about to be replaced.
            await Task.Delay(Calm, call.Terminal.Time, cancel);
        }
    }
}
