using AutoBuild.Hosting;
using Microsoft.AspNetCore.Http;

namespace AutoBuild.Tests.Hosting;

public sealed class PresenceTests
{
    private readonly FakeClock _clock = new();

    [Theory]
    [InlineData(200, 1)]
    [InlineData(404, 1)]
    [InlineData(401, 11)]
    [InlineData(403, 11)]
    [InlineData(429, 11)]
    public async Task A_stranger_who_is_refused_keeps_no_server_awake(int status, int absent)
    {
        var presence = new Presence(_clock);
        _clock.Advance(TimeSpan.FromSeconds(10));

        await presence.RunAsync(new DefaultHttpContext(), http =>
        {
            Assert.Equal(TimeSpan.Zero, presence.Absent);
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(absent), presence.Absent);
    }
}
