using System.Text;
using AutoBuild.Tests.Api;

namespace AutoBuild.Tests.Contract;

/// <summary>Is one request as it goes out.</summary>
/// <param name="Kind">How well it means.</param>
/// <param name="Path">With its query, below the server's root.</param>
internal sealed record FuzzRequest(string Kind, string Method, string Path, byte[]? Body, string? ContentType, IReadOnlyDictionary<string, string> Headers)
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(40);

    /// <summary>Whether it can't be read as HTTP, so that it is answered without a body.</summary>
    public bool IsUnreadable => Path.Contains("%00", StringComparison.Ordinal) || Path.Length > 7000 || Headers.ContainsKey("Host");

    public async Task<(string Path, ApiAnswer Answer)> SendAsync(HttpClient http, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(new HttpMethod(Method), new Uri(Path, UriKind.Relative));
        if (Body is not null)
        {
            request.Content = new ByteArrayContent(Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        }

        foreach (var (name, value) in Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        var type = answer.Content.Headers.ContentType?.MediaType;
        var text = type == "text/event-stream" ? await GlanceAsync(answer.Content, cancel) : await answer.Content.ReadAsStringAsync(cancel);
        var headers = answer.Headers.Concat(answer.Content.Headers).ToDictionary(header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase);
        return (request.RequestUri!.IsAbsoluteUri ? request.RequestUri.AbsolutePath : Path.Split('?')[0], new ApiAnswer((int)answer.StatusCode, text, type, headers));
    }

    /// <summary>Shows it so that it can be sent again.</summary>
    public override string ToString() =>
        $"[{Kind}] {Method} {Path}\n{string.Concat(Headers.Select(header => $"{header.Key}: {header.Value}\n"))}{(Body is null ? "" : $"Content-Type: {ContentType}\n\n{Cut(Encoding.Latin1.GetString(Body))}\n")}";

    public static string Cut(string text) => text.Length <= 1500 ? text : $"{text[..1500]}… ({text.Length} in all)";

    // A stream has no end: what is there at once is enough.
    private static async Task<string> GlanceAsync(HttpContent content, CancellationToken cancel)
    {
        using var glance = new CancellationTokenSource(Glance, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, glance.Token);
        await using var body = await content.ReadAsStreamAsync(cancel);
        var (buffer, read) = (new byte[64 * 1024], 0);
        try
        {
            for (var more = 1; more > 0 && read < buffer.Length; read += more)
            {
                more = await body.ReadAsync(buffer.AsMemory(read), either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Nothing new has come.
        }

        return Encoding.UTF8.GetString(buffer, 0, read);
    }
}
