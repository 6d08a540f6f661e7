using System.Text.Json.Nodes;

namespace AutoBuild.ScriptedModel;

/// <summary>Speaks OpenAI's Chat Completions.</summary>
internal sealed class OpenAiChat : Protocol
{
    public override (JsonObject Body, IReadOnlyList<StreamEvent> Events) Encode(Reply reply)
    {
        var head = Object(new { id = Reply.NewId("chatcmpl-"), created = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), model = reply.Model });
        var finish_reason = reply.Stop ?? (reply.Calls.Count > 0 ? "tool_calls" : "stop");
        var message = Object(new { role = "assistant", content = reply.Text.Length > 0 ? reply.Text : null });
        if (reply.Calls.Count > 0)
        {
            message["tool_calls"] = new JsonArray([.. reply.Calls.Select(Called)]);
        }

        var body = With(head, new { @object = "chat.completion", usage = Usage(reply), choices = new[] { new { index = 0, message, finish_reason } } });
        var chunk = With(head, new { @object = "chat.completion.chunk" });
        var events = Deltas(reply).Select(delta => With(chunk, new { choices = new[] { new { index = 0, delta, finish_reason = (string?)null } } })).ToList();
        events.Add(With(chunk, new { choices = new[] { new { index = 0, delta = new { }, finish_reason } } }));
        events.Add(With(chunk, new { choices = Array.Empty<object>(), usage = Usage(reply) }));
        return (body, [.. events.Select(one => new StreamEvent(null, one.ToJsonString(Json))), new StreamEvent(null, "[DONE]")]);
    }

    public override JsonObject Error(string kind, string message) => new OpenAiResponses().Error(kind, message);

    public override StreamEvent StreamError(string kind, string message) => new(null, Error(kind, message).ToJsonString(Json));

    private static object Usage(Reply reply) => new
    {
        prompt_tokens = reply.Input,
        completion_tokens = reply.Output,
        total_tokens = reply.Input + reply.Output,
        prompt_tokens_details = new { cached_tokens = reply.CacheRead },
    };

    private static JsonObject Called(ToolCall call) => Object(new { id = call.Id, type = "function", function = new { name = call.Name, arguments = call.Arguments } });

    private static IEnumerable<object> Deltas(Reply reply)
    {
        yield return new { role = "assistant", content = "" };
        if (reply.Text.Length > 0)
        {
            yield return new { content = reply.Text };
        }

        for (var index = 0; index < reply.Calls.Count; index++)
        {
            yield return new { tool_calls = new[] { With(Called(reply.Calls[index]), new { index }) } };
        }
    }
}
