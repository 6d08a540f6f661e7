using AutoBuild.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AutoBuild.Tests.Api;

public sealed class RateCheckTests
{
    [Fact]
    public async Task Who_asks_too_often_is_told_when_to_come_back()
    {
        using var check = new RateCheck(new RateOptions(Burst: 2, PerSecond: 1));

        Assert.Equal(200, await AskAsync(check, "10.0.0.1"));
        Assert.Equal(200, await AskAsync(check, "10.0.0.1"));
        Assert.Equal(429, await AskAsync(check, "10.0.0.1"));
        Assert.Equal(200, await AskAsync(check, "10.0.0.2"));
    }

    [Fact]
    public async Task Who_asks_for_a_stream_waits_instead_and_takes_nothing_from_the_others()
    {
        using var check = new RateCheck(new RateOptions(Burst: 1, PerSecond: 1, Waiting: 2));

        Assert.Equal(200, await AskAsync(check, "10.0.0.1", "text/event-stream"));
        var waiting = AskAsync(check, "10.0.0.1", "text/event-stream");
        var last = AskAsync(check, "10.0.0.1", "text/event-stream");
        Assert.False(waiting.IsCompleted);
        Assert.Equal(429, await AskAsync(check, "10.0.0.1", "text/event-stream"));
        Assert.Equal(200, await AskAsync(check, "10.0.0.1"));
        var answers = await Task.WhenAll(waiting, last).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.All(answers, status => Assert.Equal(200, status));
    }

    private static async Task<int> AskAsync(RateCheck check, string address, string accept = "application/json")
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        var http = new DefaultHttpContext { RequestServices = services };
        http.Connection.RemoteIpAddress = System.Net.IPAddress.Parse(address);
        http.Request.Headers.Accept = accept;
        await check.RunAsync(http, _ => Task.CompletedTask);
        Assert.Equal(http.Response.StatusCode == 429, http.Response.Headers.ContainsKey("Retry-After"));
        return http.Response.StatusCode;
    }
}
