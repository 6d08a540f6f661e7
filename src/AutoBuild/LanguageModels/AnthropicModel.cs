using Anthropic;
using Microsoft.Extensions.AI;

namespace AutoBuild.LanguageModels;

/// <summary>Opens a model that speaks Anthropic's protocol.</summary>
internal static class AnthropicModel
{
    public const string Address = "https://api.anthropic.com";

    // The client tries nothing again and has no patience of its own: who asks decides.
    public static IChatClient Open(string model, string key, string? baseUrl)
    {
        var http = AnswerHandler.Client();
        if (baseUrl is not null)
        {
            // For another address the client shows the key as a bearer token only, and not every service of this protocol looks there.
            http.DefaultRequestHeaders.Add("x-api-key", key);
        }

        return new AnthropicClient { ApiKey = key, BaseUrl = baseUrl ?? Address, HttpClient = http, MaxRetries = 0, Timeout = TimeSpan.FromHours(1) }.AsIChatClient(model);
    }
}
