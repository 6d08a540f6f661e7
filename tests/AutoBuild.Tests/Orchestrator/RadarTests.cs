using AutoBuild.Core.Jobs;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Tickets;
using AutoBuild.Orchestrator.Landings;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Orchestrator;

public sealed class RadarTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Branches_that_collide_are_shown_before_any_of_them_lands()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var (one, other, apart) = (await DoneAsync(bench, project, "write base.txt ours"), await DoneAsync(bench, project, "write base.txt theirs"), await DoneAsync(bench, project, "write apart.txt 1"));

        var seen = await LookAsync(bench, project);

        Assert.Equal(new[] { one, other, apart }.Select(job => job.BranchName).Order(), seen.Branches.Select(branch => branch.BranchName).Order());
        Assert.All(seen.Branches, branch => Assert.Equal(TicketState.InReview, branch.Status));
        var collision = Assert.Single(seen.Collisions);
        Assert.Equal(CollisionKind.Conflict, collision.Kind);
        Assert.Equal(["base.txt"], collision.Files);
        Assert.Equal(new[] { one.BranchName, other.BranchName }.Order(), new[] { collision.A, collision.B }.Order());
        Assert.True(seen.Complete);
        Assert.Equal(seen.Tip, await bench.Clone(project).ResolveAsync("refs/heads/main", Cancel));
    }

    [Fact]
    public async Task What_lands_leaves_the_radar_and_who_collides_with_the_target_shows()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var (one, other) = (await DoneAsync(bench, project, "write base.txt ours"), await DoneAsync(bench, project, "write base.txt theirs"));
        await bench.Get<LandingDesk>().ApproveAsync(one.Id, "sam", Cancel);
        await bench.LandingAsync(one, landing => landing.State == AutoBuild.Core.Landings.LandingState.Landed);

        var seen = await LookAsync(bench, project);

        Assert.Equal(other.BranchName, Assert.Single(seen.Branches).BranchName);
        var collision = Assert.Single(seen.Collisions);
        Assert.Equal((other.BranchName, "main", CollisionKind.Conflict), (collision.A, collision.B, collision.Kind));
    }

    [Fact]
    public async Task Two_that_change_one_file_and_merge_overlap()
    {
        await using var bench = await Bench.StartAsync();
        await bench.CommitAsync("long.txt", string.Concat(Enumerable.Range(1, 40).Select(line => $"{line}\n")));
        var project = await bench.AddProjectAsync();
        var lines = Enumerable.Range(1, 40).Select(line => $"{line}").ToArray();
        await DoneAsync(bench, project, $"write long.txt first\n{string.Join("\n", lines[1..])}");
        await DoneAsync(bench, project, $"write long.txt {string.Join("\n", lines[..^1])}\nlast");

        var collision = Assert.Single((await LookAsync(bench, project)).Collisions);

        Assert.Equal(CollisionKind.Overlap, collision.Kind);
        Assert.Equal(["long.txt"], collision.Files);
    }

    [Fact]
    public async Task Each_pair_of_commits_is_merged_once()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        await DoneAsync(bench, project, "write base.txt ours");
        await DoneAsync(bench, project, "write base.txt theirs");
        var first = await LookAsync(bench, project);

        var merged = 0;
        Git.Around.Value = (command, run) =>
        {
            merged += command.Arguments.Contains("merge-tree") ? 1 : 0;
            return run(command);
        };
        var again = await LookAsync(bench, project);

        Assert.Equal(0, merged);
        Assert.Equal(first.Collisions.Select(one => (one.A, one.B)), again.Collisions.Select(one => (one.A, one.B)));
    }

    private static async Task<RadarPicture> LookAsync(Bench bench, Project project) => (await bench.Get<Radar>().LookAsync(project.Id, null, Cancel)).OrThrow();

    private static async Task<Job> DoneAsync(Bench bench, Project project, string prompt)
    {
        var job = await bench.EndAsync(await bench.SubmitAsync(project, prompt));
        Assert.Equal(JobState.Completed, job.State);
        return job;
    }
}
