using System.Text.Json.Nodes;

namespace AutoBuild.ScriptedModel;

/// <summary>Speaks Anthropic's Messages.</summary>
internal sealed class AnthropicMessages : Protocol
{
    private sealed record Block(JsonObject Opening, object[] Deltas, JsonObject Whole);

    public override (JsonObject Body, IReadOnlyList<StreamEvent> Events) Encode(Reply reply)
    {
        var blocks = Blocks(reply).ToList();
        var stop = reply.Stop ?? (reply.Calls.Count > 0 ? "tool_use" : "end_turn");
        var head = Object(new { id = Reply.NewId("msg_"), type = "message", role = "assistant", model = reply.Model });
        var message = With(head, new { content = Array.Empty<object>(), stop_reason = (string?)null, stop_sequence = (string?)null, usage = Usage(reply, 1) });
        var events = new List<object> { new { type = "message_start", message } };
        for (var index = 0; index < blocks.Count; index++)
        {
            events.Add(new { type = "content_block_start", index, content_block = blocks[index].Opening });
            events.AddRange(blocks[index].Deltas.Select(delta => new { type = "content_block_delta", index, delta }));
            events.Add(new { type = "content_block_stop", index });
        }

        events.Add(new { type = "message_delta", usage = new { output_tokens = reply.Output }, delta = new { stop_reason = stop, stop_sequence = (string?)null } });
        events.Add(new { type = "message_stop" });
        var body = With(head, new { content = blocks.Select(block => block.Whole), stop_reason = stop, stop_sequence = (string?)null, usage = Usage(reply, reply.Output) });
        return (body, [.. events.Select(one => StreamEvent.Typed(Object(one)))]);
    }

    public override JsonObject Error(string kind, string message) =>
        Object(new { type = "error", error = new { type = kind, message }, request_id = Reply.NewId("req_") });

    public override StreamEvent StreamError(string kind, string message) => StreamEvent.Typed(Error(kind, message));

    private static object Usage(Reply reply, int output) => new
    {
        input_tokens = reply.Input,
        output_tokens = output,
        cache_read_input_tokens = reply.CacheRead,
        cache_creation_input_tokens = reply.CacheWrite,
    };

    private static IEnumerable<Block> Blocks(Reply reply)
    {
        if (reply.Thinking.Length > 0)
        {
            yield return new Block(
                Object(new { type = "thinking", thinking = "", signature = "" }),
                [new { type = "thinking_delta", thinking = reply.Thinking }, new { type = "signature_delta", signature = "c2ln" }],
                Object(new { type = "thinking", thinking = reply.Thinking, signature = "c2ln" }));
        }

        if (reply.Text.Length > 0)
        {
            yield return new Block(
                Object(new { type = "text", text = "" }),
                [.. Halves(reply.Text, reply.Text.Length / 2).Select(text => new { type = "text_delta", text })],
                Object(new { type = "text", text = reply.Text }));
        }

        foreach (var call in reply.Calls)
        {
            var head = Object(new { type = "tool_use", id = call.Id.Replace("call_", "toolu_", StringComparison.Ordinal), name = call.Name });
            yield return new Block(
                With(head, new { input = new { } }),
                [.. Halves(call.Arguments, 8).Select(partial_json => new { type = "input_json_delta", partial_json })],
                With(head, new { input = call.Input }));
        }
    }

    private static IEnumerable<string> Halves(string text, int at) =>
        new[] { text[..Math.Min(at, text.Length)], text[Math.Min(at, text.Length)..] }.Where(half => half.Length > 0);
}
