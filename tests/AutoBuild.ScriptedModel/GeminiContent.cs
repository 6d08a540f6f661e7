using System.Text.Json.Nodes;

namespace AutoBuild.ScriptedModel;

/// <summary>Speaks Gemini's generateContent.</summary>
internal sealed class GeminiContent : Protocol
{
    public override (JsonObject Body, IReadOnlyList<StreamEvent> Events) Encode(Reply reply)
    {
        object[] parts =
        [
            .. reply.Text.Length > 0 ? new object[] { new { text = reply.Text } } : [],
            .. reply.Calls.Select(call => new { functionCall = new { name = call.Name, args = call.Input } }),
        ];
        var body = Object(new
        {
            candidates = new[] { new { index = 0, finishReason = "STOP", content = new { role = "model", parts } } },
            usageMetadata = new
            {
                promptTokenCount = reply.Input,
                candidatesTokenCount = reply.Output,
                totalTokenCount = reply.Input + reply.Output,
                cachedContentTokenCount = reply.CacheRead,
            },
            modelVersion = reply.Model,
            responseId = Reply.NewId("r"),
        });
        return (body, [new StreamEvent(null, body.ToJsonString(Json))]);
    }

    public override JsonObject Error(string kind, string message)
    {
        var code = kind switch
        {
            "rate_limit_error" or "RESOURCE_EXHAUSTED" => 429,
            "overloaded_error" or "UNAVAILABLE" => 503,
            "authentication_error" or "UNAUTHENTICATED" => 401,
            "not_found_error" or "NOT_FOUND" => 404,
            "invalid_request_error" or "INVALID_ARGUMENT" => 400,
            var _ => 500,
        };
        return Object(new { error = new { code, status = kind, message } });
    }

    public override StreamEvent StreamError(string kind, string message) => new(null, Error(kind, message).ToJsonString(Json));
}
