using System.Text.Json.Nodes;

namespace AutoBuild.Tests.Api;

/// <summary>A repository is indexed, searched and forgotten over HTTP.</summary>
public sealed class IndexEndpointTests(ApiServer server) : IClassFixture<ApiServer>
{
    private ApiCalls Memory => new(server.Server.Memory!, server.Server.Token);

    [Fact]
    public async Task A_repository_that_nobody_knew_is_indexed_searched_and_forgotten()
    {
        using var folder = new TempFolder();
        await ApiServer.MakeRepositoryAsync(folder["shop"]);
        var begun = (await Memory.PostAsync("index/repository", $$"""{"path":"{{folder["shop"]}}"}""")).Did(202);
        var project = Guid.Parse(begun.Word("project_id")!);
        var done = await DoneAsync(project);
        Assert.Equal((1, "completed"), (done["files"]!.GetValue<int>(), done["status"]!.GetValue<string>()));

        var found = (await server.Calls.PostAsync("search", $$"""{"project_id":"{{project}}","query":"sample"}""")).Did(200).Json;
        Assert.Equal("readme.md", found["results"]![0]!["file_path"]!.GetValue<string>());
        Assert.Equal("sample", found["query"]!.GetValue<string>());
        Assert.Contains("readme.md", (await Memory.PostAsync("context", $$"""{"project_id":"{{project}}","task_description":"change the sample readme"}""")).Did(200).Word("context"), StringComparison.Ordinal);

        // The same repository is the same project.
        Assert.Equal(project, Guid.Parse((await Memory.PostAsync("index/repository", $$"""{"repo_path":"{{folder["shop"]}}"}""")).Did(202).Word("project_id")!));
        await DoneAsync(project);
        (await Memory.DeleteAsync($"index/{project}")).Did(200);
        (await Memory.PostAsync("search", $$"""{"project_id":"{{project}}","query":"sample"}""")).Refused(404, "index_missing");
    }

    [Fact]
    public async Task A_dry_run_tells_what_would_be_read_and_makes_no_project()
    {
        using var folder = new TempFolder();
        await ApiServer.MakeRepositoryAsync(folder["dry"]);
        await File.WriteAllTextAsync(folder["dry/.env"], "KEY=value\n", TestContext.Current.CancellationToken);
        var plan = (await Memory.PostAsync("index/repository", $$"""{"repo_path":"{{folder["dry"]}}","dry_run":true}""")).Did(200).Json;
        Assert.Equal((1, 1), (plan["files"]!.GetValue<int>(), plan["skipped"]!["secret"]!.GetValue<int>()));
        Assert.Equal(".env", plan["skipped_files"]![0]!["path"]!.GetValue<string>());
        Assert.DoesNotContain((await server.Calls.GetAsync("projects?limit=500")).Did(200).Json["projects"]!.AsArray(), project => project!["repo_path"]?.GetValue<string>() == folder["dry"]);
    }

    [Fact]
    public async Task A_dry_run_of_what_is_no_repository_says_so() =>
        (await Memory.PostAsync("index/repository", """{"repo_path":"/nowhere/at/all","dry_run":true}""")).Refused(400, "index_failed");

    [Fact]
    public async Task A_path_of_the_servers_machine_takes_an_admin() =>
        (await server.As(ApiServer.Member).PostAsync("index/repository", """{"repo_path":"/etc"}""")).Refused(403, "role_missing");

    private async Task<JsonNode> DoneAsync(Guid project)
    {
        while (true)
        {
            var state = (await Memory.GetAsync($"index/{project}")).Did(200).Json;
            if (state["status"]!.GetValue<string>() is "completed" or "failed")
            {
                return state;
            }

            await Task.Yield();
        }
    }
}
