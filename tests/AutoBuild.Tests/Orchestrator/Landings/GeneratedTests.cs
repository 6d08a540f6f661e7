using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Orchestrator.Landings;
using AutoBuild.Runner.Qa;

namespace AutoBuild.Tests.Orchestrator.Landings;

/// <summary>Holds what a recipe calls generated: the real runner makes it again in the merged tree.</summary>
public sealed class GeneratedTests
{
    private const string Check = "qa:\n  - name: list\n    command: test \"$(cat list.lock)\" = \"$(ls items)\"\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_conflict_in_what_a_command_makes_is_settled_by_that_command()
    {
        await using var bench = await StartAsync("ls items > list.lock; echo rest > other.txt");

        var (project, landed) = await CollideAsync(bench, LandingState.Landed);

        Assert.Equal("one\ntwo\nzero\n", await bench.ReadAsync(project, "refs/heads/main", "list.lock"));
        Assert.Null(await bench.ReadAsync(project, "refs/heads/main", "other.txt"));
        Assert.Equal((QaVerdict.Passed, landed.MergedCommit), (landed.Qa!.Verdict, landed.Qa.Commit));
        var file = Assert.Single(landed.Resolved);
        Assert.Equal(("list.lock", "ls items > list.lock; echo rest > other.txt"), (file.Path, file.Command));
        Assert.True(await bench.Clone(project).ContainsAsync(landed.Commit, landed.MergedCommit!, Cancel));
    }

    [Fact]
    public async Task A_command_that_fails_leaves_the_file_to_a_person()
    {
        await using var bench = await StartAsync("echo no tool here; exit 3");

        var (_, open) = await CollideAsync(bench, LandingState.Conflict);

        Assert.Equal("list.lock", Assert.Single(open.Conflicts).Path);
        Assert.Contains("no tool here", open.Error, StringComparison.Ordinal);
    }

    private static async Task<Bench> StartAsync(string command)
    {
        var bench = await Bench.StartAsync(options => options with
        {
            RunnerCommand = [Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", Path.Combine(AppContext.BaseDirectory, "autobuild.dll")],
            MakersOf = Recipe.MakersOf,
        });
        Directory.CreateDirectory(Path.Combine(bench.Checkout, "items"));
        await bench.CommitAsync("items/zero", "");
        await bench.CommitAsync("list.lock", "zero\n");
        await bench.CommitAsync(".autobuild.yaml", $"{Check}generated:\n  - paths: [list.lock]\n    command: {command}\n");
        return bench;
    }

    private static async Task<(Project Project, Landing Second)> CollideAsync(Bench bench, LandingState end)
    {
        var project = await bench.AddProjectAsync(wanted => wanted with { Landing = LandingPolicy.Auto });
        await bench.Get<LandingDesk>().PauseAsync(project.Id, null, Cancel);
        Job[] jobs = [await SubmitAsync(bench, project, "one"), await SubmitAsync(bench, project, "two")];
        foreach (var job in jobs)
        {
            Assert.Equal(JobState.Completed, (await bench.EndAsync(job)).State);
        }

        await bench.Get<LandingDesk>().ResumeAsync(project.Id, null, Cancel);
        Landing[] landings =
        [
            await bench.LandingAsync(jobs[0], found => found.State is LandingState.Landed or LandingState.Conflict or LandingState.Red),
            await bench.LandingAsync(jobs[1], found => found.State is LandingState.Landed or LandingState.Conflict or LandingState.Red),
        ];
        var second = landings.MaxBy(landing => landing.Position)!;
        Assert.Equal(end, second.State);
        return (project, second);
    }

    private static Task<Job> SubmitAsync(Bench bench, Project project, string item) => bench.SubmitAsync(project, "add", job => job with
    {
        Agent = "scripted",
        AgentCommand = null,
        AgentScript = $"write items/{item}:\n  {item}\nrun ls items > list.lock\n",
    });
}
