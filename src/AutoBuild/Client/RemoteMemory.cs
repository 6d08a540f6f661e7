using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using AutoBuild.Api;
using AutoBuild.Configuration;
using AutoBuild.Core;
using AutoBuild.Core.Memory;

namespace AutoBuild.Client;

/// <summary>Is a memory that runs elsewhere; whatever goes wrong on the way is a refusal, so that a run only goes without its context.</summary>
internal sealed class RemoteMemory : IMemory, IDisposable
{
    private const int LongestAnswer = 10_000_000;

    private readonly MemoryServiceSettings _settings;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public RemoteMemory(Settings settings, TimeProvider time)
    {
        (_settings, _time) = (settings.MemoryService, time);
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            BaseAddress = new Uri(_settings.Url!.TrimEnd('/') + "/api/v1/"),
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LongestAnswer,
        };
        _http.DefaultRequestHeaders.Authorization = _settings.Token is { } token ? new AuthenticationHeaderValue("Bearer", token) : null;
    }

    public Task<Result<TaskContext>> ContextAsync(ContextRequest request, CancellationToken cancel) => AskAsync("context", new ContextBody
    {
        ProjectId = $"{request.Project}",
        TaskDescription = request.Task,
        MaxTokens = request.MaxTokens,
        IncludePatterns = request.IncludePatterns,
        Commit = request.Commit,
        JobId = request.Job?.ToString(),
        Attempt = request.Attempt,
    }, ApiJson.Context.ContextBody, ApiJson.Context.TaskContext, IsWhole, cancel);

    public async Task<Result<bool>> LearnAsync(RunFacts facts, CancellationToken cancel)
    {
        var learnt = await AskAsync("memory/runs", facts, ApiJson.Context.RunFacts, ApiJson.Context.Learnt, _ => true, cancel);
        return learnt.Done ? learnt.Value.Done : learnt.Refusal;
    }

    public void Dispose() => _http.Dispose();

    // A reader of JSON leaves null what an answer lacks.
    private static bool IsWhole(TaskContext context) => context is { Context: not null, Sources: not null, Patterns: not null, Dropped: not null };

    private async Task<Result<T>> AskAsync<TBody, T>(string path, TBody body, JsonTypeInfo<TBody> sent, JsonTypeInfo<T> read, Func<T, bool> isWhole, CancellationToken cancel)
        where T : class
    {
        using var limit = new CancellationTokenSource(_settings.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            using var content = new StringContent(JsonSerializer.Serialize(body, sent), Encoding.UTF8, "application/json");
            using var answer = await _http.PostAsync(new Uri(path, UriKind.Relative), content, either.Token);
            var text = await answer.Content.ReadAsStringAsync(either.Token);
            return !answer.IsSuccessStatusCode ? Refused((int)answer.StatusCode, text)
                : JsonSerializer.Deserialize(text, read) is { } whole && isWhole(whole) ? whole : Nonsense();
        }
        catch (JsonException)
        {
            return Nonsense();
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or InvalidOperationException)
        {
            return new Refusal(RefusalKind.Conflict, "memory_away", $"No memory answers at {_settings.Url}: {fault.Message}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new Refusal(RefusalKind.Conflict, "memory_slow", $"The memory at {_settings.Url} gave no answer within {_settings.Timeout.TotalSeconds} s (memory_service.timeout).");
        }
    }

    private Refusal Nonsense() => new(RefusalKind.Conflict, "memory_answer_invalid", $"What answers at {_settings.Url} is no memory of ours, or one of another version.");

    // What it says itself is worth telling; a token or an answer without words is not.
    private Refusal Refused(int status, string text)
    {
        if (status is 401 or 403)
        {
            return new Refusal(RefusalKind.Conflict, "memory_token_refused", $"The memory at {_settings.Url} does not take the token that memory_service.token names, or its role is not admin.");
        }

        try
        {
            if (status < 500 && JsonNode.Parse(text) is JsonObject problem && problem["code"] is JsonValue code && problem["detail"] is JsonValue detail)
            {
                return new Refusal(status == 404 ? RefusalKind.NotFound : RefusalKind.Conflict, code.ToString(), detail.ToString());
            }
        }
        catch (JsonException)
        {
            return new Refusal(RefusalKind.Conflict, "memory_away", $"The memory at {_settings.Url} answered with {status}.");
        }

        return new Refusal(RefusalKind.Conflict, "memory_away", $"The memory at {_settings.Url} answered with {status}.");
    }
}
