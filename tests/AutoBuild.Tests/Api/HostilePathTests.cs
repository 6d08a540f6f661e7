using System.Text.Json.Nodes;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Api;

/// <summary>Tries to lead every route to a file, a commit or a program that the request has no business with.</summary>
public sealed class HostilePathTests(ApiServer server) : IClassFixture<ApiServer>
{
    private static readonly string[] Ids =
    [
        "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e%2f%2e%2e", "..%5c..%5cwindows", "%2fetc%2fpasswd", "%00", "0197c0de-0000-7000-8000-000000000000%00.log",
        "..;", "--help", "%7e%7e", "x%0d%0aSet-Cookie:%20a=b", "{0197c0de-0000-7000-8000-000000000000}", "%c0%ae%c0%ae",
    ];

    [Fact]
    public async Task No_route_takes_anything_but_an_id_where_an_id_belongs()
    {
        foreach (var route in (await ApiRoute.OfAsync(server.Calls)).Where(route => route.Path.Contains('{', StringComparison.Ordinal)))
        {
            foreach (var id in Ids)
            {
                var path = System.Text.RegularExpressions.Regex.Replace(route.Path, "{[a-z]+}", id);
                var answer = await SendAsync(route.Method, path);
                Assert.True(answer.Status is 400 or 404, $"{route.Method} {path} got {answer.Text}");
                Assert.DoesNotContain("root:", answer.Text, StringComparison.Ordinal);
                Assert.DoesNotContain("Set-Cookie", answer.Head, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("/api/v1/../../etc/passwd")]
    [InlineData("/api/v1/jobs/%2e%2e/%2e%2e/health")]
    [InlineData("//etc/passwd")]
    [InlineData("/openapi/..%2fv1.json")]
    [InlineData("/openapi/%2e%2e%2f%2e%2e%2fetc%2fpasswd.json")]
    [InlineData("/openapi/v2.json")]
    public async Task No_path_leads_to_a_file(string path)
    {
        var answer = await SendAsync("GET", path);
        Assert.True(answer.Status is 400 or 404, answer.Text);
    }

    [Theory]
    [InlineData("../../heads/main")]
    [InlineData("x/../../../heads/main")]
    [InlineData("main^{/first}")]
    [InlineData("x@{0}")]
    [InlineData("x:readme.md")]
    [InlineData("--help")]
    [InlineData("x..main")]
    [InlineData("real~0")]
    [InlineData("real^{commit}")]
    [InlineData("real@{0}")]
    public async Task A_rescue_is_named_by_its_name_alone(string name)
    {
        var clone = Directory.GetDirectories(Path.Combine(server.Data, "repositories"), $"{server.Project}.git")[0];
        await Git.ExpectAsync(clone, ["update-ref", "--create-reflog", "refs/autobuild/rescue/real", "refs/remotes/origin/main"], cancellation: TestContext.Current.CancellationToken);
        var id = Uri.EscapeDataString($"{server.Project:N}-{name}");
        (await server.Calls.GetAsync($"worktrees/rescues/{id}/diff")).Refused(404, "rescue_not_found");
        (await server.Calls.PostAsync($"worktrees/rescues/{id}/restore", "{}")).Refused(404, "rescue_not_found");
        Assert.False(Directory.Exists(Path.Combine(server.Data, "restored")));
    }

    [Theory]
    [InlineData("ext::sh -c touch% /tmp/owned")]
    [InlineData("ext://sh")]
    [InlineData("fd::17/foo")]
    [InlineData("-u./owned")]
    [InlineData("--upload-pack=touch owned")]
    [InlineData("ssh://-oProxyCommand=touch/x")]
    [InlineData("ssh://-oProxyCommand=x@host/x")]
    [InlineData("-oProxyCommand=touch:x")]
    [InlineData("host:-oProxyCommand=touch")]
    [InlineData("ftp://host/x.git")]
    [InlineData("https://host/x.git\n[core]\n\tsshCommand = touch owned")]
    [InlineData("https://host/\0")]
    [InlineData("https://user:secret@host/x.git")]
    [InlineData("/etc")]
    public async Task An_address_starts_no_program(string url)
    {
        var answer = (await server.Calls.PostAsync("projects", new JsonObject { ["name"] = "x", ["repo_url"] = url }.ToJsonString())).Refused(400, "validation_failed");
        Assert.NotNull(answer.Json["errors"]!["repo_url"]);
        Assert.DoesNotContain("secret", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-x/y")]
    [InlineData("../..")]
    [InlineData("owner/name/more")]
    [InlineData("owner/na me")]
    [InlineData("owner/../name")]
    public async Task A_full_name_is_two_words(string name)
    {
        (await server.Calls.PostAsync("projects", new JsonObject { ["name"] = "x", ["github_repo_full_name"] = name }.ToJsonString())).Refused(400, "validation_failed");
        (await server.Calls.PostAsync("jobs", new JsonObject { ["project_id"] = Guid.NewGuid(), ["ticket_id"] = Guid.NewGuid(), ["prompt"] = "x", ["repo_full_name"] = name }.ToJsonString())).Refused(400, "validation_failed");
    }

    [Fact]
    public async Task A_path_of_our_own_is_no_project_whatever_it_is_called()
    {
        using var folder = new TempFolder();
        Directory.CreateSymbolicLink(folder["link"], server.Data);
        var clone = Directory.GetDirectories(Path.Combine(server.Data, "repositories"), "*.git")[0];
        foreach (var path in new[] { server.Data, clone, Path.Combine(folder["link"], "repositories", Path.GetFileName(clone)), $"{server.Data}/repositories/../worktrees" })
        {
            (await MakeAsync(path)).Refused(400, "source_invalid");
        }
    }

    [Fact]
    public async Task A_path_has_to_be_a_repository()
    {
        using var folder = new TempFolder();
        (await MakeAsync(folder.Path)).Refused(400, "not_a_repository");
        (await MakeAsync(folder.Write("file", ""))).Refused(400, "repository_missing");
        (await MakeAsync(folder["nothing"])).Refused(400, "repository_missing");
        (await MakeAsync("readme.md")).Refused(400, "validation_failed");
        (await MakeAsync(folder.Path + "\0")).Refused(400, "validation_failed");
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-D")]
    [InlineData("../main")]
    [InlineData("a..b")]
    [InlineData("refs/../x")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("x.lock")]
    [InlineData("x.lock/y")]
    [InlineData("HEAD")]
    [InlineData("@")]
    [InlineData("a@{1}")]
    [InlineData("a^")]
    [InlineData("/x")]
    [InlineData("a\\b")]
    [InlineData("")]
    public async Task A_branch_is_a_name_that_git_takes(string name)
    {
        var before = (await server.Calls.GetAsync("worktrees")).Json["worktrees"]!.AsArray().Count;
        foreach (var (path, field, body) in new (string, string, JsonObject)[]
        {
            ("worktrees", "branch_name", new() { ["project_id"] = server.Project }),
            ($"projects/{server.Project}/tickets", "base_branch", new() { ["title"] = "x" }),
            ("projects", "default_branch", new() { ["name"] = "x", ["repo_path"] = server.Repository }),
            ("jobs", "base_branch", new() { ["project_id"] = server.Project, ["ticket_id"] = Guid.NewGuid(), ["prompt"] = "x" }),
            ("landings/pause", "target_branch", new() { ["project_id"] = server.Project }),
            ($"landings/{Guid.NewGuid()}/resolve", "commit", new()),
        })
        {
            body[field] = name;
            Assert.NotNull((await server.Calls.PostAsync(path, body.ToJsonString())).Refused(400, "validation_failed").Json["errors"]![field]);
        }

        Assert.Equal(before, (await server.Calls.GetAsync("worktrees")).Json["worktrees"]!.AsArray().Count);
    }

    [Fact]
    public async Task Only_an_admin_names_places_and_programs_of_the_servers_machine()
    {
        var member = server.As(ApiServer.Member);
        var ticket = await server.MakeTicketAsync();
        using var folder = new TempFolder();
        var place = folder["new"];

        foreach (var (path, body) in new (string, JsonObject)[]
        {
            ("projects", new() { ["name"] = "x", ["repo_path"] = server.Repository }),
            ("projects", new() { ["name"] = "x", ["repo_url"] = $"file://{server.Repository}" }),
            ($"projects/{server.Project}/sync", new() { ["checkout"] = server.Repository }),
            ($"worktrees/rescues/{server.Project:N}-x/restore", new() { ["directory"] = place }),
            ($"projects/{server.Project}/tickets", new() { ["title"] = "x", ["agent_script"] = "run: touch owned" }),
            ("jobs", new() { ["project_id"] = server.Project, ["ticket_id"] = ticket, ["prompt"] = "x", ["agent_script"] = "run: touch owned" }),
        })
        {
            (await member.PostAsync(path, body.ToJsonString())).Refused(403, "role_missing");
        }

        (await member.PatchAsync($"tickets/{ticket}", """{"agent_script":"run: touch owned"}""")).Refused(403, "role_missing");
        Assert.False(Path.Exists(place));
    }

    [Fact]
    public async Task A_rescue_goes_to_an_absolute_place_or_nowhere()
    {
        var id = $"{server.Project:N}-x";
        (await server.Calls.PostAsync($"worktrees/rescues/{id}/restore", """{"directory":"../elsewhere"}""")).Refused(400, "directory_invalid");
        (await server.Calls.PostAsync($"worktrees/rescues/{id}/restore", """{"directory":"/tmp/a\u0000b"}""")).Refused(400, "validation_failed");
    }

    [Fact]
    public async Task A_log_is_that_of_an_attempt_there_was()
    {
        var job = await server.MakeJobAsync();
        foreach (var attempt in new[] { "-1", "99", "2147483647" })
        {
            (await server.Calls.GetAsync($"jobs/{job}/log?attempt={attempt}")).Refused(404, "attempt_not_found");
        }

        (await server.Calls.GetAsync($"jobs/{job}/log?attempt=..%2f..")).Refused(400, "validation_failed");
    }

    [Fact]
    public void Links_are_followed_to_where_they_lead()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["a/b"]);
        Directory.CreateSymbolicLink(folder["one"], "a");
        Directory.CreateSymbolicLink(folder["two"], folder["one/b"]);
        Directory.CreateSymbolicLink(folder["loop"], "loop");

        Assert.Equal(RealPath.Of(folder["a/b/c"]), RealPath.Of(folder["two/c"]));
        Assert.True(RealPath.IsWithin(folder["two/c"], folder["a"]));
        Assert.False(RealPath.IsWithin(folder["ab"], folder["a"]));
        Assert.False(RealPath.IsWithin(folder["loop"], folder["a"]));
    }

    private Task<ApiAnswer> MakeAsync(string path) => server.Calls.PostAsync("projects", new JsonObject { ["name"] = "x", ["repo_path"] = path }.ToJsonString());

    private Task<RawAnswer> SendAsync(string method, string path) => RawHttp.SendAsync(server.Server.Address,
        $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {server.Server.Token}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}");
}
