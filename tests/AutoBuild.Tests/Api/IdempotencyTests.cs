using Microsoft.Extensions.DependencyInjection;

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
    public async Task A_job_is_submitted_once_however_many_ask_at_once()
    {
        var body = $$"""{"ticket_id":"{{await server.MakeTicketAsync()}}","project_id":"{{server.Project}}","prompt":"Do it"}""";
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => server.Calls.PostAsync("jobs", body, _key)));

        Assert.All(answers, answer => Assert.Equal(201, answer.Status));
        Assert.Single(answers.Select(answer => answer.Json["job"]!["id"]!.GetValue<Guid>()).Distinct());
        Assert.Single(answers, answer => !answer.Headers.ContainsKey("Idempotency-Replayed"));
    }

    [Fact]
    public async Task A_key_outlives_the_server()
    {
        using var folder = new TempFolder();
        var repository = Path.Combine(folder.Path, "repository");
        await ApiServer.MakeRepositoryAsync(repository);
        var request = server.Request(Path.Combine(folder.Path, "data"));
        var body = $$"""{"name":"once","repo_path":"{{repository}}"}""";
        var (made, paused) = await AskAsync(request, body);
        var (again, still) = await AskAsync(request, body);

        Assert.Equal((201, 201, made.Id), (made.Status, again.Status, again.Id));
        Assert.Equal((200, "true", "true"), (paused.Status, again.Headers["Idempotency-Replayed"], still.Headers["Idempotency-Replayed"]));
        Assert.Equal(paused.Text, still.Text);
    }

    private async Task<(ApiAnswer Made, ApiAnswer Paused)> AskAsync(AutoBuild.Hosting.ServeRequest request, string body)
    {
        await using var own = await AutoBuild.Hosting.Server.StartAsync(request, TestContext.Current.CancellationToken);
        var calls = new ApiCalls(own.Address, ApiServer.Admin);
        var made = await calls.PostAsync("projects", body, _key);
        var paused = await calls.PostAsync("landings/pause", $$"""{"project_id":"{{made.Id}}"}""", _key);
        await own.Services.GetRequiredService<AutoBuild.Orchestrator.Projects.Warming>().WhenIdleAsync();
        return (made, paused);
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
