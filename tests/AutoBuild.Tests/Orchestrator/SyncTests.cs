using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Orchestrator.Projects;

namespace AutoBuild.Tests.Orchestrator;

/// <summary>Brings landed work to a checkout whose branch got commits of its own meanwhile.</summary>
public sealed class SyncTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commits_of_the_user_are_merged_and_checked_before_the_checkout_is_moved()
    {
        await using var bench = await Bench.StartAsync();
        var project = await LandedAsync(bench, "one.txt");
        var own = await bench.CommitAsync("own.txt", "mine\n");
        Assert.True((await bench.Get<ProjectRegistry>().StatusAsync(project.Id, Cancel)).OrThrow().Diverged);

        var synced = (await bench.Get<ProjectRegistry>().SyncAsync(project.Id, null, Cancel)).OrThrow();

        Assert.Equal((own, true, true), (synced.From, synced.Changed, synced.FilesUpdated));
        Assert.Equal([synced.To], bench.Checks);
        Assert.True(File.Exists(Path.Combine(bench.Checkout, "one.txt")) && File.Exists(Path.Combine(bench.Checkout, "own.txt")));
        await AssertTogetherAsync(bench, project);
        await LandAsync(bench, project, "two.txt");
        Assert.True((await bench.Get<ProjectRegistry>().SyncAsync(project.Id, null, Cancel)).OrThrow().Changed);
    }

    [Fact]
    public async Task A_conflict_names_the_files_and_a_merge_by_hand_mends_it()
    {
        await using var bench = await Bench.StartAsync();
        var project = await LandedAsync(bench, "base.txt");
        var own = await bench.CommitAsync("base.txt", "mine\n");
        var registry = bench.Get<ProjectRegistry>();

        var refusal = (await registry.SyncAsync(project.Id, null, Cancel)).Refusal;

        Assert.Equal("sync_conflict", refusal?.Code);
        Assert.Contains("base.txt", refusal!.Sentence, StringComparison.Ordinal);
        Assert.Contains($"git fetch {bench.Clone(project).Path} main && git merge FETCH_HEAD", refusal.Sentence, StringComparison.Ordinal);
        Assert.Equal(own, await bench.GitAsync("rev-parse", "HEAD"));

        await bench.GitAsync("fetch", "-q", bench.Clone(project).Path, "main");
        await bench.GitAsync("merge", "-q", "-X", "ours", "-m", "by hand", "FETCH_HEAD");
        Assert.False((await registry.SyncAsync(project.Id, null, Cancel)).OrThrow().Changed);
        await AssertTogetherAsync(bench, project);
        Assert.Empty(bench.Checks);
        await LandAsync(bench, project, "two.txt");
        Assert.True((await registry.SyncAsync(project.Id, null, Cancel)).OrThrow().Changed);
        Assert.Equal("mine\n", await File.ReadAllTextAsync(Path.Combine(bench.Checkout, "base.txt"), Cancel));
    }

    [Fact]
    public async Task What_fails_together_changes_neither_side()
    {
        await using var bench = await Bench.StartAsync();
        var project = await LandedAsync(bench, "left.txt");
        var tip = await bench.Clone(project).ResolveAsync("refs/heads/main", Cancel);
        var own = await bench.CommitAsync("right.txt", "mine\n");

        var refusal = (await bench.Get<ProjectRegistry>().SyncAsync(project.Id, null, Cancel)).Refusal;

        Assert.Equal("sync_red", refusal?.Code);
        Assert.Contains("test", refusal!.Sentence, StringComparison.Ordinal);
        Assert.Equal((own, tip), (await bench.GitAsync("rev-parse", "HEAD"), await bench.Clone(project).ResolveAsync("refs/heads/main", Cancel)));
    }

    private static async Task<Project> LandedAsync(Bench bench, string file)
    {
        var project = await bench.AddProjectAsync(wanted => wanted with { Landing = LandingPolicy.Auto });
        await LandAsync(bench, project, file);
        return project;
    }

    private static async Task LandAsync(Bench bench, Project project, string file) =>
        await bench.LandingAsync(await bench.SubmitAsync(project, $"write {file} landed"), found => found.State == LandingState.Landed);

    private static async Task AssertTogetherAsync(Bench bench, Project project)
    {
        var status = (await bench.Get<ProjectRegistry>().StatusAsync(project.Id, Cancel)).OrThrow();
        Assert.Equal((0, 0, false, await bench.GitAsync("rev-parse", "HEAD")), (status.Ahead, status.Behind, status.Diverged, status.Tip));
    }
}
