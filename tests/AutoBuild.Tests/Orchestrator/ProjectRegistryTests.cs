using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Orchestrator;

public sealed class ProjectRegistryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_project_gets_a_clone_and_its_sources_default_branch()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();

        Assert.Equal("main", project.DefaultBranch);
        Assert.Equal(await bench.GitAsync("rev-parse", "HEAD"), await bench.Clone(project).ResolveAsync("refs/heads/main", Cancel));
    }

    [Fact]
    public async Task A_source_that_is_none_is_refused_with_the_reason_and_leaves_nothing()
    {
        await using var bench = await Bench.StartAsync();
        var empty = Directory.CreateDirectory(Path.Combine(bench.Root, "empty")).FullName;
        var plain = Directory.CreateDirectory(Path.Combine(bench.Root, "plain")).FullName;
        await Git.ExpectAsync(empty, ["init", "-q"], null, Cancel);
        var cases = new Dictionary<string, NewProject>
        {
            ["source_invalid"] = new() { Name = "none" },
            ["source_invalid "] = new() { Name = "two", RepoPath = bench.Checkout, RepoUrl = "https://localhost/x.git" },
            ["source_invalid  "] = new() { Name = "relative", RepoPath = "checkout" },
            ["source_invalid   "] = new() { Name = "option", RepoUrl = "--upload-pack=x://y" },
            ["repository_missing"] = new() { Name = "missing", RepoPath = Path.Combine(bench.Root, "missing") },
            ["not_a_repository"] = new() { Name = "plain", RepoPath = plain },
            ["repository_empty"] = new() { Name = "empty", RepoPath = empty },
            ["branch_missing"] = new() { Name = "branch", RepoPath = bench.Checkout, DefaultBranch = "nowhere" },
            ["repository_unreachable"] = new() { Name = "remote", RepoUrl = $"file://{bench.Root}/nothing.git" },
        };

        foreach (var (code, wanted) in cases)
        {
            var refusal = (await bench.Get<ProjectRegistry>().CreateAsync(wanted, null, Cancel)).Refusal;
            Assert.Equal(code.Trim(), refusal?.Code);
            Assert.EndsWith(".", refusal!.Sentence, StringComparison.Ordinal);
        }

        Assert.Empty((await bench.Store.ListProjectsAsync(new ProjectFilter(), new PageRequest(), Cancel)).Items);
        Assert.Empty(Directory.Exists(Path.Combine(bench.Data, "repositories")) ? Directory.GetDirectories(Path.Combine(bench.Data, "repositories"), "*.git") : []);
    }

    [Fact]
    public async Task The_same_key_gives_the_same_project_and_one_clone()
    {
        await using var bench = await Bench.StartAsync();
        var key = new IdempotencyKey("somebody", "POST /projects", "k", "h");
        var wanted = new NewProject { Name = "sample", RepoPath = bench.Checkout };

        var first = (await bench.Get<ProjectRegistry>().CreateAsync(wanted, key, Cancel)).OrThrow();
        // The answer is known, so nothing is cloned for it: the source may be gone.
        Directory.Move(bench.Checkout, bench.Checkout + ".gone");
        var second = (await bench.Get<ProjectRegistry>().CreateAsync(wanted, key, Cancel)).OrThrow();

        Assert.Equal((first.Value.Id, true), (second.Value.Id, second.Replayed));
        Assert.Single(Directory.GetDirectories(Path.Combine(bench.Data, "repositories"), "*.git"));
    }

    [Fact]
    public async Task Landed_work_comes_to_the_checkout_when_asked_for_and_never_over_changes()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync(wanted => wanted with { Landing = LandingPolicy.Auto });
        var registry = bench.Get<ProjectRegistry>();
        await bench.LandingAsync(await bench.SubmitAsync(project, "write base.txt landed"), found => found.State == LandingState.Landed);
        Assert.Equal((2, 0, false), (await registry.StatusAsync(project.Id, Cancel)).OrThrow() is var status ? (status.Ahead, status.Behind, status.Diverged) : default);
        var file = Path.Combine(bench.Checkout, "base.txt");
        await File.WriteAllTextAsync(file, "mine\n", Cancel);

        Assert.Equal("dirty_checkout", (await registry.SyncAsync(project.Id, null, Cancel)).Refusal?.Code);
        Assert.Equal("mine\n", await File.ReadAllTextAsync(file, Cancel));
        await bench.GitAsync("checkout", "-q", "--", "base.txt");

        var synced = (await registry.SyncAsync(project.Id, null, Cancel)).OrThrow();
        Assert.Equal((true, true), (synced.Changed, synced.FilesUpdated));
        Assert.Equal("landed\n", await File.ReadAllTextAsync(file, Cancel));
        Assert.False((await registry.SyncAsync(project.Id, null, Cancel)).OrThrow().Changed);
        Assert.Equal(0, (await registry.StatusAsync(project.Id, Cancel)).OrThrow().Ahead);
    }

    [Fact]
    public async Task A_project_by_address_has_no_checkout_to_sync()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync(wanted => wanted with { RepoPath = null, RepoUrl = $"file://{bench.Checkout}" });

        Assert.Equal("checkout_missing", (await bench.Get<ProjectRegistry>().SyncAsync(project.Id, null, Cancel)).Refusal?.Code);
        Assert.Equal("project_not_found", (await bench.Get<ProjectRegistry>().SyncAsync(Guid.NewGuid(), null, Cancel)).Refusal?.Code);
    }

    [Fact]
    public async Task A_commit_made_just_before_a_submit_is_its_base()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var commit = await bench.CommitAsync("later.txt", "later\n");

        var job = await bench.EndAsync(await bench.SubmitAsync(project, "write new.txt hello"));

        Assert.Equal(commit, job.BaseCommit);
    }
}
