using System.Collections.Concurrent;
using System.Diagnostics;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;

namespace AutoBuild.Tests.Storage;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task Critical_goes_first_though_low_came_first()
    {
        var project = await ProjectAsync();
        var low = await SubmitAsync(project.Id, priority: Priority.Low);
        var normal = await SubmitAsync(project.Id, priority: Priority.Normal);
        var critical = await SubmitAsync(project.Id, priority: Priority.Critical);
        var claimed = await Store.ClaimAsync("worker", 3, Cancel);
        Assert.Equal([critical.Id, normal.Id, low.Id], claimed.Select(job => job.Id));
        Assert.Equal(claimed.Count, claimed.Select(job => job.Fence).Distinct().Count());
    }

    [Fact]
    public async Task Equal_jobs_go_in_the_order_they_came()
    {
        var project = await ProjectAsync(cap: 12);
        var ids = new List<Guid>();
        for (var index = 0; index < 6; index++)
        {
            ids.Add((await SubmitAsync(project.Id)).Id);
        }

        Assert.Equal(ids, (await Store.ClaimAsync("worker", 6, Cancel)).Select(job => job.Id));
    }

    [Fact]
    public async Task A_requeued_job_keeps_its_place()
    {
        var project = await ProjectAsync(cap: 12);
        var first = await SubmitAsync(project.Id);
        await ApplyAsync(await ClaimOneAsync(), new JobInput.LaunchFailed("agent_missing", "not there"));
        var second = await SubmitAsync(project.Id);
        Clock.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(1, await Store.PromoteDueAsync(Cancel));
        Assert.Equal([first.Id, second.Id], (await Store.ClaimAsync("worker", 2, Cancel)).Select(job => job.Id));
    }

    [Fact]
    public async Task Neither_cap_is_exceeded_and_the_reason_is_shown()
    {
        var projects = await Task.WhenAll(Enumerable.Range(0, 5).Select(index => ProjectAsync(cap: 3, name: $"p{index}")));
        foreach (var project in projects)
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SubmitAsync(project.Id)));
        }

        var alone = await Store.ClaimAsync("worker", 1, Cancel);
        var more = await Store.ClaimAsync("worker", 20, Cancel);
        var running = alone.Concat(more).ToList();
        Assert.Equal(12, running.Count);
        Assert.All(running.GroupBy(job => job.ProjectId), group => Assert.InRange(group.Count(), 1, 3));
        Assert.Empty(await Store.ClaimAsync("worker", 1, Cancel));

        var waiting = await Store.ListJobsAsync(new JobFilter(Status: JobStatus.Queued), new PageRequest(), Cancel);
        Assert.Equal(8, waiting.Items.Count);
        Assert.All(waiting.Items, job => Assert.Equal(QueuedReason.GlobalCapacity, job.QueuedReason));

        await ApplyAsync(running[0], new JobInput.Reported(Report(running[0], RunOutcome.Changed)));
        var pending = await Store.ListJobsAsync(new JobFilter(Status: JobStatus.Pending), new PageRequest(), Cancel);
        Assert.All(pending.Items, job => Assert.Null(job.QueuedReason));
        var full = await Store.ListJobsAsync(new JobFilter(Status: JobStatus.Queued), new PageRequest(), Cancel);
        Assert.All(full.Items, job => Assert.Equal(QueuedReason.ProjectCapacity, job.QueuedReason));
        Assert.Equal(8, pending.Items.Count + full.Items.Count);
    }

    [Fact]
    public async Task Nothing_is_claimed_while_paused()
    {
        var project = await ProjectAsync();
        var job = await SubmitAsync(project.Id);
        await Store.SetQueuePausedAsync(true, Cancel);
        Assert.Empty(await Store.ClaimAsync("worker", 1, Cancel));
        Assert.Equal(QueuedReason.Paused, (await JobAsync(job.Id)).QueuedReason);
        Assert.True((await Store.GetQueueStatsAsync(Cancel)).Paused);
        await Store.SetQueuePausedAsync(false, Cancel);
        Assert.Single(await Store.ClaimAsync("worker", 1, Cancel));
    }

    [Fact]
    public async Task A_new_cap_holds_from_the_next_claim_on()
    {
        var project = await ProjectAsync(cap: 1);
        await SubmitAsync(project.Id);
        await SubmitAsync(project.Id);
        Assert.Single(await Store.ClaimAsync("worker", 5, Cancel));
        await Store.UpdateProjectAsync(project.Id, new ProjectPatch { MaxParallelAgents = 2 }, Cancel);
        Assert.Single(await Store.ClaimAsync("worker", 5, Cancel));
    }

    [Fact]
    public async Task Twelve_claimers_at_once_never_exceed_a_cap()
    {
        int[] caps = [1, 2, 3];
        var running = new ConcurrentDictionary<Guid, int>();
        var cap = new Dictionary<Guid, int>();
        foreach (var limit in caps)
        {
            var project = await ProjectAsync(cap: limit, name: $"cap{limit}");
            cap[project.Id] = limit;
            await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => SubmitAsync(project.Id)));
        }

        var left = 120;
        var violations = 0;
        async Task ClaimerAsync()
        {
            while (Volatile.Read(ref left) > 0)
            {
                foreach (var job in await Store.ClaimAsync("worker", 1, Cancel))
                {
                    if (running.AddOrUpdate(job.ProjectId, 1, (_, count) => count + 1) > cap[job.ProjectId])
                    {
                        Interlocked.Increment(ref violations);
                    }

                    await Task.Yield();
                    running.AddOrUpdate(job.ProjectId, 0, (_, count) => count - 1);
                    await ApplyAsync(job, new JobInput.Reported(Report(job, RunOutcome.Changed)));
                    Interlocked.Decrement(ref left);
                }
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(ClaimerAsync, Cancel))).WaitAsync(TimeSpan.FromMinutes(1), Cancel);
        Assert.Equal(0, violations);
        Assert.Equal(120, (await Store.GetQueueStatsAsync(Cancel)).CompletedJobs);
    }

    [Fact]
    public async Task One_who_floods_the_queue_gets_no_more_than_the_others()
    {
        var projects = await Task.WhenAll(Enumerable.Range(0, 10).Select(index => ProjectAsync(cap: 12, name: $"p{index}")));
        await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => SubmitAsync(projects[0].Id)));
        await Task.WhenAll(projects[1..].SelectMany(project => Enumerable.Range(0, 10).Select(_ => SubmitAsync(project.Id))));

        var starts = new List<Guid>();
        while (starts.Count < 100)
        {
            var claimed = await Store.ClaimAsync("worker", 12, Cancel);
            starts.AddRange(claimed.Select(job => job.ProjectId));
            await Task.WhenAll(claimed.Select(job => ApplyAsync(job, new JobInput.Reported(Report(job, RunOutcome.Changed)))));
        }

        var shares = starts.Take(100).GroupBy(project => project).Select(group => (double)group.Count()).ToList();
        var jain = Math.Pow(shares.Sum(), 2) / (projects.Length * shares.Sum(share => share * share));
        Assert.True(jain >= 0.95, $"Jain index {jain:0.000}");
    }

    [Fact]
    public async Task A_low_job_starts_within_three_steps_under_endless_critical_work()
    {
        var busy = await ProjectAsync(cap: 12, name: "busy");
        var quiet = await ProjectAsync(cap: 12, name: "quiet");
        var low = await SubmitAsync(quiet.Id, priority: Priority.Low);
        var before = 0;
        while (true)
        {
            await SubmitAsync(busy.Id, priority: Priority.Critical);
            await SubmitAsync(busy.Id, priority: Priority.Critical);
            var job = await ClaimOneAsync();
            if (job.Id == low.Id)
            {
                break;
            }

            before++;
            Assert.True(Clock.GetUtcNow() - low.CreatedAt <= 3 * Queue.AgeingStep + TimeSpan.FromMinutes(2), "the low job starves");
            await ApplyAsync(job, new JobInput.Reported(Report(job, RunOutcome.Changed)));
            Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.True(before >= 20, $"only {before} critical jobs went before the low one");
    }

    [Fact]
    public async Task A_claim_is_quick_with_ten_thousand_jobs_waiting()
    {
        var projects = await Task.WhenAll(Enumerable.Range(0, 100).Select(index => ProjectAsync(cap: 3, name: $"p{index}")));
        await Task.WhenAll(projects.SelectMany(project => Enumerable.Range(0, 100).Select(index => SubmitAsync(project.Id, priority: (Priority)(index % 4)))));
        await Store.ClaimAsync("worker", 1, Cancel);
        var watch = Stopwatch.StartNew();
        var claimed = await Store.ClaimAsync("worker", 11, Cancel);
        watch.Stop();
        Assert.Equal(11, claimed.Count);
        Assert.True(watch.ElapsedMilliseconds < 1000, $"took {watch.ElapsedMilliseconds} ms");
    }
}
