using System.Net.Http.Headers;
using AutoBuild.Core;
using AutoBuild.Memory.Index;

namespace AutoBuild.Memory.Embeddings;

/// <summary>Has texts made vectors by an endpoint. No secret leaves: texts are redacted here, whatever was done to them before.</summary>
/// <remarks>
/// Throws <see cref="AutoBuildException"/>: embedding_away (nobody answers, or too late, or it fails or is at its limit after all attempts),
/// embedding_refused (the request will never be taken), embedding_invalid (the answer is not what was asked for).
/// </remarks>
public sealed class EmbeddingClient : IDisposable
{
    private const int LongestAnswer = 64 * 1024 * 1024;
    private const int LongestReason = 300;

    // A text that is longer than the model reads is cut in half so often.
    private const int MostHalvings = 6;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(15) }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly EmbeddingOptions _options;
    private readonly TimeProvider _time;
    private readonly Uri _address;

    public EmbeddingClient(EmbeddingOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _address = new Uri($"{options.Address.AbsoluteUri.TrimEnd('/')}/embeddings");
        _http.DefaultRequestHeaders.Authorization = options.Key is { } key ? new AuthenticationHeaderValue("Bearer", key) : null;
    }

    /// <summary>Returns a vector for each text, in their order.</summary>
    public async Task<IReadOnlyList<float[]>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancel)
    {
        var vectors = new List<float[]>(texts.Count);
        foreach (var batch in texts.Select(Sent).Chunk(_options.Batch))
        {
            await AddAsync(vectors, batch, MostHalvings, cancel);
        }

        return vectors;
    }

    public void Dispose() => _http.Dispose();

    // Nothing at all is refused by some.
    private static string Sent(string text) => string.IsNullOrWhiteSpace(text) ? "-" : Redaction.Of(text, "").Text;

    // What is too much at once is sent in halves, and what is too long by itself is cut.
    private async Task AddAsync(List<float[]> vectors, string[] texts, int halvings, CancellationToken cancel)
    {
        var (made, reason) = await AskAsync(texts, cancel);
        if (made is not null)
        {
            vectors.AddRange(made);
        }
        else if (texts.Length > 1)
        {
            await AddAsync(vectors, texts[..(texts.Length / 2)], halvings, cancel);
            await AddAsync(vectors, texts[(texts.Length / 2)..], halvings, cancel);
        }
        else if (halvings > 0 && texts[0].Length > 1)
        {
            await AddAsync(vectors, [Half(texts[0])], halvings - 1, cancel);
        }
        else
        {
            throw new AutoBuildException("embedding_refused", $"The embedding endpoint {_address} refuses the request: {reason}");
        }
    }

    private static string Half(string text)
    {
        var length = text.Length / 2;
        return text[..(length > 1 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }

    // Null and a reason where the request may be too large.
    private async Task<(IReadOnlyList<float[]>? Vectors, string Reason)> AskAsync(string[] texts, CancellationToken cancel)
    {
        var body = EmbeddingJson.Request(_options.Space.Model, texts);
        for (var attempt = 1; ; attempt++)
        {
            var answer = await SendAsync(body, cancel);
            switch (answer.Status)
            {
                case >= 200 and < 300:
                    return (EmbeddingJson.Vectors(answer.Body, texts.Length, _options.Space), "");
                case 400 or 413 or 422:
                    return (null, Reason(answer));
                case not (0 or 408 or 429 or >= 500):
                    throw new AutoBuildException("embedding_refused", $"The embedding endpoint {_address} refuses the request: {Reason(answer)}");
            }

            var wait = answer.RetryAfter ?? _options.FirstWait * Math.Pow(2, attempt - 1);
            if (attempt >= _options.Attempts || wait > _options.LongestWait)
            {
                throw new AutoBuildException("embedding_away", $"The embedding endpoint {_address} makes no vectors: {Reason(answer)}");
            }

            await Task.Delay(wait, _time, cancel);
        }
    }

    private async Task<Answer> SendAsync(byte[] body, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            await response.Content.LoadIntoBufferAsync(LongestAnswer, either.Token);
            return new Answer((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(either.Token), RetryAfter(response));
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return new Answer(0, [], null) { Fault = $"no answer came within {_options.Timeout.TotalSeconds:0.#} s." };
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return new Answer(0, [], null) { Fault = fault.Message };
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > _time.GetUtcNow() => date - _time.GetUtcNow(),
        var _ => null,
    };

    private static string Reason(Answer answer)
    {
        if (answer.Fault is { } fault)
        {
            return fault;
        }

        var said = EmbeddingJson.Reason(answer.Body).ReplaceLineEndings(" ").Trim();
        said = said.Length > LongestReason ? $"{said[..LongestReason]} …" : said;
        return said.Length == 0 ? $"status {answer.Status}." : $"status {answer.Status}, {Redaction.Of(said, "").Text}";
    }

    private sealed record Answer(int Status, byte[] Body, TimeSpan? RetryAfter)
    {
        public string? Fault { get; init; }
    }
}
