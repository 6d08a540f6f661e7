using AutoBuild.Core.Events;
using AutoBuild.Core.Json;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Looks again when work was committed, ended or landed, and tells when other branches collide than before.</summary>
/// <remarks>
/// What an agent commits by itself moves a branch without an event, so projects with running jobs are looked at once in a round; pairs of commits
/// that were merged once cost nothing. What runs tell of themselves is no reason to look. What was there when the server began is told to nobody: readers begin with the picture.
/// </remarks>
public sealed class RadarWatch(IStore store, Radar radar, TimeProvider time, ILogger<RadarWatch> log) : BackgroundService
{
    private const int Page = 500;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(1);
    private static readonly TicketState[] Unlanded = [TicketState.InReview, TicketState.InProgress];
    private static readonly string[] Moving = [EventKinds.Job, EventKinds.Landing, EventKinds.Ticket];

    private readonly Dictionary<(Guid Project, string? Target), string> _told = [];
    private long _after;
    private long? _round;

    /// <summary>Returns the projects that something happened in since, and once in a round those with running jobs too.</summary>
    internal async Task<IReadOnlySet<Guid>> TouchedAsync(CancellationToken cancel)
    {
        var touched = new HashSet<Guid>();
        EventPage page;
        do
        {
            page = await store.ReadEventsAsync(_after, new EventFilter(), Page, cancel);
            _after = page.Events.Count > 0 ? page.Events[^1].Id : page.Reached;
            touched.UnionWith(page.Events.Where(happened => Moving.Contains(happened.Kind)).Select(happened => happened.ProjectId).OfType<Guid>());
        }
        while (page.Events.Count == Page);

        if (_round is not { } began || time.GetElapsedTime(began) >= Round)
        {
            _round = time.GetTimestamp();
            touched.UnionWith((await store.ListActiveJobsAsync(cancel)).Select(job => job.ProjectId));
        }

        return touched;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var begun = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                begun = begun || await BeginAsync(stoppingToken);
                await store.WaitForEventsAsync(_after, Round, stoppingToken);
                foreach (var project in await TouchedAsync(stoppingToken))
                {
                    await LookAsync(await TargetsAsync(project, stoppingToken), tells: true, stoppingToken);
                }
            }
#pragma warning disable CA1031 // A store or a clone that is away for a moment is asked again in the next round.
            catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
            {
                log.NotWatched(fault.Message);
            }

            await Task.Delay(Spacing, time, stoppingToken);
        }
    }

    private async Task<bool> BeginAsync(CancellationToken cancel)
    {
        _after = await store.GetLastEventIdAsync(cancel);
        await LookAsync(await TargetsAsync(null, cancel), tells: false, cancel);
        return true;
    }

    private async Task LookAsync(IEnumerable<(Guid Project, string? Target)> targets, bool tells, CancellationToken cancel)
    {
        foreach (var target in targets)
        {
            var looked = await radar.LookAsync(target.Project, target.Target, cancel);
            if (!looked.Done || !looked.Value.Complete)
            {
                continue;
            }

            // Where the tip stands and what no branch collides in is no news.
            var seen = CoreJson.Write(looked.Value.Collisions);
            var before = _told.GetValueOrDefault(target, "[]");
            _told[target] = seen;
            if (tells && seen != before)
            {
                await store.TellRadarAsync(target.Project, CoreJson.Write(looked.Value), cancel);
            }
        }
    }

    // The branches that unlanded work goes to, and those that something was told of.
    private async Task<IReadOnlyList<(Guid Project, string? Target)>> TargetsAsync(Guid? project, CancellationToken cancel)
    {
        var targets = _told.Keys.Where(told => told.Project == project).ToHashSet();
        foreach (var state in Unlanded)
        {
            var tickets = (await store.ListTicketsAsync(new TicketFilter(project, state), new PageRequest(500), cancel)).Items;
            targets.UnionWith(tickets.Where(ticket => ticket.BranchName is not null).Select(ticket => (ticket.ProjectId, ticket.BaseBranch)));
        }

        return [.. targets];
    }
}
