using System.Net.ServerSentEvents;

namespace AutoBuild.Tests.Api;

/// <summary>Reads a stream of server-sent events as a browser would.</summary>
public sealed class SseReader : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpResponseMessage _answer;
    private readonly SseParser<string> _parser;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private SseReader(HttpResponseMessage answer, Stream body)
    {
        _answer = answer;
        _parser = SseParser.Create(body);
        _events = _parser.EnumerateAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
    }

    public int Status => (int)_answer.StatusCode;

    public string LastId => _parser.LastEventId;

    public static async Task<SseReader> OpenAsync(ApiCalls calls, string path, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        var answer = await calls.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return new SseReader(answer, await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Returns the next event; null at the end.</summary>
    public async Task<SseItem<string>?> NextAsync() => await _events.MoveNextAsync().AsTask().WaitAsync(Patience) ? _events.Current : null;

    /// <summary>Returns the next event of a kind.</summary>
    public async Task<SseItem<string>> NextAsync(string kind)
    {
        while (await NextAsync() is { } item)
        {
            if (item.EventType == kind)
            {
                return item;
            }
        }

        throw new InvalidOperationException($"The stream ended without a {kind}.");
    }

    public async ValueTask DisposeAsync()
    {
        // A read under way ends with the answer; only then can the enumerator be let go.
        _answer.Dispose();
        try
        {
            await _events.DisposeAsync();
        }
        catch (NotSupportedException)
        {
            // Nobody waited for that read.
        }
    }
}
