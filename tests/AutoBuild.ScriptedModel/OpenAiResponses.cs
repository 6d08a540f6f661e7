using System.Text.Json.Nodes;

namespace AutoBuild.ScriptedModel;

/// <summary>Speaks OpenAI's Responses.</summary>
internal sealed class OpenAiResponses : Protocol
{
    public override (JsonObject Body, IReadOnlyList<StreamEvent> Events) Encode(Reply reply)
    {
        var items = Items(reply).ToList();
        var head = Object(new { id = Reply.NewId("resp_"), @object = "response", created_at = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), model = reply.Model });
        var opened = With(head, new { status = "in_progress", output = Array.Empty<object>() });
        var done = With(head, new { status = "completed", output = items, usage = Usage(reply) });
        var events = new List<object> { new { type = "response.created", response = opened } };
        for (var index = 0; index < items.Count; index++)
        {
            events.AddRange(Events(items[index], index));
        }

        events.Add(new { type = "response.completed", response = done });
        return (done, [.. events.Select((one, number) => StreamEvent.Typed(With(Object(one), new { sequence_number = number })))]);
    }

    public override JsonObject Error(string kind, string message) =>
        Object(new { error = new { type = kind, code = kind, message, param = (string?)null } });

    public override StreamEvent StreamError(string kind, string message) => StreamEvent.Typed(Object(new
    {
        type = "response.failed",
        response = new { id = Reply.NewId("resp_"), @object = "response", status = "failed", output = Array.Empty<object>(), error = new { code = kind, message } },
    }));

    private static object Usage(Reply reply) => new
    {
        input_tokens = reply.Input,
        output_tokens = reply.Output,
        total_tokens = reply.Input + reply.Output,
        input_tokens_details = new { cached_tokens = reply.CacheRead },
        output_tokens_details = new { reasoning_tokens = 0 },
    };

    private static IEnumerable<JsonObject> Items(Reply reply)
    {
        if (reply.Text.Length > 0)
        {
            var content = new[] { new { type = "output_text", text = reply.Text, annotations = Array.Empty<object>() } };
            yield return Object(new { type = "message", id = Reply.NewId("msg_"), role = "assistant", status = "completed", content });
        }

        foreach (var call in reply.Calls)
        {
            var head = Object(new { id = Reply.NewId("fc_"), call_id = call.Id, name = call.Name, status = "completed" });
            if (call.Namespace is { } place)
            {
                head["namespace"] = place;
            }

            yield return call.Custom
                ? With(head, new { type = "custom_tool_call", input = call.Input })
                : With(head, new { type = "function_call", arguments = call.Arguments });
        }
    }

    private static IEnumerable<object> Events(JsonObject item, int output_index)
    {
        var kind = (string?)item["type"];
        var opening = With(item, new { status = "in_progress" });
        if (kind == "message")
        {
            opening["content"] = new JsonArray();
        }

        yield return new { type = "response.output_item.added", output_index, item = opening };
        var item_id = (string?)item["id"];
        if (kind == "message")
        {
            var text = (string?)item["content"]![0]!["text"];
            var part = new { type = "output_text", text = "", annotations = Array.Empty<object>() };
            yield return new { type = "response.content_part.added", item_id, output_index, content_index = 0, part };
            yield return new { type = "response.output_text.delta", item_id, output_index, content_index = 0, delta = text };
            yield return new { type = "response.output_text.done", item_id, output_index, content_index = 0, text };
            yield return new { type = "response.content_part.done", item_id, output_index, content_index = 0, part = item["content"]![0] };
        }
        else if (kind == "function_call")
        {
            yield return new { type = "response.function_call_arguments.delta", item_id, output_index, delta = item["arguments"] };
            yield return new { type = "response.function_call_arguments.done", item_id, output_index, arguments = item["arguments"] };
        }

        yield return new { type = "response.output_item.done", output_index, item };
    }
}
