using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AutoBuild.ScriptedModel;

namespace AutoBuild.EndToEnd;

/// <summary>Asks the scripted model as the command lines do; whether it speaks well, those judge.</summary>
public sealed class ModelServerTests
{
    private const string Script = """
        {"sessions": {
          "a": {"vars": {"name": "made"}, "steps": [
            {"text": "I write.", "tool": "Write", "input": {"path": "{{cwd}}/{{name}}.txt"}, "usage": {"input": 7, "output": 3}},
            {"fault": "status", "status": 429, "retry_after": 2, "message": "slowly"},
            {"fault": "truncate", "text": "some text that never ends"},
            {"expect": "magic", "text": "never"}]},
          "b": {"side_text": "a title", "when": "for b"}}}
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v1/messages", "toolu_", "\"input_tokens\":7")]
    [InlineData("v1/responses", "function_call", "\"input_tokens\":7")]
    [InlineData("v1/chat/completions", "tool_calls", "\"prompt_tokens\":7")]
    [InlineData("v1beta/models/m:generateContent", "functionCall", "\"promptTokenCount\":7")]
    public async Task Each_protocol_streams_the_script_and_its_faults(string path, string call, string usage)
    {
        await using var model = await ModelServer.StartAsync(JsonNode.Parse(Script)!.AsObject());
        using var client = new HttpClient { BaseAddress = new Uri($"{model.Of("a")}/") };
        path = path.Replace(":generate", ":streamGenerate", StringComparison.Ordinal);
        var request = new { stream = true, model = "m", tools = new[] { new { name = "Write" } }, system = "Working directory: /a/tree\nmore" };

        var said = await (await client.PostAsJsonAsync(path, request, Cancel)).Content.ReadAsStringAsync(Cancel);
        using var limited = await client.PostAsJsonAsync(path, request, Cancel);
        using var broken = await client.PostAsJsonAsync(path, request, Cancel).ContinueWith(asked => asked.IsFaulted ? null : asked.Result, Cancel);
        using var mismatched = await client.PostAsJsonAsync(path, request, Cancel);
        using var after = await client.PostAsJsonAsync(path, new { request.tools }, Cancel);

        Assert.All(["I wr", call, "Write", "/tree/made.txt", usage], part => Assert.Contains(part, said.Replace("\\", "", StringComparison.Ordinal), StringComparison.Ordinal));
        Assert.StartsWith(said.StartsWith("event: ", StringComparison.Ordinal) ? "event: " : "data: ", said, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.TooManyRequests, 2), (limited.StatusCode, (int)limited.Headers.RetryAfter!.Delta!.Value.TotalSeconds));
        Assert.Contains("slowly", await limited.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.True(broken is null, "The stream went on to its end.");
        Assert.Equal(HttpStatusCode.BadRequest, mismatched.StatusCode);
        Assert.Contains("done", await after.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal([0, 1, 2, 3, 4], model.Requests.Select(one => one.Step));
        Assert.Equal("magic", model.Requests[3].Mismatch);
    }

    [Fact]
    public async Task Requests_without_tools_take_no_step_and_keys_are_not_kept()
    {
        await using var model = await ModelServer.StartAsync(JsonNode.Parse(Script)!.AsObject());
        using var client = new HttpClient { BaseAddress = new Uri($"{model.Of("b")}/") };
        client.DefaultRequestHeaders.Add("x-api-key", "secret");

        var said = await (await client.PostAsJsonAsync("v1/messages", new { model = "m" }, Cancel)).Content.ReadFromJsonAsync<JsonObject>(Cancel);
        var found = await (await client.PostAsJsonAsync(new Uri(model.Address, "/v1/messages"), new { model = "m", system = "this is for b" }, Cancel)).Content.ReadAsStringAsync(Cancel);
        var stranger = await client.PostAsJsonAsync(new Uri(model.Address, "/s/nobody/v1/messages"), new { model = "m" }, Cancel);
        var requests = await client.GetStringAsync(new Uri(model.Address, "/_requests?session=b"), Cancel);

        Assert.Equal("a title", (string?)said!["content"]![0]!["text"]);
        Assert.Contains("a title", found, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, stranger.StatusCode);
        Assert.DoesNotContain("secret", requests, StringComparison.Ordinal);
        Assert.Equal(2, JsonNode.Parse(requests)!.AsArray().Count);
        Assert.Equal("/s/b/v1/messages", (await model.WaitAsync(one => one.Session == "b", Cancel)).Path);
    }
}
