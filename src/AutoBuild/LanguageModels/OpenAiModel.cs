using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using Format = OpenAI.Chat.ChatResponseFormat;
using Reason = Microsoft.Extensions.AI.ChatFinishReason;

namespace AutoBuild.LanguageModels;

/// <summary>Shows a model that speaks OpenAI's chat completions as the common client; text alone, without tools.</summary>
internal sealed class OpenAiModel : IChatClient
{
    private readonly HttpClient _http = AnswerHandler.Client();
    private readonly ChatClient _client;

    private OpenAiModel(string model, string? key, string? baseUrl)
    {
        // Services on one's own machine want no key, and the client wants one.
        _client = new ChatClient(model, new ApiKeyCredential(key ?? "none"), new OpenAIClientOptions
        {
            Endpoint = baseUrl is null ? null : new Uri(baseUrl),
            Transport = new HttpClientPipelineTransport(_http),
            RetryPolicy = new ClientRetryPolicy(0),
            NetworkTimeout = TimeSpan.FromHours(1),
        });
    }

    public static IChatClient Open(string model, string? key, string? baseUrl) => new OpenAiModel(model, key, baseUrl);

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var asked = new ChatCompletionOptions { MaxOutputTokenCount = options?.MaxOutputTokens, ResponseFormat = FormOf(options) };
        var completion = (await _client.CompleteChatAsync([.. messages.Select(Plain)], asked, cancellationToken)).Value;
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, string.Concat(completion.Content.Select(part => part.Text))))
        {
            ModelId = completion.Model,
            FinishReason = completion.Refusal is { Length: > 0 } ? Reason.ContentFilter : Ended(completion.FinishReason),
            Usage = completion.Usage is { } usage ? Used(usage) : null,
        };
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Answers are read whole.");

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose() => _http.Dispose();

    private static OpenAI.Chat.ChatMessage Plain(ChatMessage message) =>
        message.Role == ChatRole.System ? new SystemChatMessage(message.Text)
        : message.Role == ChatRole.Assistant ? new AssistantChatMessage(message.Text)
        : new UserChatMessage(message.Text);

    private static Format? FormOf(ChatOptions? options) => options?.ResponseFormat is ChatResponseFormatJson { Schema: { } schema } json
        ? Format.CreateJsonSchemaFormat(json.SchemaName ?? "answer", BinaryData.FromString(schema.GetRawText()), jsonSchemaIsStrict: true)
        : null;

    private static Reason Ended(OpenAI.Chat.ChatFinishReason reason) => reason switch
    {
        OpenAI.Chat.ChatFinishReason.Length => Reason.Length,
        OpenAI.Chat.ChatFinishReason.ContentFilter => Reason.ContentFilter,
        _ => Reason.Stop,
    };

    private static UsageDetails Used(ChatTokenUsage usage) => new()
    {
        InputTokenCount = usage.InputTokenCount,
        OutputTokenCount = usage.OutputTokenCount,
        CachedInputTokenCount = usage.InputTokenDetails?.CachedTokenCount ?? 0,
        ReasoningTokenCount = usage.OutputTokenDetails?.ReasoningTokenCount ?? 0,
    };
}
