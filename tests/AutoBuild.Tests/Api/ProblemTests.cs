namespace AutoBuild.Tests.Api;

public sealed class ProblemTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task An_unknown_route_is_404()
    {
        (await server.Calls.GetAsync("nothing")).Refused(404, "route_not_found");
        (await server.Calls.GetAsync("/elsewhere")).Refused(404, "route_not_found");
    }

    [Fact]
    public async Task A_wrong_method_is_405_and_names_the_right_ones()
    {
        var answer = (await server.Calls.DeleteAsync("queue")).Refused(405, "method_not_allowed");
        Assert.Contains("GET", answer.Word("detail")!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("jobs/abc")]
    [InlineData("projects/1")]
    [InlineData("tickets/0197c0de")]
    [InlineData("landings/x")]
    public async Task A_malformed_id_is_400(string path) => (await server.Calls.GetAsync(path)).Refused(400, "id_invalid");

    [Theory]
    [InlineData("jobs", "job_not_found")]
    [InlineData("projects", "project_not_found")]
    [InlineData("tickets", "ticket_not_found")]
    [InlineData("landings", "landing_not_found")]
    public async Task An_unknown_id_is_404(string things, string code) =>
        (await server.Calls.GetAsync($"{things}/{Guid.NewGuid()}")).Refused(404, code);

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"name\":}")]
    public async Task A_body_that_is_no_object_is_refused(string body)
    {
        var answer = (await server.Calls.PostAsync("projects", body)).Refused(400, "body_invalid");
        Assert.DoesNotContain("System.", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("ProjectBody", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_of_the_wrong_type_names_its_field()
    {
        var answer = (await server.Calls.PostAsync("projects", """{"name":5}""")).Refused(400, "body_invalid");
        Assert.NotNull(answer.Json["errors"]!["name"]);
        Assert.DoesNotContain("System.", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_faults_of_a_body_are_listed()
    {
        var answer = (await server.Calls.PostAsync("projects", """{"max_parallel_agents":0,"landing":"later","agent":"nobody"}""")).Refused(400, "validation_failed");
        var errors = answer.Json["errors"]!.AsObject();
        Assert.Equal(["agent", "landing", "max_parallel_agents", "name", "repo_path"], errors.Select(error => error.Key).Order());
        Assert.Contains("manual, auto, pull_request", errors["landing"]![0]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_priority_names_the_allowed_ones()
    {
        var answer = (await server.Calls.PostAsync($"projects/{server.Project}/tickets", """{"title":"x","priority":"urgent"}""")).Refused(400, "body_invalid");
        Assert.Contains("critical", answer.Json["errors"]!["priority"]![0]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_no_json_is_415()
    {
        using var form = new StringContent("<name>x</name>", System.Text.Encoding.UTF8, "application/xml");
        using var answer = await server.Calls.Http.PostAsync(new Uri("projects", UriKind.Relative), form, TestContext.Current.CancellationToken);
        Assert.Equal(415, (int)answer.StatusCode);
        Assert.Contains("content_type_invalid", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("with-a-key")]
    public async Task A_body_over_10_MB_is_413(string? key)
    {
        var body = $$"""{"title":"{{new string('x', 10_100_000)}}"}""";
        (await server.Calls.PostAsync($"projects/{server.Project}/tickets", body, key)).Refused(413, "body_too_large");
    }

    [Theory]
    [InlineData("projects?limit=0", "limit")]
    [InlineData("projects?limit=501", "limit")]
    [InlineData("projects?limit=many", "limit")]
    [InlineData("jobs?status=done", "status")]
    [InlineData("jobs?project_id=1", "project_id")]
    [InlineData("landings?state=x", "state")]
    public async Task A_bad_query_names_its_parameter(string path, string name)
    {
        var answer = (await server.Calls.GetAsync(path)).Refused(400, "validation_failed");
        Assert.NotNull(answer.Json["errors"]![name]);
    }

    [Fact]
    public async Task A_broken_cursor_is_400() => (await server.Calls.GetAsync("projects?cursor=%00broken")).Refused(400, "cursor_invalid");
}
