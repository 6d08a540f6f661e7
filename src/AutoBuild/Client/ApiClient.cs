using System.Text.Json.Nodes;
using AutoBuild.Agents;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Tickets;
using AutoBuild.Core.Worktrees;
using AutoBuild.Orchestrator.Projects;

namespace AutoBuild.Client;

/// <summary>Calls the server's routes by name.</summary>
internal sealed class ApiClient(ServerAddress server, TimeProvider time) : IDisposable
{
    private const string Root = "api/v1/";

    private readonly ApiTransport _transport = new(server, time);

    /// <summary>Connects at once, so that a start that fails is told before anything else.</summary>
    public static async Task<ApiClient> OpenAsync(ServerAddress server, TimeProvider time, CancellationToken cancel)
    {
        await server.GetAsync(cancel);
        return new ApiClient(server, time);
    }

    // Projects

    public Task<Reply<ProjectList>> ListProjectsAsync(string query, CancellationToken cancel) => GetAsync<ProjectList>($"projects?{query}", cancel);

    public Task<Reply<Project>> GetProjectAsync(Guid id, CancellationToken cancel) => GetAsync<Project>($"projects/{id}", cancel);

    public Task<Reply<ProjectStatus>> GetProjectStatusAsync(Guid id, CancellationToken cancel) => GetAsync<ProjectStatus>($"projects/{id}/status", cancel);

    /// <param name="key">The same key and body give the same project again; null always makes one.</param>
    public Task<Reply<Project>> CreateProjectAsync(JsonObject body, string? key, CancellationToken cancel) =>
        SendAsync<Project>(HttpMethod.Post, "projects", body, cancel, key);

    public Task<Reply<Project>> EditProjectAsync(Guid id, JsonObject body, CancellationToken cancel) =>
        SendAsync<Project>(HttpMethod.Patch, $"projects/{id}", body, cancel);

    public Task<Reply<Sentence>> DeleteProjectAsync(Guid id, CancellationToken cancel) => SendAsync<Sentence>(HttpMethod.Delete, $"projects/{id}", null, cancel);

    public Task<Reply<Project>> RestoreProjectAsync(Guid id, CancellationToken cancel) => PostAsync<Project>($"projects/{id}/restore", [], cancel);

    public Task<Reply<SyncView>> SyncProjectAsync(Guid id, JsonObject body, CancellationToken cancel) => PostAsync<SyncView>($"projects/{id}/sync", body, cancel);

    // Tickets

    public Task<Reply<TicketList>> ListTicketsAsync(Guid project, string query, CancellationToken cancel) =>
        GetAsync<TicketList>($"projects/{project}/tickets?{query}", cancel);

    public Task<Reply<Ticket>> GetTicketAsync(Guid id, CancellationToken cancel) => GetAsync<Ticket>($"tickets/{id}", cancel);

    public Task<Reply<Ticket>> CreateTicketAsync(Guid project, JsonObject body, CancellationToken cancel) =>
        PostAsync<Ticket>($"projects/{project}/tickets", body, cancel);

    public Task<Reply<Ticket>> EditTicketAsync(Guid id, JsonObject body, CancellationToken cancel) =>
        SendAsync<Ticket>(HttpMethod.Patch, $"tickets/{id}", body, cancel);

    public Task<Reply<Sentence>> DeleteTicketAsync(Guid id, CancellationToken cancel) => SendAsync<Sentence>(HttpMethod.Delete, $"tickets/{id}", null, cancel);

    public Task<Reply<Ticket>> DependAsync(Guid id, Guid other, bool remove, CancellationToken cancel) =>
        SendAsync<Ticket>(remove ? HttpMethod.Delete : HttpMethod.Put, $"tickets/{id}/dependencies/{other}", null, cancel);

    // Jobs

    public Task<Reply<JobList>> ListJobsAsync(string query, CancellationToken cancel) => GetAsync<JobList>($"jobs?{query}", cancel);

    public Task<Reply<JobView>> GetJobAsync(Guid id, CancellationToken cancel) => GetAsync<JobView>($"jobs/{id}", cancel);

    public Task<Reply<SubmittedView>> SubmitAsync(JsonObject body, CancellationToken cancel) => PostAsync<SubmittedView>("jobs", body, cancel);

    public Task<Reply<Sentence>> CancelAsync(Guid job, CancellationToken cancel) => SendAsync<Sentence>(HttpMethod.Delete, $"jobs/{job}", null, cancel);

    public Task<Reply<SubmittedView>> RetryAsync(Guid job, CancellationToken cancel) => PostAsync<SubmittedView>($"jobs/{job}/retry", [], cancel);

    public Task<Reply<MessageView>> MessageAsync(Guid job, string text, CancellationToken cancel) =>
        PostAsync<MessageView>($"jobs/{job}/messages", ClientJson.Body(("text", text)), cancel);

    public Task<Reply<Landing>> LandAsync(Guid job, CancellationToken cancel) => PostAsync<Landing>($"jobs/{job}/land", [], cancel);

    public Task<string> DiffAsync(Guid job, CancellationToken cancel) => _transport.SendAsync(HttpMethod.Get, $"{Root}jobs/{job}/diff", null, null, cancel);

    /// <summary>Follows what happens inside a job until it has ended.</summary>
    public IAsyncEnumerable<ServerEvent> FollowJobAsync(Guid job, CancellationToken cancel) => _transport.FollowAsync($"{Root}jobs/{job}/logs", cancel);

    /// <summary>Returns what happened so far, one JSON document a line.</summary>
    public Task<string> ReadJobEventsAsync(Guid job, CancellationToken cancel) =>
        _transport.SendAsync(HttpMethod.Get, $"{Root}jobs/{job}/logs?follow=false", null, null, cancel);

    public Task CopyLogAsync(Guid job, string query, Stream to, CancellationToken cancel) => _transport.CopyAsync($"{Root}jobs/{job}/log?{query}", to, cancel);

    // Landings

    public Task<Reply<LandingList>> ListLandingsAsync(string query, CancellationToken cancel) => GetAsync<LandingList>($"landings?{query}", cancel);

    public Task<Reply<Landing>> GetLandingAsync(Guid id, CancellationToken cancel) => GetAsync<Landing>($"landings/{id}", cancel);

    /// <param name="verb">requeue or eject.</param>
    public Task<Reply<Landing>> ChangeLandingAsync(Guid id, string verb, CancellationToken cancel) => PostAsync<Landing>($"landings/{id}/{verb}", [], cancel);

    public Task<Reply<Landing>> ResolveLandingAsync(Guid id, string commit, CancellationToken cancel) =>
        PostAsync<Landing>($"landings/{id}/resolve", ClientJson.Body(("commit", commit)), cancel);

    /// <param name="verb">pause or resume.</param>
    public Task<Reply<Sentence>> ChangeTrainAsync(string verb, JsonObject body, CancellationToken cancel) => PostAsync<Sentence>($"landings/{verb}", body, cancel);

    // Worktrees

    public Task<Reply<WorktreeList>> ListWorktreesAsync(string query, CancellationToken cancel) => GetAsync<WorktreeList>($"worktrees?{query}", cancel);

    public Task<Reply<Worktree>> CreateWorktreeAsync(JsonObject body, CancellationToken cancel) => PostAsync<Worktree>("worktrees", body, cancel);

    public Task<Reply<Sentence>> DeleteWorktreeAsync(Guid id, bool force, CancellationToken cancel) =>
        SendAsync<Sentence>(HttpMethod.Delete, $"worktrees/{id}{(force ? "?force=true" : "")}", null, cancel);

    public Task<Reply<RescueList>> ListRescuesAsync(string query, CancellationToken cancel) => GetAsync<RescueList>($"worktrees/rescues?{query}", cancel);

    public Task<Reply<RestoredView>> RestoreRescueAsync(string id, JsonObject body, CancellationToken cancel) =>
        PostAsync<RestoredView>($"worktrees/rescues/{Uri.EscapeDataString(id)}/restore", body, cancel);

    public Task<Reply<RescueView>> ShowRescueAsync(string id, CancellationToken cancel) => GetAsync<RescueView>($"worktrees/rescues/{Uri.EscapeDataString(id)}", cancel);

    public Task<Reply<Sentence>> DropRescueAsync(string id, CancellationToken cancel) =>
        SendAsync<Sentence>(HttpMethod.Delete, $"worktrees/rescues/{Uri.EscapeDataString(id)}", null, cancel);

    public Task<string> DiffRescueAsync(string id, CancellationToken cancel) =>
        _transport.SendAsync(HttpMethod.Get, $"{Root}worktrees/rescues/{Uri.EscapeDataString(id)}/diff", null, null, cancel);

    // Agents

    public Task<Reply<AgentList>> ListAgentsAsync(string query, CancellationToken cancel) => GetAsync<AgentList>($"agents?{query}", cancel);

    /// <param name="model">Null is the agent's own choice.</param>
    public Task<Reply<AgentChecked>> CheckAgentAsync(string name, string? model, CancellationToken cancel) =>
        PostAsync<AgentChecked>($"agents/{Uri.EscapeDataString(name)}/check", ClientJson.Body(("model", model)), cancel);

    // Usage, queue, events

    public Task<Reply<UsageView>> GetUsageAsync(string query, CancellationToken cancel) => GetAsync<UsageView>($"usage?{query}", cancel);

    public Task<Reply<QueueView>> GetQueueAsync(CancellationToken cancel) => GetAsync<QueueView>("queue", cancel);

    /// <param name="verb">pause or resume.</param>
    public Task<Reply<Sentence>> ChangeQueueAsync(string verb, CancellationToken cancel) => PostAsync<Sentence>($"queue/{verb}", [], cancel);

    /// <summary>Follows every change; begins with what is new.</summary>
    public IAsyncEnumerable<ServerEvent> FollowAsync(string query, CancellationToken cancel) => _transport.FollowAsync($"{Root}events?{query}", cancel);

    public Task<Reply<Sentence>> ShutDownAsync(CancellationToken cancel) => PostAsync<Sentence>("shutdown", [], cancel);

    public void Dispose() => _transport.Dispose();

    private Task<Reply<T>> GetAsync<T>(string path, CancellationToken cancel) => SendAsync<T>(HttpMethod.Get, path, null, cancel);

    private Task<Reply<T>> PostAsync<T>(string path, JsonObject body, CancellationToken cancel) => SendAsync<T>(HttpMethod.Post, path, body, cancel);

    private async Task<Reply<T>> SendAsync<T>(HttpMethod method, string path, JsonObject? body, CancellationToken cancel, string? key = null)
    {
        var answer = await _transport.SendAsync(method, Root + path, body, key, cancel);
        var json = answer.Length == 0 ? "{}" : answer;
        return new Reply<T>(ClientJson.Read<T>(json), json);
    }
}
