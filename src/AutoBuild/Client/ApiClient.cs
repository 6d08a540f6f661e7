using AutoBuild.Agents;
using AutoBuild.Api;
using AutoBuild.Core.Callbacks;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Spending;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;
using AutoBuild.Core.Worktrees;
using AutoBuild.Orchestrator.Projects;

namespace AutoBuild.Client;

/// <summary>Calls the server's routes by name, with the bodies that the server itself reads.</summary>
internal sealed partial class ApiClient(ApiTransport transport) : IDisposable
{
    private const string Root = "api/v1/";

    public ApiClient(ServerAddress server, TimeProvider time)
        : this(new ApiTransport(server, time))
    {
    }

    /// <summary>Connects at once, so that a start that fails is told before anything else.</summary>
    public static async Task<ApiClient> OpenAsync(ServerAddress server, TimeProvider time, CancellationToken cancel)
    {
        await server.GetAsync(cancel);
        return new ApiClient(server, time);
    }

    // Projects

    public Task<Reply<ProjectList>> ListProjectsAsync(ProjectFilter filter, PageRequest page, CancellationToken cancel) =>
        GetAsync<ProjectList>($"projects{Queries.Of(filter, page)}", cancel);

    public Task<Reply<Project>> GetProjectAsync(Guid id, CancellationToken cancel) => GetAsync<Project>($"projects/{id}", cancel);

    public Task<Reply<ProjectStatus>> GetProjectStatusAsync(Guid id, CancellationToken cancel) => GetAsync<ProjectStatus>($"projects/{id}/status", cancel);

    /// <param name="key">The same key and body give the same project again; null always makes one.</param>
    public Task<Reply<Project>> CreateProjectAsync(ProjectBody body, string? key, CancellationToken cancel) => PostAsync<ProjectBody, Project>("projects", body, cancel, key);

    public Task<Reply<Project>> EditProjectAsync(Guid id, ProjectBody body, CancellationToken cancel) =>
        SendAsync<Project>(HttpMethod.Patch, $"projects/{id}", ClientJson.Write(body), cancel);

    public Task<Reply<Message>> DeleteProjectAsync(Guid id, CancellationToken cancel) => DeleteAsync<Message>($"projects/{id}", cancel);

    public Task<Reply<Project>> RestoreProjectAsync(Guid id, CancellationToken cancel) => PostAsync<Project>($"projects/{id}/restore", cancel);

    public Task<Reply<Synced>> SyncProjectAsync(Guid id, SyncBody body, CancellationToken cancel) => PostAsync<SyncBody, Synced>($"projects/{id}/sync", body, cancel);

    // Tickets

    /// <param name="filter">Names the project.</param>
    public Task<Reply<TicketList>> ListTicketsAsync(TicketFilter filter, PageRequest page, CancellationToken cancel) =>
        GetAsync<TicketList>($"projects/{filter.ProjectId}/tickets{Queries.Of(filter, page)}", cancel);

    public Task<Reply<Ticket>> GetTicketAsync(Guid id, CancellationToken cancel) => GetAsync<Ticket>($"tickets/{id}", cancel);

    public Task<Reply<Ticket>> CreateTicketAsync(Guid project, TicketBody body, CancellationToken cancel) => PostAsync<TicketBody, Ticket>($"projects/{project}/tickets", body, cancel);

    public Task<Reply<Ticket>> EditTicketAsync(Guid id, TicketBody body, CancellationToken cancel) =>
        SendAsync<Ticket>(HttpMethod.Patch, $"tickets/{id}", ClientJson.Write(body), cancel);

    public Task<Reply<Message>> DeleteTicketAsync(Guid id, CancellationToken cancel) => DeleteAsync<Message>($"tickets/{id}", cancel);

    public Task<Reply<Ticket>> AddDependencyAsync(Guid id, Guid other, CancellationToken cancel) =>
        SendAsync<Ticket>(HttpMethod.Put, $"tickets/{id}/dependencies/{other}", null, cancel);

    public Task<Reply<Ticket>> RemoveDependencyAsync(Guid id, Guid other, CancellationToken cancel) => DeleteAsync<Ticket>($"tickets/{id}/dependencies/{other}", cancel);

    // Jobs

    public Task<Reply<JobPage>> ListJobsAsync(JobFilter filter, PageRequest page, CancellationToken cancel) => GetAsync<JobPage>($"jobs{Queries.Of(filter, page)}", cancel);

    public Task<Reply<JobView>> GetJobAsync(Guid id, CancellationToken cancel) => GetAsync<JobView>($"jobs/{id}", cancel);

    public Task<Reply<SubmittedView>> SubmitAsync(SubmitBody body, CancellationToken cancel) => PostAsync<SubmitBody, SubmittedView>("jobs", body, cancel);

    /// <param name="reason">Null names who cancelled it.</param>
    public Task<Reply<Message>> CancelAsync(Guid job, string? reason, CancellationToken cancel) => DeleteAsync<Message>($"jobs/{job}{Queries.Of(("reason", reason))}", cancel);

    public Task<Reply<SubmittedView>> RetryAsync(Guid job, CancellationToken cancel) => PostAsync<SubmittedView>($"jobs/{job}/retry", cancel);

    public Task<Reply<MessageView>> MessageAsync(Guid job, MessageBody body, CancellationToken cancel) => PostAsync<MessageBody, MessageView>($"jobs/{job}/messages", body, cancel);

    public Task<Reply<CallbackList>> ListCallbacksAsync(Guid job, CancellationToken cancel) => GetAsync<CallbackList>($"jobs/{job}/callbacks", cancel);

    public Task<Reply<AttemptToken>> GetCallbackTokenAsync(Guid job, CancellationToken cancel) => GetAsync<AttemptToken>($"jobs/{job}/callback-token", cancel);

    public Task<Reply<Delivery>> RedeliverAsync(Guid job, Guid delivery, CancellationToken cancel) => PostAsync<Delivery>($"jobs/{job}/callbacks/{delivery}/redeliver", cancel);

    public Task<Reply<Landing>> LandAsync(Guid job, CancellationToken cancel) => PostAsync<Landing>($"jobs/{job}/land", cancel);

    public Task<string> DiffAsync(Guid job, CancellationToken cancel) => TextAsync($"{Root}jobs/{job}/diff", cancel);

    /// <summary>Follows what happens inside a job until it has ended.</summary>
    public IAsyncEnumerable<ServerEvent> FollowJobAsync(Guid job, CancellationToken cancel) => transport.FollowAsync($"{Root}jobs/{job}/logs", cancel);

    /// <summary>Returns what happened so far, one JSON document a line.</summary>
    public Task<string> ReadJobEventsAsync(Guid job, CancellationToken cancel) => TextAsync($"{Root}jobs/{job}/logs?follow=false", cancel);

    /// <summary>Returns a part of the raw output, and where it stands in the whole.</summary>
    public Task<LogPart> ReadLogAsync(Guid job, LogRange range, CancellationToken cancel) => transport.ReadPartAsync($"{Root}jobs/{job}/log{Queries.Of(range)}", cancel);

    public Task<Reply<LogHits>> SearchLogAsync(Guid job, LogQuestion question, CancellationToken cancel) => GetAsync<LogHits>($"jobs/{job}/log/search{Queries.Of(question)}", cancel);

    // Landings

    public Task<Reply<LandingList>> ListLandingsAsync(LandingFilter filter, PageRequest page, CancellationToken cancel) =>
        GetAsync<LandingList>($"landings{Queries.Of(filter, page)}", cancel);

    public Task<Reply<Landing>> GetLandingAsync(Guid id, CancellationToken cancel) => GetAsync<Landing>($"landings/{id}", cancel);

    public Task<Reply<Landing>> RequeueLandingAsync(Guid id, CancellationToken cancel) => PostAsync<Landing>($"landings/{id}/requeue", cancel);

    public Task<Reply<Landing>> EjectLandingAsync(Guid id, ReasonBody body, CancellationToken cancel) => PostAsync<ReasonBody, Landing>($"landings/{id}/eject", body, cancel);

    public Task<Reply<Landing>> ResolveLandingAsync(Guid id, ResolveBody body, CancellationToken cancel) => PostAsync<ResolveBody, Landing>($"landings/{id}/resolve", body, cancel);

    /// <param name="body">Says before or after which other, or at which place.</param>
    public Task<Reply<Landing>> MoveLandingAsync(Guid id, MoveBody body, CancellationToken cancel) => PostAsync<MoveBody, Landing>($"landings/{id}/move", body, cancel);

    public Task<Reply<Message>> PauseTrainAsync(TrainBody body, CancellationToken cancel) => PostAsync<TrainBody, Message>("landings/pause", body, cancel);

    public Task<Reply<Message>> ResumeTrainAsync(TrainBody body, CancellationToken cancel) => PostAsync<TrainBody, Message>("landings/resume", body, cancel);

    /// <param name="target">Null is the project's default branch.</param>
    public Task<Reply<RadarPicture>> GetRadarAsync(Guid project, string? target, CancellationToken cancel) =>
        GetAsync<RadarPicture>($"radar{Queries.Of(("project_id", project.ToString()), ("target_branch", target))}", cancel);

    // Worktrees

    /// <param name="project">Null lists those of all.</param>
    public Task<Reply<WorktreeList>> ListWorktreesAsync(Guid? project, PageRequest page, CancellationToken cancel) => GetAsync<WorktreeList>($"worktrees{Queries.OfProject(project, page)}", cancel);

    public Task<Reply<Worktree>> CreateWorktreeAsync(WorktreeBody body, CancellationToken cancel) => PostAsync<WorktreeBody, Worktree>("worktrees", body, cancel);

    public Task<Reply<Message>> DeleteWorktreeAsync(Guid id, bool force, CancellationToken cancel) =>
        DeleteAsync<Message>($"worktrees/{id}{Queries.Of(("force", force ? "true" : null))}", cancel);

    /// <param name="project">Null lists those of all.</param>
    public Task<Reply<ResolutionList>> ListResolutionsAsync(Guid project, PageRequest page, CancellationToken cancel) => GetAsync<ResolutionList>($"projects/{project}/resolutions{Queries.OfProject(null, page)}", cancel);

    public Task<Reply<Message>> ForgetResolutionAsync(Guid project, Guid id, CancellationToken cancel) => DeleteAsync<Message>($"projects/{project}/resolutions/{id}", cancel);

    public Task<Reply<RescueList>> ListRescuesAsync(Guid? project, PageRequest page, CancellationToken cancel) => GetAsync<RescueList>($"worktrees/rescues{Queries.OfProject(project, page)}", cancel);

    public Task<Reply<Rescue>> GetRescueAsync(string id, CancellationToken cancel) => GetAsync<Rescue>(RescuePath(id), cancel);

    public Task<Reply<Message>> DropRescueAsync(string id, CancellationToken cancel) => DeleteAsync<Message>(RescuePath(id), cancel);

    public Task<Reply<Restored>> RestoreRescueAsync(string id, RestoreBody body, CancellationToken cancel) => PostAsync<RestoreBody, Restored>($"{RescuePath(id)}/restore", body, cancel);

    public Task<string> DiffRescueAsync(string id, CancellationToken cancel) => TextAsync($"{Root}{RescuePath(id)}/diff", cancel);

    // Agents

    /// <param name="versions">Whether each is asked for its version, which takes a while.</param>
    public Task<Reply<AgentList>> ListAgentsAsync(bool versions, CancellationToken cancel) => GetAsync<AgentList>($"agents{Queries.Of(("versions", versions ? "true" : "false"))}", cancel);

    public Task<Reply<AgentChecked>> CheckAgentAsync(string name, AgentCheckBody body, CancellationToken cancel) =>
        PostAsync<AgentCheckBody, AgentChecked>($"agents/{Uri.EscapeDataString(name)}/check", body, cancel);

    // Usage, queue, events, server

    public Task<Reply<UsageBody>> GetUsageAsync(UsageQuery query, CancellationToken cancel) => GetAsync<UsageBody>($"usage{Queries.Of(query)}", cancel);

    public Task<Reply<QueueBody>> GetQueueAsync(CancellationToken cancel) => GetAsync<QueueBody>("queue", cancel);

    public Task<Reply<Message>> PauseQueueAsync(CancellationToken cancel) => PostAsync<Message>("queue/pause", cancel);

    public Task<Reply<Message>> ResumeQueueAsync(CancellationToken cancel) => PostAsync<Message>("queue/resume", cancel);

    /// <summary>Follows every change.</summary>
    /// <param name="after">Begins after this event; null begins with what is new.</param>
    /// <param name="connected">Is called each time the server has begun to tell.</param>
    public IAsyncEnumerable<ServerEvent> FollowAsync(EventFilter filter, long? after, CancellationToken cancel, Action? connected = null) =>
        transport.FollowAsync($"{Root}events{Queries.Of(filter, after)}", cancel, connected);

    /// <summary>Tells how the server is; a sick one answers too.</summary>
    public Task<Reply<Health>> GetHealthAsync(CancellationToken cancel) => GetAsync<Health>("health", cancel);

    public Task<Reply<DeepHealth>> CheckHealthAsync(CancellationToken cancel) => GetAsync<DeepHealth>("health/deep", cancel);

    /// <summary>Returns every figure in the text format of Prometheus.</summary>
    public Task<string> GetMetricsAsync(CancellationToken cancel) => TextAsync($"{Root}metrics", cancel);

    public Task<Reply<Message>> ShutDownAsync(CancellationToken cancel) => PostAsync<Message>("shutdown", cancel);

    /// <summary>Sends any request to any route; what the server answers is returned as it is, also where it says no.</summary>
    public Task<HttpResponseMessage> CallAsync(HttpMethod method, string path, string? body, IReadOnlyList<(string Name, string Value)> headers, CancellationToken cancel) =>
        transport.CallAsync(method, path, body, headers, cancel);

    public void Dispose() => transport.Dispose();

    private static string RescuePath(string id) => $"worktrees/rescues/{Uri.EscapeDataString(id)}";

    private Task<string> TextAsync(string path, CancellationToken cancel) => transport.SendAsync(HttpMethod.Get, path, null, null, cancel);

    private Task<Reply<T>> GetAsync<T>(string path, CancellationToken cancel)
        where T : class => SendAsync<T>(HttpMethod.Get, path, null, cancel);

    private Task<Reply<T>> DeleteAsync<T>(string path, CancellationToken cancel)
        where T : class => SendAsync<T>(HttpMethod.Delete, path, null, cancel);

    private Task<Reply<T>> PostAsync<T>(string path, CancellationToken cancel)
        where T : class => SendAsync<T>(HttpMethod.Post, path, "{}", cancel);

    private Task<Reply<T>> PostAsync<TBody, T>(string path, TBody body, CancellationToken cancel, string? key = null)
        where T : class =>
        SendAsync<T>(HttpMethod.Post, path, ClientJson.Write(body), cancel, key);

    private async Task<Reply<T>> SendAsync<T>(HttpMethod method, string path, string? body, CancellationToken cancel, string? key = null)
        where T : class
    {
        var answer = await transport.SendAsync(method, Root + path, body, key, cancel);
        return new Reply<T>(answer.Length == 0 ? "{}" : answer);
    }
}
