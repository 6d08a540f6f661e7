using AutoBuild.Core.Events;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Json;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;
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
    public async Task A_collision_tells_the_definitions_and_whether_the_engine_would_resolve_it()
    {
        await using var bench = await Bench.StartAsync();
        await bench.CommitAsync("a.cs", Type("1") + "\n");
        await bench.CommitAsync("u.cs", "using\tSystem;\n\nclass\tU;\n");
        var project = await bench.AddProjectAsync();
        foreach (var prompt in new[] { $"write a.cs {Type("2")}", $"write a.cs {Type("3")}", "write u.cs using\tSystem;\nusing\tSystem.IO;\n\nclass\tU;", "write u.cs using\tSystem;\nusing\tSystem.Text;\n\nclass\tU;" })
        {
            await DoneAsync(bench, project, prompt);
        }

        var seen = (await LookAsync(bench, project)).Collisions.ToDictionary(one => one.Files[0]);

        var open = Assert.Single(seen["a.cs"].Conflicts);
        Assert.Equal(("a.cs", 1, false), (open.Path, open.Chunks, open.Resolvable));
        Assert.Equal(["A.F"], open.Definitions);
        Assert.False(seen["a.cs"].Resolvable);
        Assert.Equal((CollisionKind.Conflict, true), (seen["u.cs"].Kind, seen["u.cs"].Resolvable));

        // In one word: the stand-in parts them at blanks.
        static string Type(string value) => $"class\tA\n{{\n\tint\tF()\t{{\treturn\t{value};\t}}\n\n\tint\tG()\t{{\treturn\t9;\t}}\n}}";
    }

    [Fact]
    public void A_deleted_file_that_the_other_changed_is_not_resolvable()
    {
        var file = Colliding.Of(new CollidingFile("a.cs", "1", "2", null), new Dictionary<string, byte[]> { ["1"] = [1], ["2"] = [2] });

        Assert.Equal((1, false), (file.Chunks, file.Resolvable));
    }

    [Fact]
    public async Task An_event_tells_when_other_branches_collide_and_only_then()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        await DoneAsync(bench, project, "write base.txt ours");
        await DoneAsync(bench, project, "write base.txt theirs");

        var told = await TellsAsync(bench, project, 1);
        await DoneAsync(bench, project, "write apart.txt 1");
        await DoneAsync(bench, project, "write base.txt others");
        var all = await TellsAsync(bench, project, 2);

        Assert.Single(CoreJson.Read<RadarPicture>(told[0].Data).Collisions);
        Assert.Equal([1, 3], all.Select(one => CoreJson.Read<RadarPicture>(one.Data).Collisions.Count));
    }

    [Fact]
    public async Task A_job_says_with_whom_it_collides_without_any_git()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var (one, other, apart) = (await DoneAsync(bench, project, "write base.txt ours"), await DoneAsync(bench, project, "write base.txt theirs"), await DoneAsync(bench, project, "write apart.txt 1"));
        await LookAsync(bench, project);
        Git.Around.Value = (_, _) => throw new InvalidOperationException("A read ran git.");
        var radar = bench.Get<Radar>();

        foreach (var (job, with) in new[] { (one, other), (other, one) })
        {
            var collision = Assert.Single(radar.Tell(job).Collisions);
            Assert.Equal((with.BranchName, CollisionKind.Conflict, false), (collision.With, collision.Kind, collision.Resolvable));
            Assert.Equal(["base.txt"], collision.Files);
        }

        Assert.Empty(radar.Tell(apart).Collisions);
        Assert.Empty(radar.Tell(one with { ProjectId = Guid.CreateVersion7() }).Collisions);
        Git.Around.Value = null;
    }

    [Fact]
    public void A_job_tells_the_definitions_of_all_files()
    {
        var picture = new RadarPicture(Guid.Empty, "main", "1", [], [new Collision("a", "b", ["x.cs", "y.cs"], CollisionKind.Conflict, [new CollisionFile("x.cs", ["A.F"], 1, true), new CollisionFile("y.cs", ["A.F", "B"], 1, true)], true)], true);

        Assert.Equal(["A.F", "B"], Assert.Single(JobCollision.Of(picture, "b")).Definitions);
    }

    [Fact]
    public async Task Who_has_no_common_history_collides_and_the_others_are_seen_as_ever()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var (one, stranger, other) = (await DoneAsync(bench, project, "write base.txt ours"), await DoneAsync(bench, project, "write apart.txt 1"), await DoneAsync(bench, project, "write base.txt theirs"));
        var clone = bench.Clone(project);
        var root = await Git.TextAsync(clone.Path, ["-c", "user.name=t", "-c", "user.email=t@localhost", "commit-tree", "-m", "apart", $"refs/heads/{stranger.BranchName}^{{tree}}"], null, Cancel);
        await Git.ExpectAsync(clone.Path, ["update-ref", $"refs/heads/{stranger.BranchName}", root], cancellation: Cancel);

        var seen = await LookAsync(bench, project);

        Assert.True(seen.Complete);
        var strange = Assert.Single(seen.Collisions, found => found.A == stranger.BranchName);
        Assert.Equal(("main", CollisionKind.Conflict, false), (strange.B, strange.Kind, strange.Resolvable));
        Assert.Empty(strange.Files);
        var known = Assert.Single(seen.Collisions, found => found.A != stranger.BranchName);
        Assert.Equal(new[] { one.BranchName, other.BranchName }.Order(), new[] { known.A, known.B }.Order());
        Assert.Equal(["base.txt"], known.Files);
    }

    [Fact]
    public async Task A_pair_without_common_history_takes_no_answer_from_the_pairs_around_it()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var (one, other) = ((await DoneAsync(bench, project, "write base.txt ours")).HeadCommit!, (await DoneAsync(bench, project, "write base.txt theirs")).HeadCommit!);
        var clone = bench.Clone(project);
        var root = await Git.TextAsync(clone.Path, ["-c", "user.name=t", "-c", "user.email=t@localhost", "commit-tree", "-m", "apart", $"{one}^{{tree}}"], null, Cancel);

        var found = await clone.CollisionsAsync([(root, one), (one, other), (other, root), (one, one), (root, other)], Cancel);

        Assert.Equal([null, 1, null, 0, null], found.Select(files => files?.Count));
        Assert.Equal("git_failed", (await Assert.ThrowsAsync<WorkspaceException>(() => clone.CollisionsAsync([(one, other), (one, new string('1', 40))], Cancel))).Code);
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

    private static async Task<IReadOnlyList<StoreEvent>> TellsAsync(Bench bench, Project project, int count)
    {
        while (true)
        {
            var last = await bench.Store.GetLastEventIdAsync(Cancel);
            var told = (await bench.Store.ReadEventsAsync(0, new EventFilter(ProjectId: project.Id, Kind: EventKinds.Radar), 100, Cancel)).Events;
            if (told.Count >= count)
            {
                return told;
            }

            await bench.Store.WaitForEventsAsync(last, TimeSpan.FromSeconds(1), Cancel);
        }
    }

    private static async Task<RadarPicture> LookAsync(Bench bench, Project project) => (await bench.Get<Radar>().LookAsync(project.Id, null, Cancel)).OrThrow();

    private static async Task<Job> DoneAsync(Bench bench, Project project, string prompt)
    {
        var job = await bench.EndAsync(await bench.SubmitAsync(project, prompt));
        Assert.Equal(JobState.Completed, job.State);
        return job;
    }
}
