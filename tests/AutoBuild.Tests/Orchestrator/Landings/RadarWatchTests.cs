using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Landings;
using AutoBuild.Tests.Orchestrator.Resolving;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoBuild.Tests.Orchestrator.Landings;

public sealed class RadarWatchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_project_with_running_jobs_is_looked_at_once_in_a_round_and_at_once_where_work_moves()
    {
        await using var bench = await ModelBench.StartAsync([]);
        var (clock, project) = (new FakeClock(), bench.Job.ProjectId);
        using var watch = new RadarWatch(bench.Store, null!, clock, NullLogger<RadarWatch>.Instance);
        Assert.Single(await bench.Store.ClaimAsync("w", 1, Cancel));
        Assert.Equal([project], await watch.TouchedAsync(Cancel));

        for (var second = 1; second < 5; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await bench.Store.TellRadarAsync(project, "{}", Cancel);
            Assert.Empty(await watch.TouchedAsync(Cancel));
        }

        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([project], await watch.TouchedAsync(Cancel));
        Assert.Empty(await watch.TouchedAsync(Cancel));
        (await bench.Store.CreateTicketAsync(new NewTicket { ProjectId = project, Title = "More", Description = "" }, null, Cancel)).OrThrow();
        Assert.Equal([project], await watch.TouchedAsync(Cancel));
    }
}
