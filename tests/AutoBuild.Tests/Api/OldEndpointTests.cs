using System.Text.Json;

namespace AutoBuild.Tests.Api;

/// <summary>The original plan's list of routes, and what its dashboards read of the answers.</summary>
public sealed class OldEndpointTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Nobody = "00000000-0000-4000-8000-000000000000";

    [Theory]
    [InlineData("POST", "jobs", 400, "validation_failed")]
    [InlineData("GET", "jobs/" + Nobody, 404, "job_not_found")]
    [InlineData("DELETE", "jobs/" + Nobody, 404, "job_not_found")]
    [InlineData("GET", "jobs/" + Nobody + "/logs", 404, "job_not_found")]
    [InlineData("POST", "worktrees", 400, "validation_failed")]
    [InlineData("DELETE", "worktrees/" + Nobody, 404, "worktree_not_found")]
    [InlineData("GET", "worktrees", 200, null)]
    [InlineData("GET", "queue", 200, null)]
    [InlineData("GET", "health", 200, null)]
    public async Task Each_route_answers(string method, string path, int status, string? code)
    {
        var answer = (await server.Calls.SendAsync(new HttpMethod(method), path, method == "POST" ? "{}" : null)).Did(status);

        Assert.Equal(code, code is null ? null : answer.Word("code"));
        Assert.Equal(code is not null, answer.Json["error"] is not null);
    }

    [Fact]
    public async Task Metrics_are_text()
    {
        var metrics = (await server.Calls.GetAsync("metrics")).Did(200);

        Assert.Equal("text/plain", metrics.Type);
        Assert.Contains("# HELP ", metrics.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_has_what_the_plan_gave_it()
    {
        var job = (await server.Calls.GetAsync($"jobs/{await server.MakeJobAsync()}")).Did(200);

        Holds(job, ("id", JsonValueKind.String), ("ticket_id", JsonValueKind.String), ("project_id", JsonValueKind.String), ("priority", JsonValueKind.Number),
            ("status", JsonValueKind.String), ("worktree_id", JsonValueKind.Null), ("worker_id", JsonValueKind.Null), ("created_at", JsonValueKind.String),
            ("dispatched_at", JsonValueKind.Null), ("started_at", JsonValueKind.Null), ("completed_at", JsonValueKind.Null), ("retry_count", JsonValueKind.Number), ("error_message", JsonValueKind.Null));
        Assert.True(job.Word("status") is "pending" or "queued" or "dispatched" or "running" or "completed" or "failed", job.Text);
    }

    [Fact]
    public async Task The_queue_is_counted()
    {
        await server.MakeJobAsync();
        var queue = (await server.Calls.GetAsync("queue")).Did(200);

        string[] counts = ["total_jobs", "pending_jobs", "running_jobs", "completed_jobs", "failed_jobs", "active_workers", "max_workers"];
        Holds(queue, [.. counts.Select(name => (name, JsonValueKind.Number)), ("jobs_by_project", JsonValueKind.Object), ("by_priority", JsonValueKind.Object), ("oldest_pending_seconds", JsonValueKind.Number)]);
        Assert.True((int)queue.Json["pending_jobs"]! >= 1 && (int)queue.Json["total_jobs"]! >= (int)queue.Json["pending_jobs"]!);
    }

    [Fact]
    public async Task Worktrees_come_with_their_counts()
    {
        var answer = (await server.Calls.GetAsync("worktrees")).Did(200);

        Assert.Equal(JsonValueKind.Array, answer.Json["worktrees"]!.GetValueKind());
        Assert.All(["active", "max_active", "idle", "disk_bytes"], name => Assert.Equal((name, JsonValueKind.Number), (name, answer.Json["stats"]?[name]?.GetValueKind() ?? JsonValueKind.Undefined)));
    }

    [Fact]
    public async Task Health_is_a_word_of_three()
    {
        var health = (await server.As(null).GetAsync("health")).Did(200);

        Assert.True(health.Word("status") is "healthy" or "degraded" or "unhealthy", health.Text);
        Assert.All(["version", "uptime", "queue", "worktrees", "checks"], name => Assert.NotNull(health.Json[name]));
    }

    private static void Holds(ApiAnswer answer, params (string Name, JsonValueKind Kind)[] members) => Assert.All(members, member =>
        Assert.Equal(member, (member.Name, answer.Json.AsObject().TryGetPropertyValue(member.Name, out var value) ? value?.GetValueKind() ?? JsonValueKind.Null : JsonValueKind.Undefined)));
}
