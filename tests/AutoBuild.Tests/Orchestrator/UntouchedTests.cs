using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Orchestrator.Worktrees;

namespace AutoBuild.Tests.Orchestrator;

/// <summary>Holds the user's checkout against a list of every file, time and mode in it, those of git too.</summary>
public sealed class UntouchedTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_users_checkout_is_as_it_was_after_everything_but_a_sync()
    {
        await using var bench = await Bench.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(bench.Checkout, "base.txt"), "not committed\n", Cancel);
        await File.WriteAllTextAsync(Path.Combine(bench.Checkout, "untracked.txt"), "mine\n", Cancel);
        var before = Snapshot.Of(bench.Checkout);
        void AssertUntouched() => Assert.Equal(before, Snapshot.Of(bench.Checkout));

        var project = await bench.AddProjectAsync(wanted => wanted with { Landing = LandingPolicy.Auto });
        await bench.LandingAsync(await bench.SubmitAsync(project, "write new.txt landed"), found => found.State == LandingState.Landed);
        AssertUntouched();

        var cancelled = await bench.SubmitAsync(project, "deaf");
        await bench.UntilAsync(cancelled.Id, found => found.State == JobState.Running);
        await bench.Get<Cancellation>().CancelAsync(cancelled.Id, "stop", Cancel);
        await bench.EndAsync(cancelled);
        AssertUntouched();

        var tree = (await bench.Get<WorktreeDesk>().CreateAsync(project.Id, null, "my/idea", Cancel)).OrThrow();
        await File.WriteAllTextAsync(Path.Combine(tree.Path, "precious.txt"), "keep me\n", Cancel);
        (await bench.Get<WorktreeDesk>().DeleteAsync(tree.Id, true, Cancel)).OrThrow();
        var saved = Assert.Single(await bench.Get<RescueDesk>().ListAsync(project.Id, Cancel));
        (await bench.Get<RescueDesk>().RestoreAsync(project.Id, saved.Name, null, Cancel)).OrThrow();
        AssertUntouched();

        var surviving = await bench.SubmitAsync(project, "gate go write more.txt landed");
        await bench.UntilAsync(surviving.Id, found => found.State == JobState.Running);
        await bench.StopServerAsync();
        await bench.StartServerAsync();
        bench.Open("go");
        await bench.LandingAsync(surviving, found => found.State == LandingState.Landed);
        AssertUntouched();

        var broken = await bench.EndAsync(await bench.SubmitAsync(project, "die"));
        Assert.Equal(JobState.Failed, broken.State);
        await bench.Get<Janitor>().TidyAsync(Cancel);
        AssertUntouched();

        (await bench.Get<ProjectRegistry>().DeleteAsync(project.Id, Cancel)).OrThrow();
        AssertUntouched();
    }

    /// <summary>Twelve at once, each writes a file and checks its own merge; two at a time could not hide a race that twelve show.</summary>
    [Fact]
    public async Task Twelve_tickets_at_once_have_twelve_trees_and_all_land()
    {
        await using var bench = await Bench.StartAsync(options => options with { Queue = options.Queue with { MaxParallelJobs = 12 } });
        var project = await bench.AddProjectAsync(wanted => wanted with { Landing = LandingPolicy.Auto, MaxParallelAgents = 12 });
        var jobs = new List<Job>();
        for (var number = 0; number < 12; number++)
        {
            jobs.Add(await bench.SubmitAsync(project, $"gate go write file-{number}.txt {number}"));
        }

        await Task.WhenAll(jobs.Select(job => bench.UntilAsync(job.Id, found => found.State == JobState.Running)));
        var trees = await bench.Store.ListWorktreesAsync(project.Id, Cancel);
        Assert.Equal(12, trees.Select(tree => tree.Path).Distinct().Count());
        Assert.Equal(12, trees.Select(tree => tree.BranchName).Distinct().Count());
        bench.Open("go");
        var landings = await Task.WhenAll(jobs.Select(job => bench.LandingAsync(job, found => found.State == LandingState.Landed)));

        Assert.All(landings, landing => Assert.Equal("landed", $"{landing.State}".ToLowerInvariant()));
        for (var number = 0; number < 12; number++)
        {
            Assert.Equal($"{number}\n", await bench.ReadAsync(project, "refs/heads/main", $"file-{number}.txt"));
        }

        // Green: the tip is the merge that the last check has seen.
        Assert.Equal(bench.Checks[^1], await bench.Clone(project).ResolveAsync("refs/heads/main", Cancel));
        Assert.Empty(await bench.Get<RescueDesk>().ListAsync(project.Id, Cancel));
    }
}
