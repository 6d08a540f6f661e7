using System.Collections.Concurrent;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Projects;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Orchestrator.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Orchestrator;

public sealed class RestartTests
{
    private const int Restarts = 50;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Stops and starts all long-lived parts at whatever they are doing: running jobs are taken over each time, cancelled ones stay so, and no task is left behind.</summary>
    [Fact]
    public async Task Fifty_restarts_with_jobs_in_flight_lose_nothing_and_leave_no_task()
    {
        var unobserved = new ConcurrentQueue<Exception>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs fault) => unobserved.Enqueue(fault.Exception);
        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            await using var bench = await Bench.StartAsync(options => options with { Queue = options.Queue with { Heartbeat = TimeSpan.FromMilliseconds(20), Sweep = TimeSpan.FromMilliseconds(20) } });
            var project = await bench.AddProjectAsync(wanted => wanted with { MaxParallelAgents = 6 });
            var held = await SubmitAsync(bench, project, "gate go write new.txt hello", 3);
            var brief = new List<Job>();
            WeakReference[] watches = [.. await RestartAsync(bench, project, held, brief)];

            bench.Open("go");
            foreach (var job in held)
            {
                Assert.Equal((JobState.Completed, 1), await bench.EndAsync(job) is var ended ? (ended.State, ended.Attempt) : default);
            }

            foreach (var job in brief)
            {
                var ended = await bench.EndAsync(job);
                Assert.True(ended.State == JobState.Cancelled || (ended.State == JobState.Failed && ended.ErrorCode == "no_changes"), $"{ended.State} {ended.ErrorCode} {ended.ErrorMessage}");
                Assert.Empty(ProcessSweep.Find(job.Id.ToString()));
            }

            await bench.UntilAsync(() => Task.FromResult(bench.Get<RunWatches>().Count == 0 ? "" : null), _ => true);
            await UntilCollectedAsync(watches);
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }

        Assert.DoesNotContain(unobserved, fault => fault.ToString().Contains("AutoBuild.Orchestrator", StringComparison.Ordinal));
    }

    private static async Task<List<WeakReference>> RestartAsync(Bench bench, Project project, IReadOnlyList<Job> held, List<Job> brief)
    {
        var watches = new List<WeakReference>();
        foreach (var job in held)
        {
            await bench.UntilAsync(job.Id, found => found.State == JobState.Running);
        }

        for (var restart = 0; restart < Restarts; restart++)
        {
            if (restart % 10 == 0)
            {
                brief.AddRange(await SubmitAsync(bench, project, restart % 20 == 0 ? "nothing" : "obey", 1));
            }
            else if (restart % 10 == 5)
            {
                await bench.Get<Cancellation>().CancelAsync(brief[^1].Id, "stop", Stop);
            }

            watches.Add(new WeakReference(bench.Get<RunWatches>()));
            await bench.StopServerAsync();
            await bench.StartServerAsync();
            Assert.All(held, job => Assert.True(bench.Get<RunWatches>().Holds(job.Id)));
        }

        return watches;
    }

    private static async Task<IReadOnlyList<Job>> SubmitAsync(Bench bench, Project project, string prompt, int count)
    {
        var jobs = new List<Job>();
        for (var made = 0; made < count; made++)
        {
            jobs.Add(await bench.SubmitAsync(project, prompt));
        }

        return jobs;
    }

    // What a task of an earlier server still held would never be collected.
    private static async Task UntilCollectedAsync(WeakReference[] servers)
    {
        for (var look = 0; look < 100 && servers.Count(server => server.IsAlive) > 1; look++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Stop);
        }

        Assert.InRange(servers.Count(server => server.IsAlive), 0, 1);
    }
}
