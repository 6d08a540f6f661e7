using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoBuild.Client;

/// <summary>Sends requests, and goes on with another server where the one in use has died.</summary>
internal sealed class ApiTransport(ServerAddress server, TimeProvider time) : IDisposable
{
    private const int Tries = 4;

    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Sends a request and reads its answer; throws the <see cref="ApiFault"/> it holds where it says no.</summary>
    /// <param name="body">Sent as JSON.</param>
    /// <param name="key">Makes a creating request repeatable; null makes one up, so that sending it again to another server does nothing twice.</param>
    public async Task<string> SendAsync(HttpMethod method, string path, JsonObject? body, string? key, CancellationToken cancel)
    {
        var once = method == HttpMethod.Post ? key ?? Guid.NewGuid().ToString("N") : null;
        using var answer = await TryAsync(() => Request(method, path, body, once), HttpCompletionOption.ResponseContentRead, cancel);
        return await answer.Content.ReadAsStringAsync(cancel);
    }

    /// <summary>Follows an event stream until the server ends it; a broken one is resumed after the last event.</summary>
    public async IAsyncEnumerable<ServerEvent> FollowAsync(string path, [EnumeratorCancellation] CancellationToken cancel)
    {
        string? last = null;
        while (true)
        {
            using var answer = await TryAsync(() => Stream(path, last), HttpCompletionOption.ResponseHeadersRead, cancel);
            await using var body = await answer.Content.ReadAsStreamAsync(cancel);
            var parser = SseParser.Create(body);
            await using var messages = parser.EnumerateAsync(cancel).GetAsyncEnumerator(cancel);
            bool? more;
            while ((more = await NextAsync(messages)) == true)
            {
                yield return new ServerEvent(messages.Current.EventType, messages.Current.Data);
            }

            if (more == false)
            {
                yield break;
            }

            last = parser.LastEventId is { Length: > 0 } seen ? seen : last;
        }
    }

    /// <summary>Copies an answer's bytes.</summary>
    public async Task CopyAsync(string path, Stream to, CancellationToken cancel)
    {
        using var answer = await TryAsync(() => Request(HttpMethod.Get, path, null, null), HttpCompletionOption.ResponseHeadersRead, cancel);
        await answer.Content.CopyToAsync(to, cancel);
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
                var answer = await _http.SendAsync(request, completion, cancel);
                return answer.IsSuccessStatusCode ? answer : throw await ReadFaultAsync(answer, connection, cancel);
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

    private static HttpRequestMessage Request(HttpMethod method, string path, JsonObject? body, string? key)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(ClientJson.Printed), Encoding.UTF8, "application/json");
        }

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
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

    private static async Task<ApiFault> ReadFaultAsync(HttpResponseMessage answer, Connection connection, CancellationToken cancel)
    {
        using (answer)
        {
            var problem = Problem(await answer.Content.ReadAsStringAsync(cancel));
            var sentence = Text(problem, "detail") ?? Text(problem, "title") ?? $"The server answered {(int)answer.StatusCode}.";
            sentence += answer.StatusCode switch
            {
                HttpStatusCode.Unauthorized => connection.Token is null
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
