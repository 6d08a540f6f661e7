using System.Text;

namespace AutoBuild.Tests.Api;

/// <summary>Bodies whose sender did not say that they are JSON, as <c>fetch</c> sends a text; and that this is no door for other sites' pages.</summary>
public sealed class PlainBodyTests(ApiServer server, OpenServer open) : IClassFixture<ApiServer>, IClassFixture<OpenServer>
{
    [Theory]
    [InlineData("text/plain;charset=UTF-8")]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("Text/Plain; charset=\"utf-8\"")]
    [InlineData(null)]
    public async Task A_text_is_read_as_JSON(string? type) => Assert.Equal((201, ""), await PostAsync(server.Calls, type));

    [Theory]
    [InlineData("text/plain;charset=iso-8859-1")]
    [InlineData("text/html")]
    [InlineData("nonsense")]
    public async Task Anything_else_is_not(string type) => Assert.Equal((415, "content_type_invalid"), await PostAsync(server.Calls, type));

    [Fact]
    public async Task Only_a_POST_is_read_so()
    {
        using var body = Body("text/plain", """{"title":"y"}""");
        using var request = new HttpRequestMessage(HttpMethod.Patch, new Uri($"tickets/{await server.MakeTicketAsync()}", UriKind.Relative)) { Content = body };
        using var answer = await server.Calls.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(415, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task Where_no_token_is_asked_for_a_header_still_has_to_show_that_no_page_sent_it(string? type)
    {
        var before = await CountAsync();

        Assert.Equal((415, "content_type_invalid"), await PostAsync(open.As(null), type));
        Assert.Equal((403, "origin_refused"), await PostAsync(open.As(null), type, ("Origin", "https://evil.example")));
        Assert.Equal((403, "origin_refused"), await PostAsync(open.As("any"), type, ("Origin", "https://evil.example")));
        Assert.Equal((403, "origin_refused"), await PostAsync(open.As("any"), type, ("Sec-Fetch-Site", "same-site")));
        Assert.Equal((403, "host_refused"), await PostAsync(open.As("any"), type, ("Host", "evil.example")));
        Assert.Equal(before, await CountAsync());

        Assert.Equal((201, ""), await PostAsync(open.As("any"), type));
        Assert.Equal(before + 1, await CountAsync());
    }

    private async Task<int> CountAsync() => (await open.Calls.GetAsync($"projects/{open.Project}/tickets?limit=500")).Json["tickets"]!.AsArray().Count;

    private async Task<(int Status, string Code)> PostAsync(ApiCalls calls, string? type, params (string Name, string Value)[] headers)
    {
        var project = calls.Http.BaseAddress!.Port == open.Server.Address.Port ? open.Project : server.Project;
        using var body = Body(type, """{"title":"x"}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"projects/{project}/tickets", UriKind.Relative)) { Content = body };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await calls.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, System.Text.Json.Nodes.JsonNode.Parse(text)!["code"]?.GetValue<string>() ?? "");
    }

    private static ByteArrayContent Body(string? type, string text)
    {
        var body = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        body.Headers.TryAddWithoutValidation("Content-Type", type);
        if (type is null)
        {
            body.Headers.Remove("Content-Type");
        }

        return body;
    }
}
