using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;

namespace AutoBuild.Tests.Storage;

public abstract partial class StoreConformance
{
    private const int Steps = 250;

    /// <summary>Throws everything that can happen at the store, legal or not, and asks for the invariants after each step.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Whatever_happens_the_invariants_hold(int seed)
    {
#pragma warning disable CA5394 // Repeatable on purpose.
        var random = new Random(seed);
        var projects = new[] { await ProjectAsync(1, LandingPolicy.Auto, "a"), await ProjectAsync(2, name: "b"), await ProjectAsync(3, LandingPolicy.Auto, "c") };
        for (var step = 0; step < Steps; step++)
        {
            var kind = random.Next(10);
            await (kind switch
            {
                < 3 => SubmitSomethingAsync(random, projects),
                3 => ClaimCheckedAsync(random),
                < 7 => TellSomeJobAsync(random),
                7 => MoveSomeLandingAsync(random),
                8 => LinkSomethingAsync(random),
                _ => PassTimeAsync(random),
            });
            var violations = await Store.CheckInvariantsAsync(Cancel);
            Assert.True(violations.Count == 0, $"seed {seed}, step {step}, kind {kind}: {string.Join("; ", violations)}");
        }
    }

    private async Task SubmitSomethingAsync(Random random, Project[] projects)
    {
        var project = projects[random.Next(projects.Length)];
        var tickets = (await Store.ListTicketsAsync(new TicketFilter(project.Id), new PageRequest(), Cancel)).Items;
        var known = tickets.Count > 0 && random.Next(2) == 0 ? tickets[random.Next(tickets.Count)].Id : Guid.CreateVersion7();
        var runAt = random.Next(6) == 0 ? Clock.GetUtcNow() + TimeSpan.FromMinutes(1) : (DateTimeOffset?)null;
        await Store.SubmitJobAsync(new NewJob { ProjectId = project.Id, TicketId = known, Prompt = "work", Priority = (Priority)random.Next(4), RunAt = runAt }, null, Cancel);
    }

    /// <summary>Claims, and holds the choice against the rule worked out in memory: no more urgent job of a project with room waits.</summary>
    private async Task ClaimCheckedAsync(Random random)
    {
        var all = (await Store.ListJobsAsync(new JobFilter(), new PageRequest(500), Cancel)).Items;
        var running = all.Where(job => job.State.IsActive()).GroupBy(job => job.ProjectId).ToDictionary(group => group.Key, group => group.Count());
        var caps = (await Store.ListProjectsAsync(new ProjectFilter(), new PageRequest(), Cancel)).Items.ToDictionary(project => project.Id, project => project.MaxParallelAgents);
        var heads = all.Reverse().Where(job => job.State == JobState.Queued && running.GetValueOrDefault(job.ProjectId) < caps[job.ProjectId])
            .GroupBy(job => (job.ProjectId, job.Priority)).Select(lane => lane.First()).ToList();
        var claimed = await Store.ClaimAsync("worker", 1, Cancel);
        if (heads.Count == 0 || running.Values.Sum() >= Queue.MaxParallelJobs)
        {
            Assert.Empty(claimed);
            return;
        }

        var job = Assert.Single(claimed);
        var chosen = Assert.Single(heads, head => head.Id == job.Id);
        Assert.Equal(heads.Min(Rank), Rank(chosen));
        if (random.Next(2) == 0)
        {
            await Store.RenewAsync([(job.Id, job.Fence)], Cancel);
        }
    }

    private int Rank(Job head) => Math.Max(0, 3 - (int)head.Priority - (int)((Clock.GetUtcNow() - head.QueuedAt!.Value) / Queue.AgeingStep));

    private async Task TellSomeJobAsync(Random random)
    {
        var jobs = (await Store.ListJobsAsync(new JobFilter(), new PageRequest(30), Cancel)).Items;
        if (jobs.Count == 0)
        {
            return;
        }

        var active = jobs.Where(job => job.State.IsActive()).ToList();
        var job = active.Count > 0 && random.Next(4) > 0 ? active[random.Next(active.Count)] : jobs[random.Next(jobs.Count)];
        JobInput input = random.Next(8) switch
        {
            0 => new JobInput.Lost("gone", random.Next(2) == 0),
            1 => new JobInput.CancelAsked("asked"),
            2 => new JobInput.AgentGone(),
            3 => new JobInput.LaunchFailed("agent_missing", "not there"),
            4 => new JobInput.Overdue(),
            _ => new JobInput.Reported(Report(job, (RunOutcome)random.Next(8), (QaVerdict)random.Next(3))),
        };
        await Store.ApplyAsync(job.Id, random.Next(8) == 0 ? job.Fence - 1 : job.Fence, input, Cancel);
    }

    private async Task MoveSomeLandingAsync(Random random)
    {
        foreach (var head in await Store.ListTrainHeadsAsync(Cancel))
        {
            LandingInput input = random.Next(9) switch
            {
                0 => new LandingInput.Conflicted([new LandingConflict("a", "content", null, null, null)]),
                1 => new LandingInput.Failed(null, "red"),
                2 => new LandingInput.StartOver("tip moved"),
                3 => new LandingInput.Ejected("no"),
                _ => head.State switch
                {
                    LandingState.Queued => new LandingInput.Taken("tip"),
                    LandingState.Merging => new LandingInput.Merged("merged"),
                    LandingState.Testing => new LandingInput.Passed(Qa(QaVerdict.Passed)),
                    _ => new LandingInput.Moved(),
                },
            };
            await Store.ApplyLandingAsync(head.Id, input, Cancel);
        }

        var done = (await Store.ListJobsAsync(new JobFilter(Status: JobStatus.Completed), new PageRequest(), Cancel)).Items;
        if (done.Count > 0)
        {
            await Store.QueueLandingAsync(done[random.Next(done.Count)].Id, "sam", "main", Cancel);
        }
    }

    private async Task LinkSomethingAsync(Random random)
    {
        var tickets = (await Store.ListTicketsAsync(new TicketFilter(), new PageRequest(), Cancel)).Items;
        if (tickets.Count < 2)
        {
            return;
        }

        var (one, other) = (tickets[random.Next(tickets.Count)], tickets[random.Next(tickets.Count)]);
        await (random.Next(6) switch
        {
            0 => Store.DeleteTicketAsync(one.Id, Cancel),
            1 => Store.MoveTicketAsync(one.Id, TicketTrigger.Close, Cancel),
            2 => Store.RemoveDependencyAsync(one.Id, one.DependsOn.Count > 0 ? one.DependsOn[0] : other.Id, Cancel),
            _ => Store.AddDependencyAsync(one.Id, other.Id, Cancel),
        });
    }

    private async Task PassTimeAsync(Random random)
    {
        Clock.Advance(TimeSpan.FromSeconds(random.Next(400)));
        foreach (var job in await Store.ListExpiredAsync(Cancel))
        {
            await Store.ApplyAsync(job.Id, job.Fence, new JobInput.LeaseExpired(), Cancel);
        }

        await Store.PromoteDueAsync(Cancel);
    }
#pragma warning restore CA5394
}
