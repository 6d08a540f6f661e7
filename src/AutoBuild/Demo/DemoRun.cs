using AutoBuild.Api;
using AutoBuild.Client;
using AutoBuild.Commands;
using AutoBuild.Configuration;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;
using AutoBuild.Hosting;

namespace AutoBuild.Demo;

/// <summary>Runs the demo: a server of its own, a repository, six tickets, until all have landed or stand still.</summary>
/// <param name="directory">Fresh; holds everything.</param>
internal sealed class DemoRun(string directory, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly PageRequest Most = new(500);

    public string Repository { get; } = Path.Combine(directory, "shelf");

    public string Data { get; } = Path.Combine(directory, "data");

    /// <summary>Runs to the end.</summary>
    /// <param name="show">Takes each new state.</param>
    /// <param name="say">Takes what an agent or a check says: the job, then the event as JSON.</param>
    public async Task<DemoState> RunAsync(Action<DemoState> show, Action<ServerEvent> say, CancellationToken cancel)
    {
        await SampleRepository.CreateAsync(Repository, cancel);
        await using var server = await Server.StartAsync(Request(), cancel);
        using var api = new ApiClient(ServerAddress.Fixed(server.Address.ToString(), server.Token), time);
        var project = await CreateProjectAsync(api, cancel);
        var tickets = await SubmitAsync(api, project, cancel);
        try
        {
            var last = await WithTextsAsync(api, await FollowAsync(api, project, tickets, show, say, cancel), cancel);
            await api.SyncProjectAsync(project.Id, new SyncBody(), cancel);
            return last;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await StopAsync(api, project);
            throw;
        }
    }

    private ServeRequest Request() => new()
    {
        Target = "orchestrator",
        Data = Data,
        Settings = new Settings(),
        SelfCommand = RunnerCommand.Self(),
        OrchestratorPort = 0,
        MemoryPort = 0,
        Out = TextWriter.Null,
        Error = TextWriter.Null,
        Time = time,
    };

    private async Task<Project> CreateProjectAsync(ApiClient api, CancellationToken cancel)
    {
        var body = new ProjectBody { Name = "shelf", RepoPath = Repository, Landing = "auto", MaxParallelAgents = 6, Agent = "scripted" };
        return (await api.CreateProjectAsync(body, null, cancel)).Value;
    }

    /// <summary>Submits all while the queue stands, so that the two that collide start from the same commit.</summary>
    private static async Task<IReadOnlyDictionary<Guid, DemoTicket>> SubmitAsync(ApiClient api, Project project, CancellationToken cancel)
    {
        var ids = new Dictionary<string, Guid>();
        await api.PauseQueueAsync(cancel);
        foreach (var plan in DemoTicket.All)
        {
            var body = new TicketBody
            {
                Title = plan.Title,
                Description = plan.Description,
                AgentScript = plan.Script,
                Status = "in_progress",
                DependsOn = plan.After is { } other ? [ids[other].ToString()] : null,
            };
            ids[plan.Key] = (await api.CreateTicketAsync(project.Id, body, cancel)).Value.Id;
        }

        await api.ResumeQueueAsync(cancel);
        return DemoTicket.All.ToDictionary(plan => ids[plan.Key]);
    }

    private async Task<DemoState> FollowAsync(
        ApiClient api, Project project, IReadOnlyDictionary<Guid, DemoTicket> tickets, Action<DemoState> show, Action<ServerEvent> say, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        DemoState? last = null;
        try
        {
            return await Watch.UntilAsync(api, new EventFilter(ProjectId: project.Id), ReadAsync, state => state.IsSettled, time, either.Token, say);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested && last is not null)
        {
            // It took too long: what stands now is shown, and is not as planned.
            return last;
        }

        async Task<DemoState> ReadAsync()
        {
            last = await SnapshotAsync(api, project, tickets, either.Token);
            show(last);
            return last;
        }
    }

    /// <summary>Reads the landings that met a conflict once more: a list leaves the texts out.</summary>
    private static async Task<DemoState> WithTextsAsync(ApiClient api, DemoState state, CancellationToken cancel)
    {
        var rows = new List<DemoRow>();
        foreach (var row in state.Rows)
        {
            rows.Add(row is { Collision: not null, Landing: { } landing } ? row with { Landing = (await api.GetLandingAsync(landing.Id, cancel)).Value } : row);
        }

        return new DemoState(rows);
    }

    private static async Task<DemoState> SnapshotAsync(ApiClient api, Project project, IReadOnlyDictionary<Guid, DemoTicket> plans, CancellationToken cancel)
    {
        var tickets = (await api.ListTicketsAsync(new TicketFilter(project.Id), Most, cancel)).Value.Tickets;
        var jobs = (await api.ListJobsAsync(new JobFilter(project.Id), Most, cancel)).Value.Jobs.ToDictionary(job => job.Id);
        var landings = (await api.ListLandingsAsync(new LandingFilter(project.Id), Most, cancel)).Value.Landings.ToDictionary(landing => landing.JobId);
        var rows = tickets.Where(ticket => plans.ContainsKey(ticket.Id)).Select(ticket =>
        {
            var job = ticket.JobId is { } id ? jobs.GetValueOrDefault(id) : null;
            return new DemoRow(plans[ticket.Id], ticket, job, job is null ? null : landings.GetValueOrDefault(job.Id));
        });
        return new DemoState([.. rows.OrderBy(row => row.Plan.Key, StringComparer.Ordinal)]);
    }

    /// <summary>Stops what still runs, so that no agent outlives an interrupted demo.</summary>
    private static async Task StopAsync(ApiClient api, Project project)
    {
        foreach (var job in (await api.ListJobsAsync(new JobFilter(project.Id), Most, CancellationToken.None)).Value.Jobs.Where(job => !job.IsOver))
        {
            try
            {
                await api.CancelAsync(job.Id, null, CancellationToken.None);
            }
            catch (ApiFault)
            {
                // It ended meanwhile.
            }
        }
    }
}
