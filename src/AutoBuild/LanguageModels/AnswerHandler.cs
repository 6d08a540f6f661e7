using System.Text.Json;
using AutoBuild.Orchestrator.Resolving;

namespace AutoBuild.LanguageModels;

/// <summary>Turns every answer of a provider that is none into a <see cref="ModelException"/>, the same for all clients.</summary>
internal sealed class AnswerHandler : DelegatingHandler
{
    private const int LongestAnswer = 8 * 1024 * 1024;
    private const int LongestMessage = 300;

    private AnswerHandler()
        : base(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(15) })
    {
    }

    /// <summary>Opens a client that gives up when its caller does, and follows no redirect with a key.</summary>
    public static HttpClient Client() => new(new AnswerHandler()) { Timeout = Timeout.InfiniteTimeSpan };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            await response.Content.LoadIntoBufferAsync(LongestAnswer, cancellationToken);
            return response.IsSuccessStatusCode ? response : throw Told((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken), RetryAfter(response));
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw new ModelException(0, fault.Message, inner: fault);
        }
    }

    private static ModelException Told(int status, string body, TimeSpan? retryAfter) => new(status, Message(body) is { Length: > 0 } message ? message : $"it answered with status {status}.", retryAfter);

    // Both protocols say {"error": {"message": …}}; what stands between may say anything.
    private static string Message(string body)
    {
        var message = body;
        try
        {
            using var document = JsonDocument.Parse(body);
            message = document.RootElement.GetProperty("error").GetProperty("message").GetString() ?? "";
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            message = body.TrimStart().StartsWith('<') ? "" : body;
        }

        message = message.ReplaceLineEndings(" ").Trim();
        return message.Length > LongestMessage ? $"{message[..LongestMessage]} …" : message;
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when response.Headers.Date is { } now && date > now => date - now,
        _ => null,
    };
}
