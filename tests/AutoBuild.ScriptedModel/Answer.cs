using System.Globalization;
using System.Text.Json.Nodes;

namespace AutoBuild.ScriptedModel;

/// <summary>Plays one step to a client, faults and all.</summary>
internal sealed class Answer(HttpContext http, Protocol protocol, JsonObject step, bool streaming)
{
    private readonly string? _fault = (string?)step["fault"];

    public async Task PlayAsync(string? model)
    {
        await PauseAsync("delay", 0);
        if (_fault == "status")
        {
            await StatusAsync();
            return;
        }

        if (_fault == "malformed")
        {
            await MalformedAsync();
            return;
        }

        if (_fault == "hang" && After == "connect")
        {
            await PauseAsync("seconds", 30);
            http.Abort();
            return;
        }

        var (body, events) = protocol.Encode(Reply.Of(step, model));
        await (streaming ? StreamAsync(events) : WholeAsync(body));
    }

    private string After => (string?)step["after"] ?? "headers";

    private async Task StatusAsync()
    {
        var status = (int?)step["status"] ?? 500;
        var kind = (string?)step["type"] ?? status switch { 429 => "rate_limit_error", 529 => "overloaded_error", 401 => "authentication_error", var _ => "api_error" };
        foreach (var (name, value) in step["headers"] as JsonObject ?? [])
        {
            http.Response.Headers[name] = value?.ToString();
        }

        if (step["retry_after"] is { } wait)
        {
            http.Response.Headers.RetryAfter = wait.ToString();
        }

        var error = protocol.Error(kind, (string?)step["message"] ?? $"scripted {status}");
        foreach (var (name, value) in step["error"] as JsonObject ?? [])
        {
            error["error"]![name] = value?.DeepClone();
        }

        await http.JsonAsync(status, error);
    }

    private async Task MalformedAsync()
    {
        http.Response.ContentType = streaming ? "text/event-stream" : "application/json";
        await http.Response.WriteAsync(
            streaming ? "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\n\n" : "{\"type\":\"message\", \"content\": [",
            http.RequestAborted);
    }

    private async Task WholeAsync(JsonObject body)
    {
        if (_fault == "hang")
        {
            await PauseAsync("seconds", 30);
        }

        await (_fault is "truncate" or "sse_error" ? http.JsonAsync(500, protocol.Error((string?)step["type"] ?? "api_error", "scripted")) : http.JsonAsync(200, body));
    }

    private async Task StreamAsync(IReadOnlyList<StreamEvent> events)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache";
        await http.Response.Body.FlushAsync(http.RequestAborted);
        var half = events.Count / 2;
        for (var number = 0; number < events.Count; number++)
        {
            if (_fault == "hang" && number == (After == "headers" ? 0 : half))
            {
                await PauseAsync("seconds", 30);
            }

            if (_fault == "truncate" && number == half)
            {
                throw new IOException("The script cuts the stream here.");
            }

            if (_fault == "sse_error" && number == half)
            {
                await SendAsync(protocol.StreamError((string?)step["type"] ?? "overloaded_error", (string?)step["message"] ?? "Overloaded"));
                return;
            }

            await SendAsync(events[number]);
            await PauseAsync("chunk_delay", 0);
        }
    }

    private async Task SendAsync(StreamEvent one)
    {
        await http.Response.WriteAsync($"{(one.Name is null ? "" : $"event: {one.Name}\n")}data: {one.Data}\n\n", http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    private async Task PauseAsync(string member, double otherwise)
    {
        var seconds = step[member] is { } told ? double.Parse(told.ToString(), CultureInfo.InvariantCulture) : otherwise;
        if (seconds > 0)
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, http.RequestAborted);
        }
    }
}
