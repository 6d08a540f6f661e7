namespace AutoBuild.Tests.Api;

public sealed class OtherEndpointTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task Health_tells_how_the_server_is()
    {
        var health = (await server.Calls.GetAsync("health")).Did(200);
        Assert.Equal("healthy", health.Word("status"));
        Assert.Equal("ok", health.Json["checks"]!["store"]!.GetValue<string>());
        Assert.NotNull(health.Json["checks"]!["disk"]);
        Assert.NotEmpty(health.Word("version")!);
        Assert.True(health.Json["uptime"]!.GetValue<double>() >= 0);
        Assert.Equal(20, health.Json["worktrees"]!["max_active"]!.GetValue<int>());

        var deep = (await server.Calls.GetAsync("health/deep")).Did(200);
        Assert.Equal("healthy", deep.Word("status"));
        Assert.Empty(deep.Json["broken"]!.AsArray());
    }

    [Fact]
    public async Task Agents_are_listed_by_names_and_recognised_by_an_admin_alone()
    {
        var seen = (await server.As(ApiServer.Viewer).GetAsync("agents?versions=false")).Did(200);
        var known = (await server.As(ApiServer.Admin).GetAsync("agents?versions=false")).Did(200);
        var none = (await server.Calls.PostAsync("agents/nobody/check", "{}")).Did(404);

        Assert.Contains(seen.Json["agents"]!.AsArray(), agent => (string?)agent!["name"] == "claude");
        Assert.Null(seen.Json["salt"]);
        Assert.NotNull(known.Json["salt"]);
        Assert.Equal("agent_not_found", none.Word("code"));
        Assert.Equal("role_missing", (await server.As(ApiServer.Member).PostAsync("agents/claude/check", "{}")).Did(403).Word("code"));
        Assert.Contains(seen.Json["agents"]!.AsArray(), agent => (string?)agent!["declared"] == "preset");
        (await server.Calls.PostAsync($"projects/{server.Project}/tickets", """{"title":"x","agent":"aider"}""")).Did(201);
    }

    [Fact]
    public async Task The_queue_is_counted()
    {
        await server.MakeJobAsync();

        var queue = (await server.Calls.GetAsync("queue")).Did(200);
        Assert.True(queue.Json["pending_jobs"]!.GetValue<int>() >= 1);
        Assert.Equal(12, queue.Json["max_workers"]!.GetValue<int>());
        Assert.Equal(["0", "1", "2", "3"], queue.Json["by_priority"]!.AsObject().Select(entry => entry.Key));
        Assert.True(queue.Json["jobs_by_project"]![server.Project.ToString()]!.GetValue<int>() >= 1);
        Assert.True(queue.Json["paused"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Worktrees_are_listed_with_counts()
    {
        var list = (await server.Calls.GetAsync("worktrees")).Did(200);
        Assert.NotNull(list.Json["worktrees"]);
        Assert.Equal(20, list.Json["stats"]!["max_active"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_worktree_is_made_and_dropped()
    {
        var made = (await server.Calls.PostAsync("worktrees", $$"""{"project_id":"{{server.Project}}","branch_name":"by-hand"}""")).Did(201);
        Assert.Equal("by-hand", made.Word("branch_name"));
        Assert.True(File.Exists(Path.Combine(made.Word("path")!, "readme.md")));

        await File.WriteAllTextAsync(Path.Combine(made.Word("path")!, "new.txt"), "new", TestContext.Current.CancellationToken);
        (await server.Calls.DeleteAsync($"worktrees/{made.Id}")).Refused(409, "worktree_dirty");
        (await server.Calls.DeleteAsync($"worktrees/{made.Id}?force=true")).Did(200);
        Assert.False(File.Exists(Path.Combine(made.Word("path")!, "new.txt")));

        var rescues = (await server.Calls.GetAsync($"worktrees/rescues?project_id={server.Project}")).Did(200);
        var rescue = Assert.Single(rescues.Json["rescues"]!.AsArray())!["id"]!.GetValue<string>();
        var restored = (await server.Calls.PostAsync($"worktrees/rescues/{rescue}/restore", "{}")).Did(200);
        Assert.True(File.Exists(Path.Combine(restored.Word("directory")!, "new.txt")));
    }

    [Fact]
    public async Task Unknown_worktrees_and_rescues_are_404()
    {
        (await server.Calls.DeleteAsync($"worktrees/{Guid.NewGuid()}")).Refused(404, "worktree_not_found");
        (await server.Calls.PostAsync("worktrees/rescues/none/restore", "{}")).Refused(404, "rescue_not_found");
        (await server.Calls.PostAsync($"worktrees/rescues/{server.Project:N}-none/restore", "{}")).Refused(404, "rescue_not_found");
        (await server.Calls.PostAsync("worktrees", """{"branch_name":""}""")).Refused(400, "validation_failed");
    }

    [Fact]
    public async Task Landings_are_listed_and_unknown_ones_404()
    {
        Assert.Empty((await server.Calls.GetAsync($"landings?project_id={server.Project}&state=queued")).Did(200).Json["landings"]!.AsArray());
        var id = Guid.NewGuid();
        (await server.Calls.PostAsync($"landings/{id}/requeue")).Refused(404, "landing_not_found");
        (await server.Calls.PostAsync($"landings/{id}/eject")).Refused(404, "landing_not_found");
        (await server.Calls.PostAsync($"landings/{id}/resolve", """{"commit":"main"}""")).Refused(404, "landing_not_found");
        (await server.Calls.PostAsync($"landings/{id}/resolve", "{}")).Refused(400, "validation_failed");
    }

    [Fact]
    public async Task A_train_is_paused_and_resumed()
    {
        (await server.Calls.PostAsync("landings/pause", $$"""{"project_id":"{{server.Project}}","target_branch":"main"}""")).Did(200);
        (await server.Calls.PostAsync("landings/resume", $$"""{"project_id":"{{server.Project}}"}""")).Did(200);
        (await server.Calls.PostAsync("landings/pause", $$"""{"project_id":"{{Guid.NewGuid()}}"}""")).Refused(404, "project_not_found");
        (await server.Calls.PostAsync("landings/pause", "{}")).Refused(400, "validation_failed");
    }

    [Fact]
    public async Task The_document_names_every_route_with_its_bodies()
    {
        var document = (await server.Calls.GetAsync("/openapi/v1.json")).Did(200);
        var paths = document.Json["paths"]!.AsObject();
        foreach (var path in new[] { "jobs", "jobs/{id}", "jobs/{id}/retry", "projects/{id}/tickets", "tickets/{id}/dependencies/{other}", "landings/{id}/resolve", "queue/pause", "health", "events", "worktrees/rescues" })
        {
            Assert.True(paths.ContainsKey($"/api/v1/{path}"), path);
        }

        var job = document.Json["components"]!["schemas"]!["Job"]!["properties"]!.AsObject();
        Assert.True(job.ContainsKey("ticket_id"));
        Assert.False(job.ContainsKey("fence"));
        var submit = document.Json["paths"]!["/api/v1/jobs"]!["post"]!;
        Assert.NotNull(submit["requestBody"]);
        Assert.NotNull(submit["responses"]!["409"]!["content"]!["application/problem+json"]);
        Assert.Equal("Submits a ticket to the queue.", submit["summary"]!.GetValue<string>());
        Assert.Contains("github-actions", document.Json["components"]!["schemas"]!["Executor"]!["enum"]!.AsArray().Select(word => word!.GetValue<string>()));
        (await server.As(null).GetAsync("/openapi/v1.json")).Refused(401, "token_missing");
    }
}
