using System.Diagnostics;
using System.Text.Json;
using AutoBuild.Core;
using AutoBuild.Core.Memory;
using AutoBuild.Memory.Embeddings;
using AutoBuild.Tests.Orchestrator;
using Microsoft.AspNetCore.Http;

namespace AutoBuild.Tests.Memory.Embeddings;

/// <summary>Asks an endpoint that is slow, wrong, at its limit, or away.</summary>
public sealed class EmbeddingClientTests : IAsyncLifetime
{
    private const string TwoNumbers = """{"data":[{"index":0,"embedding":[1,2]}]}""";

    private Receiver _endpoint = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _endpoint = await Receiver.StartAsync();

    public ValueTask DisposeAsync() => _endpoint.DisposeAsync();

    [Fact]
    public async Task Texts_go_in_batches_and_vectors_come_in_their_order_with_the_key_shown()
    {
        _endpoint.Answer = async http => await http.Response.WriteAsync(Data([.. Inputs(_endpoint.Calls.Last()).Select((text, place) => (place, $"[{text.Length},0]")).Reverse()]), Stop);
        using var client = Client(options => options with { Batch = 2, Key = "the-key" });
        var vectors = await client.EmbedAsync(["a", "bb", "ccc", "dddd", ""], Stop);
        Assert.Equal([1, 2, 3, 4, 1], vectors.Select(vector => vector[0]));
        Assert.Equal(3, _endpoint.Calls.Count);
        Assert.All(_endpoint.Calls, call => Assert.Equal(("/v1/embeddings", "Bearer the-key"), (call.Path, call.Headers["Authorization"])));
        Assert.Equal("mini", JsonDocument.Parse(_endpoint.Calls.First().Body).RootElement.GetProperty("model").GetString());
    }

    [Fact]
    public async Task Vectors_in_base64_are_read()
    {
        Answers(Data([(0, $"\"{Convert.ToBase64String([0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])}\"")]));
        using var client = Client();
        var made = (await client.EmbedAsync(["a"], Stop)).Single();
        Assert.Equal([1f, -2f], made);
    }

    [Fact]
    public async Task No_secret_leaves()
    {
        Answers(TwoNumbers);
        using var client = Client();
        await client.EmbedAsync(["password = \"hunter2secretvalue9\"; run();"], Stop);
        var sent = Inputs(_endpoint.Calls.Single()).Single();
        Assert.DoesNotContain("hunter2", sent, StringComparison.Ordinal);
        Assert.Contains("run();", sent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"data":[{"embedding":[1,2,3]}]}""")]
    [InlineData("""{"data":[{"embedding":[]}]}""")]
    [InlineData("""{"data":[{"embedding":[1,2]},{"embedding":[1,2]}]}""")]
    [InlineData("""{"data":[]}""")]
    [InlineData("""{"data":[{"index":1,"embedding":[1,2]}]}""")]
    [InlineData("""{"data":[{"embedding":[1,1e999]}]}""")]
    [InlineData("""{"data":[{"embedding":[1,"2"]}]}""")]
    [InlineData("""{"data":[{"embedding":"AAAA"}]}""")]
    [InlineData("""{"data":[{"embedding":"?"}]}""")]
    [InlineData("""{"data":{}}""")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("<html>")]
    [InlineData("")]
    public async Task What_is_not_what_was_asked_for_is_refused(string answer)
    {
        Answers(answer);
        Assert.Equal("embedding_invalid", await CodeAsync());
        Assert.Single(_endpoint.Calls);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task What_fails_for_now_is_asked_again_and_in_the_end_given_up(int status)
    {
        _endpoint.Answer = async http =>
        {
            http.Response.StatusCode = _endpoint.Calls.Count < 3 ? status : 200;
            await http.Response.WriteAsync(_endpoint.Calls.Count < 3 ? "{}" : TwoNumbers, Stop);
        };
        using var client = Client();
        var made = (await client.EmbedAsync(["a"], Stop)).Single();
        Assert.Equal([1f, 2f], made);
        Answers("{}", status);
        _endpoint.Calls.Clear();
        Assert.Equal("embedding_away", await CodeAsync());
        Assert.Equal(3, _endpoint.Calls.Count);
    }

    [Fact]
    public async Task A_wait_that_is_asked_for_is_kept_and_one_too_long_is_none()
    {
        _endpoint.Answer = async http =>
        {
            http.Response.StatusCode = _endpoint.Calls.Count == 1 ? 429 : 200;
            http.Response.Headers.RetryAfter = "1";
            await http.Response.WriteAsync(TwoNumbers, Stop);
        };
        using var client = Client();
        var begun = Stopwatch.GetTimestamp();
        await client.EmbedAsync(["a"], Stop);
        Assert.True(Stopwatch.GetElapsedTime(begun) >= TimeSpan.FromMilliseconds(900));

        _endpoint.Calls.Clear();
        _endpoint.Answer = http =>
        {
            (http.Response.StatusCode, http.Response.Headers.RetryAfter) = (429, "3600");
            return Task.CompletedTask;
        };
        Assert.Equal("embedding_away", await CodeAsync());
        Assert.Single(_endpoint.Calls);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(302)]
    public async Task What_will_never_be_taken_is_asked_once(int status)
    {
        Answers("""{"error":{"message":"no such model"}}""", status);
        using var client = Client();
        var fault = await Assert.ThrowsAsync<AutoBuildException>(() => client.EmbedAsync(["a"], Stop));
        Assert.Equal("embedding_refused", fault.Code);
        Assert.Contains("no such model", fault.Message, StringComparison.Ordinal);
        Assert.Single(_endpoint.Calls);
    }

    [Fact]
    public async Task What_is_too_large_goes_in_halves_and_what_is_too_long_is_cut()
    {
        _endpoint.Answer = async http =>
        {
            var texts = Inputs(_endpoint.Calls.Last());
            http.Response.StatusCode = texts.Count > 1 || texts[0].Length > 8 ? 413 : 200;
            await http.Response.WriteAsync(Data([(0, $"[{texts[0].Length},1]")]), Stop);
        };
        using var client = Client();
        Assert.Equal([1, 8, 2], (await client.EmbedAsync(["a", new string('b', 32), "cc"], Stop)).Select(vector => vector[0]));
        Answers("too long", 400);
        Assert.Equal("embedding_refused", await CodeAsync());
    }

    [Fact]
    public async Task One_that_is_slow_is_given_up_and_so_is_one_that_is_not_there()
    {
        _endpoint.Answer = http => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
        using var client = Client(options => options with { Timeout = TimeSpan.FromMilliseconds(100), Attempts = 2 });
        var fault = await Assert.ThrowsAsync<AutoBuildException>(() => client.EmbedAsync(["a"], Stop));
        Assert.Equal("embedding_away", fault.Code);
        Assert.Contains("no answer came within 0.1 s", fault.Message, StringComparison.Ordinal);

        using var gone = new EmbeddingClient(Options() with { Address = new Uri("http://127.0.0.1:1/v1") }, TimeProvider.System);
        Assert.Equal("embedding_away", (await Assert.ThrowsAsync<AutoBuildException>(() => gone.EmbedAsync(["a"], Stop))).Code);
    }

    [Fact]
    public async Task Who_gives_up_is_not_told_that_the_endpoint_is_away()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        _endpoint.Answer = async http =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
        };
        using var client = Client();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.EmbedAsync(["a"], cancel.Token));
    }

    private static List<string> Inputs(Received call) => [.. JsonDocument.Parse(call.Body).RootElement.GetProperty("input").EnumerateArray().Select(text => text.GetString()!)];

    private static string Data(IEnumerable<(int Place, string Vector)> vectors) =>
        $"{{\"data\":[{string.Join(',', vectors.Select(one => $"{{\"index\":{one.Place},\"embedding\":{one.Vector}}}"))}]}}";

    private void Answers(string body, int status = 200) => _endpoint.Answer = async http =>
    {
        http.Response.StatusCode = status;
        await http.Response.WriteAsync(body, Stop);
    };

    private async Task<string> CodeAsync()
    {
        using var client = Client();
        return (await Assert.ThrowsAsync<AutoBuildException>(() => client.EmbedAsync(["a"], Stop))).Code;
    }

    private EmbeddingOptions Options() => new(new Uri(_endpoint.Url("/v1")), new VectorSpace("mini", 2)) { Attempts = 3, FirstWait = TimeSpan.FromMilliseconds(1), LongestWait = TimeSpan.FromSeconds(5) };

    private EmbeddingClient Client(Func<EmbeddingOptions, EmbeddingOptions>? change = null) => new((change ?? (same => same))(Options()), TimeProvider.System);
}
