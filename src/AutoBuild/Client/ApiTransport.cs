using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoBuild.Client;

/// <summary>Sends requests, and goes on with another server where the one in use has died.</summary>
/// <param name="handler">Carries the requests; null is the network.</param>
internal sealed class ApiTransport(ServerAddress server, TimeProvider time, HttpMessageHandler? handler = null) : IDisposable
{
    private const int Tries = 4;
    private const string Key = "Idempotency-Key";

    private readonly HttpClient _http = new(handler ?? new SocketsHttpHandler()) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Sends a request and reads its answer; throws the <see cref="ApiFault"/> it holds where it says no.</summary>
    /// <param name="body">JSON; null sends none.</param>
    /// <param name="key">Makes a creating request repeatable; null makes one up, so that sending it again to another server does nothing twice.</param>
    public async Task<string> SendAsync(HttpMethod method, string path, string? body, string? key, CancellationToken cancel)
    {
        var once = method == HttpMethod.Post ? key ?? Guid.NewGuid().ToString("N") : null;
        using var answer = await ExpectAsync(() => Request(method, path, body, once), HttpCompletionOption.ResponseContentRead, cancel);
        return await answer.Content.ReadAsStringAsync(cancel);
    }

    /// <summary>Follows an event stream until the server ends it; a broken one is resumed after the last event.</summary>
    /// <param name="connected">Is called each time the server has begun to tell.</param>
    public async IAsyncEnumerable<ServerEvent> FollowAsync(string path, [EnumeratorCancellation] CancellationToken cancel, Action? connected = null)
    {
        string? last = null;
        while (true)
        {
            using var answer = await ExpectAsync(() => Stream(path, last), HttpCompletionOption.ResponseHeadersRead, cancel);
            connected?.Invoke();
            await using var body = await answer.Content.ReadAsStreamAsync(cancel);
            var parser = SseParser.Create(body);
            await using var messages = parser.EnumerateAsync(cancel).GetAsyncEnumerator(cancel);
            bool? more;
            while ((more = await NextAsync(messages)) == true)
            {
                yield return new ServerEvent(messages.Current.EventType, messages.Current.Data, messages.Current.EventId);
            }

            if (more == false)
            {
                yield break;
            }

            last = parser.LastEventId is { Length: > 0 } seen ? seen : last;
        }
    }

    /// <summary>Reads bytes, and the headers that say what they are a part of.</summary>
    public async Task<LogPart> ReadPartAsync(string path, CancellationToken cancel)
    {
        using var answer = await ExpectAsync(() => Request(HttpMethod.Get, path, null, null), HttpCompletionOption.ResponseContentRead, cancel);
        var bytes = await answer.Content.ReadAsByteArrayAsync(cancel);
        return new LogPart(bytes, (int)Number("X-Log-Attempt", 1), Number("X-Log-Offset", 0), Number("X-Log-Total", bytes.Length));

        long Number(string name, long missing) =>
            answer.Headers.TryGetValues(name, out var values) && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : missing;
    }

    /// <summary>Sends any request and returns whatever is answered, without its body.</summary>
    public Task<HttpResponseMessage> CallAsync(HttpMethod method, string path, string? body, IReadOnlyList<(string Name, string Value)> headers, CancellationToken cancel)
    {
        var once = method == HttpMethod.Post ? Guid.NewGuid().ToString("N") : null;
        return TryAsync(() => With(Request(method, path, body, headers.Any(header => header.Name == Key) ? null : once), headers), HttpCompletionOption.ResponseHeadersRead, cancel);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Returns whether there was a message; null where the connection broke.</summary>
    private static async Task<bool?> NextAsync(IAsyncEnumerator<SseItem<string>> messages)
    {
        try
        {
            return await messages.MoveNextAsync();
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Returns an answer that is a document, such as that of a sick server; throws what a problem says.</summary>
    private async Task<HttpResponseMessage> ExpectAsync(Func<HttpRequestMessage> create, HttpCompletionOption completion, CancellationToken cancel)
    {
        var answer = await TryAsync(create, completion, cancel);
        return answer.IsSuccessStatusCode || answer is { StatusCode: HttpStatusCode.ServiceUnavailable, Content.Headers.ContentType.MediaType: "application/json" }
            ? answer
            : throw await ReadFaultAsync(answer, (await server.GetAsync(cancel)).Token, cancel);
    }

    private async Task<HttpResponseMessage> TryAsync(Func<HttpRequestMessage> create, HttpCompletionOption completion, CancellationToken cancel)
    {
        for (var tried = 1; ; tried++)
        {
            var connection = await server.GetAsync(cancel);
            using var request = create();
            request.RequestUri = new Uri(connection.Address, request.RequestUri!);
            request.Headers.Authorization = connection.Token is { } token ? new AuthenticationHeaderValue("Bearer", token) : null;
            try
            {
                return await _http.SendAsync(request, completion, cancel);
            }
            catch (Exception fault) when (fault is HttpRequestException or IOException)
            {
                await GiveUpOrWaitAsync(connection, tried, fault, cancel);
            }
        }
    }

    private async Task GiveUpOrWaitAsync(Connection connection, int tried, Exception fault, CancellationToken cancel)
    {
        server.Lost(connection);
        if (tried == Tries || !server.Movable && tried > 1)
        {
            throw new ApiFault(null, "server_unreachable", $"No server answers at {connection.Address}: {fault.Message} Start one with: autobuild up", fault);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(200 * tried), time, cancel);
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, string? body, string? key)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        if (key is not null)
        {
            request.Headers.Add(Key, key);
        }

        return request;
    }

    private static HttpRequestMessage With(HttpRequestMessage request, IReadOnlyList<(string Name, string Value)> headers)
    {
        foreach (var (name, value) in headers)
        {
            // A body's headers are kept apart from the request's.
            if (!request.Headers.TryAddWithoutValidation(name, value) && request.Content is { } content)
            {
                content.Headers.Remove(name);
                content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }

    private static HttpRequestMessage Stream(string path, string? after)
    {
        var request = Request(HttpMethod.Get, path, null, null);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (after is not null)
        {
            request.Headers.Add("Last-Event-ID", after);
        }

        return request;
    }

    private static async Task<ApiFault> ReadFaultAsync(HttpResponseMessage answer, string? token, CancellationToken cancel)
    {
        using (answer)
        {
            var problem = Problem(await answer.Content.ReadAsStringAsync(cancel));
            var sentence = Text(problem, "detail") ?? Text(problem, "title") ?? $"The server answered {(int)answer.StatusCode}.";
            sentence += answer.StatusCode switch
            {
                HttpStatusCode.Unauthorized => token is null
                    ? " No token was found here: name it with --token or AUTOBUILD_TOKEN. A server whose token file is gone makes a new one when it is started again."
                    : " Name the token with --token or AUTOBUILD_TOKEN.",
                _ => Fields(problem, sentence),
            };
            return new ApiFault(answer.StatusCode, Text(problem, "code") ?? $"http_{(int)answer.StatusCode}", sentence);
        }
    }

    private static JsonObject? Problem(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonObject? problem, string name) => problem?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>Names the fields that were wrong, where the sentence doesn't do so itself.</summary>
    private static string Fields(JsonObject? problem, string sentence)
    {
        var lines = (problem?["errors"] as JsonObject ?? [])
            .SelectMany(field => (field.Value as JsonArray ?? []).Select(line => $"{field.Key}: {line}"))
            .Where(line => !sentence.Contains(line, StringComparison.Ordinal));
        return string.Concat(lines.Select(line => $"\n  {line}"));
    }
}
