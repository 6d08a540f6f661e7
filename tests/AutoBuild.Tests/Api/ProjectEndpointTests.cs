namespace AutoBuild.Tests.Api;

public sealed class ProjectEndpointTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task A_project_is_made_read_changed_deleted_and_restored()
    {
        var made = (await server.Calls.PostAsync("projects", $$"""{"name":"One","repo_path":"{{server.Repository}}"}""")).Did(201);
        Assert.Equal($"/api/v1/projects/{made.Id}", made.Headers["Location"]);
        Assert.Equal(3, made.Json["max_parallel_agents"]!.GetValue<int>());
        Assert.True(made.Json["memory_enabled"]!.GetValue<bool>());
        Assert.Equal("manual", made.Word("landing"));

        var changed = (await server.Calls.PatchAsync($"projects/{made.Id}", """{"max_parallel_agents":5,"landing":"auto"}""")).Did(200);
        Assert.Equal(("One", 5, "auto"), (changed.Word("name"), changed.Json["max_parallel_agents"]!.GetValue<int>(), changed.Word("landing")));
        Assert.Equal("auto", (await server.Calls.GetAsync($"projects/{made.Id}")).Did(200).Word("landing"));

        Assert.Contains("One", (await server.Calls.DeleteAsync($"projects/{made.Id}")).Did(200).Word("message")!, StringComparison.Ordinal);
        var restored = (await server.Calls.PostAsync($"projects/{made.Id}/restore")).Did(200);
        Assert.Null(restored.Json["deleted_at"]);
    }

    [Theory]
    [InlineData("github-actions")]
    [InlineData("github_actions")]
    public async Task The_executor_is_read_in_both_spellings_and_shown_in_one(string written)
    {
        var made = (await server.Calls.PostAsync("projects", $$"""{"name":"Elsewhere","repo_path":"{{server.Repository}}","executor":"{{written}}"}""")).Did(201);
        Assert.Equal("github-actions", (await server.Calls.GetAsync($"projects/{made.Id}")).Word("executor"));
    }

    [Fact]
    public async Task A_repository_that_is_not_there_is_refused() =>
        (await server.Calls.PostAsync("projects", """{"name":"x","repo_path":"/nowhere/at/all"}""")).Refused(400, "repository_missing");

    [Fact]
    public async Task Unknown_projects_are_404()
    {
        var id = Guid.NewGuid();
        (await server.Calls.PatchAsync($"projects/{id}", "{}")).Refused(404, "project_not_found");
        (await server.Calls.DeleteAsync($"projects/{id}")).Refused(404, "project_not_found");
        (await server.Calls.PostAsync($"projects/{id}/restore")).Refused(404, "project_not_found");
        (await server.Calls.GetAsync($"projects/{id}/status")).Refused(404, "project_not_found");
        (await server.Calls.PostAsync($"projects/{id}/sync")).Refused(404, "project_not_found");
        (await server.Calls.GetAsync($"projects/{id}/tickets")).Refused(404, "project_not_found");
        (await server.Calls.PostAsync($"projects/{id}/tickets", """{"title":"x"}""")).Refused(404, "project_not_found");
    }

    [Fact]
    public async Task The_same_key_and_body_give_the_same_project_and_another_body_is_refused()
    {
        var body = $$"""{"name":"Keyed","repo_path":"{{server.Repository}}"}""";
        var first = (await server.Calls.PostAsync("projects", body, "key-1")).Did(201);
        var again = (await server.Calls.PostAsync("projects", body, "key-1")).Did(201);

        Assert.Equal(first.Id, again.Id);
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
        Assert.False(first.Headers.ContainsKey("Idempotency-Replayed"));
        (await server.Calls.PostAsync("projects", body.Replace("Keyed", "Other", StringComparison.Ordinal), "key-1")).Refused(409, "idempotency_key_reused");
    }

    [Fact]
    public async Task Pages_hold_each_project_once()
    {
        for (var i = 0; i < 5; i++)
        {
            await server.MakeProjectAsync($"page {i}");
        }

        var ids = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await server.Calls.GetAsync($"projects?limit=2{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}")).Did(200);
            var projects = page.Json["projects"]!.AsArray();
            Assert.InRange(projects.Count, 1, 2);
            ids.AddRange(projects.Select(project => project!["id"]!.GetValue<string>()));
            cursor = page.Json["next_cursor"]?.GetValue<string>();
        }
        while (cursor is not null);

        Assert.True(ids.Count >= 6);
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }
}
