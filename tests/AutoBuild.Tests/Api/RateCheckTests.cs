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

    private static async Task<int> AskAsync(RateCheck check, string address)
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        var http = new DefaultHttpContext { RequestServices = services };
        http.Connection.RemoteIpAddress = System.Net.IPAddress.Parse(address);
        await check.RunAsync(http, _ => Task.CompletedTask);
        Assert.Equal(http.Response.StatusCode == 429, http.Response.Headers.ContainsKey("Retry-After"));
        return http.Response.StatusCode;
    }
}
