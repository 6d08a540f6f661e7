namespace AutoBuild.Tests.Api;

/// <summary>Sends requests twice with the same key: whatever the POST, it is done once.</summary>
public sealed class IdempotencyTests(ApiServer server) : IClassFixture<ApiServer>
{
    private readonly string _key = Guid.NewGuid().ToString();

    [Fact]
    public async Task A_worktree_is_made_once_however_often_it_is_asked_for()
    {
        var body = $$"""{"project_id":"{{server.Project}}","branch_name":"mine-{{_key[..8]}}"}""";
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => server.Calls.PostAsync("worktrees", body, _key)));
        Assert.All(answers, answer => Assert.True(answer.Status is 201 or 409, answer.Text));

        var again = await server.Calls.PostAsync("worktrees", body, _key);
        Assert.Equal((201, "true"), (again.Status, again.Headers["Idempotency-Replayed"]));
        Assert.All(answers.Where(answer => answer.Status == 201), answer => Assert.Equal(again.Text, answer.Text));
        Assert.EndsWith($"/worktrees/{again.Id}", again.Headers["Location"], StringComparison.Ordinal);
        var trees = (await server.Calls.GetAsync($"worktrees?project_id={server.Project}")).Json["worktrees"]!.AsArray();
        Assert.Single(trees, tree => ((string)tree!["branch_name"]!).StartsWith("mine-" + _key[..8], StringComparison.Ordinal));

        (await server.Calls.PostAsync("worktrees", body.Replace("mine", "other", StringComparison.Ordinal), _key)).Refused(409, "idempotency_key_reused");
    }

    [Fact]
    public async Task A_message_to_an_ended_job_makes_one_job()
    {
        var job = await server.MakeJobAsync();
        Assert.Equal(200, (await server.Calls.DeleteAsync($"jobs/{job}")).Status);

        var first = await server.Calls.PostAsync($"jobs/{job}/messages", """{"message":"go on"}""", _key);
        var second = await server.Calls.PostAsync($"jobs/{job}/messages", """{"message":"go on"}""", _key);

        Assert.Equal((201, 201, first.Text), (first.Status, second.Status, second.Text));
        (await server.Calls.PostAsync($"jobs/{job}/messages", """{"message":"go on"}""")).Refused(409, "ticket_busy");
    }

    [Fact]
    public async Task What_was_refused_may_be_asked_again_with_its_key()
    {
        var job = await server.MakeJobAsync();
        (await server.Calls.PostAsync($"jobs/{job}/messages", """{"message":"go on"}""", _key)).Refused(409, "job_not_started");
        await server.Calls.DeleteAsync($"jobs/{job}");

        Assert.Equal(201, (await server.Calls.PostAsync($"jobs/{job}/messages", """{"message":"go on"}""", _key)).Status);
    }

    [Fact]
    public async Task A_switch_is_answered_again_and_not_thrown_again()
    {
        var body = $$"""{"project_id":"{{server.Project}}","target_branch":"release"}""";
        Assert.Equal(200, (await server.Calls.PostAsync("landings/pause", body, _key)).Status);
        var again = await server.Calls.PostAsync("landings/pause", body, _key);
        Assert.Equal((200, "true"), (again.Status, again.Headers["Idempotency-Replayed"]));

        // The same key on another route, or of another caller, is another key.
        Assert.False((await server.Calls.PostAsync("landings/resume", body, _key)).Headers.ContainsKey("Idempotency-Replayed"));
        Assert.False((await server.As(ApiServer.Admin).PostAsync("landings/pause", body, _key)).Headers.ContainsKey("Idempotency-Replayed"));
    }
}
