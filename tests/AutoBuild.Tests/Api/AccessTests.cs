namespace AutoBuild.Tests.Api;

public sealed class AccessTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task Without_a_token_nothing_but_health_answers()
    {
        var nobody = server.As(null);

        var refused = (await nobody.GetAsync("projects")).Refused(401, "token_missing");
        Assert.Equal("Bearer", refused.Headers["WWW-Authenticate"]);
        (await nobody.GetAsync("health/deep")).Refused(401, "token_missing");
        (await nobody.PostAsync("shutdown")).Refused(401, "token_missing");
        (await nobody.GetAsync("health")).Did(200);
    }

    [Fact]
    public async Task A_wrong_token_is_refused() => (await server.As("wrong").GetAsync("projects")).Refused(401, "token_missing");

    [Fact]
    public async Task A_viewer_reads_and_does_not_write()
    {
        var viewer = server.As(ApiServer.Viewer);

        (await viewer.GetAsync("projects")).Did(200);
        (await viewer.PostAsync("queue/pause")).Refused(403, "role_missing");
    }

    [Fact]
    public async Task A_member_writes_but_gives_no_command_line()
    {
        var member = server.As(ApiServer.Member);
        var tickets = $"projects/{server.Project}/tickets";

        var made = (await member.PostAsync(tickets, """{"title":"By a member"}""")).Did(201);
        (await member.PostAsync(tickets, """{"title":"x","agent":"command","agent_command":"id"}""")).Refused(403, "role_missing");
        (await member.PatchAsync($"tickets/{made.Id}", """{"agent_command":"id"}""")).Refused(403, "role_missing");
        (await member.PostAsync("jobs", $$"""{"ticket_id":"{{made.Id}}","project_id":"{{server.Project}}","prompt":"x","agent_command":"id"}""")).Refused(403, "role_missing");
        (await server.As(ApiServer.Admin).PatchAsync($"tickets/{made.Id}", """{"agent_command":"id"}""")).Did(200);
        (await member.GetAsync("health/deep")).Refused(403, "role_missing");
        (await member.PostAsync("shutdown")).Refused(403, "role_missing");
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:8080")]
    [InlineData("127.0.0.1.evil.example")]
    public async Task A_foreign_host_name_is_refused(string host) =>
        (await server.Calls.SendAsync(HttpMethod.Get, "health", headers: ("Host", host))).Refused(403, "host_refused");

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:1234")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]:8080")]
    public async Task Names_of_loopback_are_answered(string host) =>
        (await server.Calls.SendAsync(HttpMethod.Get, "health", headers: ("Host", host))).Did(200);

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("http://localhost:1")]
    [InlineData("null")]
    public async Task A_foreign_page_is_refused_even_with_the_token(string origin) =>
        (await server.Calls.SendAsync(HttpMethod.Get, "projects", headers: ("Origin", origin))).Refused(403, "origin_refused");

    [Fact]
    public async Task A_cross_site_request_without_an_origin_is_refused() =>
        (await server.Calls.SendAsync(HttpMethod.Get, "projects", headers: ("Sec-Fetch-Site", "cross-site"))).Refused(403, "origin_refused");

    [Fact]
    public async Task Our_own_page_is_answered() =>
        (await server.Calls.SendAsync(HttpMethod.Get, "projects", headers: ("Origin", server.Server.Address.GetLeftPart(UriPartial.Authority)))).Did(200);
}
