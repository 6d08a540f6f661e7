using System.Text;
using AutoBuild.Api;
using Microsoft.AspNetCore.Http;

namespace AutoBuild.Tests.Api;

/// <summary>Sends too much, too deep, too slow and too often.</summary>
public sealed class LimitTests(ApiServer server) : IClassFixture<ApiServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_declared_giant_is_refused_before_it_comes()
    {
        var answer = await RawHttp.SendAsync(server.Server.Address, Head("POST", "/api/v1/projects", "Content-Length: 99999999999\r\n"));
        Assert.True(answer is { Status: 413 } && answer.Has("body_too_large"), answer.Text);
    }

    [Fact]
    public async Task A_giant_in_chunks_is_refused_when_it_grows_too_large()
    {
        var chunk = $"{1 << 20:x}\r\n{new string(' ', 1 << 20)}\r\n";
        var answer = await RawHttp.SendAsync(server.Server.Address, Head("POST", "/api/v1/projects", "Transfer-Encoding: chunked\r\n") + string.Concat(Enumerable.Repeat(chunk, 11)) + "0\r\n\r\n");
        Assert.True(answer is { Status: 413 } && answer.Has("body_too_large"), answer.Text);
    }

    [Fact]
    public async Task A_stranger_sends_no_body_at_all()
    {
        var answer = await RawHttp.SendAsync(server.Server.Address, "POST /api/v1/projects HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\nConnection: close\r\n\r\n");
        Assert.True(answer is { Status: 401 } && answer.Has("token_missing"), answer.Text);
    }

    [Fact]
    public async Task A_compressed_body_is_not_unpacked()
    {
        using var packed = new MemoryStream();
        await using (var zip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
        {
            await zip.WriteAsync(Encoding.UTF8.GetBytes($$"""{"name":"{{new string('x', 50_000_000)}}"}"""), Cancel);
        }

        byte[] request = [.. Encoding.Latin1.GetBytes(Head("POST", "/api/v1/projects", $"Content-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n")), .. packed.ToArray()];
        var answer = await RawHttp.SendAsync(server.Server.Address, request);
        Assert.True(answer is { Status: 400 } && answer.Has("body_invalid"), answer.Text);
    }

    public static TheoryData<string, string, string> Bodies => new()
    {
        { "deep nesting", $$"""{"name":{{new string('[', 100_000)}}""", "body_invalid" },
        { "deep nesting where nobody looks", $$"""{"name":"x","nothing":{{new string('[', 100_000)}}{{new string(']', 100_000)}}}""", "body_invalid" },
        { "a member twice", """{"title":"one","title":"two"}""", "body_invalid" },
        { "a huge number", """{"title":"x","position":1e999999}""", "validation_failed" },
        { "a huge number of digits", $$"""{"title":"x","max_cost_usd":{{new string('9', 100_000)}}}""", "body_invalid" },
        { "a negative price", """{"title":"x","max_cost_usd":-1}""", "validation_failed" },
        { "NUL", """{"title":"x\u0000y"}""", "validation_failed" },
        { "half a character", """{"title":"\ud800"}""", "body_invalid" },
        { "100,000 labels", $$"""{"title":"x","labels":[{{string.Join(',', Enumerable.Repeat("\"a\"", 100_000))}}]}""", "validation_failed" },
        { "100,000 dependencies", $$"""{"title":"x","depends_on":[{{string.Join(',', Enumerable.Repeat("\"a\"", 100_000))}}]}""", "validation_failed" },
        { "a label of nothing", """{"title":"x","labels":[null]}""", "validation_failed" },
        { "a title of 1 MB", $$"""{"title":"{{new string('x', 1_000_000)}}"}""", "validation_failed" },
        { "a comment", """{"title":"x" /* y */}""", "body_invalid" },
        { "two documents", """{"title":"x"}{"title":"y"}""", "body_invalid" },
        { "not a number", """{"title":"x","position":NaN}""", "body_invalid" },
        { "a number too many", """{"title":"x","priority":4}""", "body_invalid" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_hostile_body_is_refused_in_few_words(string what, string body, string code)
    {
        var answer = (await server.Calls.PostAsync($"projects/{server.Project}/tickets", body)).Refused(400, code);
        Assert.True(answer.Text.Length < 4000, $"{what}: {answer.Text.Length} characters came back");
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xfe })]
    [InlineData(new byte[] { 0xc0, 0xaf })]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 })]
    public async Task A_body_that_is_no_UTF_8_is_refused(byte[] bad)
    {
        byte[] body = [.. "{\"title\":\"a"u8, .. bad, .. "\"}"u8];
        byte[] request = [.. Encoding.Latin1.GetBytes(Head("POST", $"/api/v1/projects/{server.Project}/tickets", $"Content-Length: {body.Length}\r\n")), .. body];
        var answer = await RawHttp.SendAsync(server.Server.Address, request);
        Assert.True(answer is { Status: 400 } && answer.Has("body_invalid"), answer.Text);
    }

    [Fact]
    public async Task Members_nobody_knows_are_passed_over() =>
        (await server.Calls.PostAsync($"projects/{server.Project}/tickets", """{"title":"x","__proto__":{"a":1},"constructor":null,"$type":"System.Object"}""")).Did(201);

    [Theory]
    [InlineData(414, "GET /api/v1/projects?x={20000} HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData(431, "GET /api/v1/projects HTTP/1.1\r\nHost: localhost\r\nX-Long: {40000}\r\n\r\n")]
    [InlineData(400, "GET /api/v1/projects HTTP/1.1\r\nHost: localhost\r\nX-Bad: a\0b\r\n\r\n")]
    [InlineData(400, "NONSENSE\r\n\r\n")]
    public async Task A_head_beyond_measure_is_not_read(int status, string request)
    {
        var filled = System.Text.RegularExpressions.Regex.Replace(request, "{([0-9]+)}", length => new string('x', int.Parse(length.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(status, (await RawHttp.SendAsync(server.Server.Address, filled)).Status);
    }

    [Fact]
    public async Task A_hundred_and_one_headers_are_too_many()
    {
        var lines = string.Concat(Enumerable.Range(0, 101).Select(i => $"X-{i}: 1\r\n"));
        Assert.Equal(431, (await RawHttp.SendAsync(server.Server.Address, $"GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n")).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Idempotency-Key: drip\r\n")]
    public async Task A_body_that_drips_is_not_waited_for(string headers)
    {
        using var client = await RawHttp.ConnectAsync(server.Server.Address);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(Head("POST", "/api/v1/projects", headers + "Content-Length: 1000000\r\n") + "{"), Cancel);
        var answer = await RawHttp.ReadAsync(client);
        Assert.True(answer.Status == 408, answer.Text);
    }

    [Fact]
    public async Task Guessing_tokens_is_slowed_down_and_harms_nobody_else()
    {
        await using var own = await OwnAsync();
        var guesses = 0;
        while ((await own.As($"guess-{guesses}").GetAsync("projects")).Status == 401)
        {
            Assert.True(++guesses < 2000, "Nobody stops the guessing.");
        }

        (await own.As("one more").GetAsync("projects")).Refused(429, "rate_limited");
        (await own.Calls.GetAsync("projects")).Did(200);
    }

    [Theory]
    [InlineData("token")]
    [InlineData("access_token")]
    public async Task A_token_in_the_address_is_refused_and_kept_nowhere(string name)
    {
        var token = server.Server.Token;
        (await server.As(null).GetAsync($"events?{name}={token}")).Refused(400, "token_in_url");
        (await server.Calls.GetAsync($"projects?{name}={token}")).Refused(400, "token_in_url");
        await using var log = new FileStream(Path.Combine(server.Data, "logs", "server.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(log);
        Assert.DoesNotContain(token, await reader.ReadToEndAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_caller_has_so_many_streams_and_another_one_has_its_own()
    {
        await using var own = await OwnAsync(maxStreams: 2);
        await using var first = await SseReader.OpenAsync(own.Calls, "events");
        await using (await SseReader.OpenAsync(own.Calls, $"jobs/{await own.MakeJobAsync()}/logs"))
        {
            var refused = (await own.Calls.GetAsync("events")).Refused(429, "too_many_streams");
            Assert.Contains("server.max_streams", refused.Text, StringComparison.Ordinal);
            await using var other = await SseReader.OpenAsync(own.As(ApiServer.Viewer), "events");
            await using var more = await SseReader.OpenAsync(own.As(ApiServer.Viewer), "events");
            Assert.Equal(200, other.Status);
            (await own.As(ApiServer.Member).GetAsync("events")).Refused(429, "too_many_streams");
            (await own.Calls.GetAsync("queue")).Did(200);
        }

        await using var again = await UntilFreeAsync(own);
        Assert.Equal(200, again.Status);
    }

    [Fact]
    public async Task A_reader_that_takes_nothing_is_dropped()
    {
        var clock = new FakeClock();
        var http = new DefaultHttpContext();
        await using var deaf = new DeafStream();
        http.Response.Body = deaf;
        using var sse = new SseWriter(http.Response, clock, CancellationToken.None);

        var writing = sse.StartAsync(TimeSpan.Zero);
        await deaf.Asked.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        Assert.False(writing.IsCompleted);
        clock.Advance(SseWriter.Patience);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        Assert.True(sse.Lost);
    }

    // The server notices that a reader left, but not at the same instant.
    private static async Task<SseReader> UntilFreeAsync(ApiServer own)
    {
        while (true)
        {
            var reader = await SseReader.OpenAsync(own.Calls, "events");
            if (reader.Status == 200)
            {
                return reader;
            }

            await reader.DisposeAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
        }
    }

    private static async Task<ApiServer> OwnAsync(int maxStreams = 10)
    {
        var own = new ApiServer { Streams = maxStreams };
        await own.InitializeAsync();
        return own;
    }

    private string Head(string method, string path, string headers) =>
        $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {server.Server.Token}\r\nContent-Type: application/json\r\n{headers}Connection: close\r\n\r\n";

    /// <summary>Takes no byte until the writer gives up.</summary>
    private sealed class DeafStream : MemoryStream
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Asked.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
    }
}
