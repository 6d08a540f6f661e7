using System.ComponentModel.DataAnnotations;
using AutoBuild.Contract;
using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator;
using AutoBuild.Orchestrator.Callbacks;
using AutoBuild.Orchestrator.Landings;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Orchestrator.Queue;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoBuild.Api;

internal static class JobEndpoints
{
    public static void MapJobs(this IEndpointRouteBuilder api)
    {
        var jobs = api.MapGroup("/jobs").WithTags("jobs");
        jobs.MapGet("", List).Produces<JobList>();
        jobs.MapPost("", Submit).Produces<Submitted>(201).WithMetadata(new KeyKept()).Refuses(404, "project_not_found", "ticket_not_found")
            .Refuses(400, ["callback_private", "repository_unreachable", "source_invalid", .. RouteRefusals.OfAgent, .. RouteRefusals.OfGit]).Refuses(409, ["ticket_other_project", .. RouteRefusals.OfSubmit]);
        jobs.MapGet("/{id}", Get).Produces<Job>().Refuses(404, "job_not_found");
        jobs.MapDelete("/{id}", Cancel).Produces<Message>().Refuses(404, "job_not_found").Refuses(409, "job_already_finished", "illegal_transition");
        jobs.MapPost("/{id}/retry", Retry).Produces<Submitted>(201).WithMetadata(new KeyKept()).Refuses(400, RouteRefusals.OfAgent)
            .Refuses(404, "job_not_found", "project_not_found", "ticket_not_found").Refuses(409, ["job_not_over", .. RouteRefusals.OfSubmit]);
        jobs.MapPost("/{id}/messages", Say).Produces<Submitted>(201).Produces<Delivered>().Refuses(400, ["message_empty", .. RouteRefusals.OfAgent])
            .Refuses(404, "job_not_found", "project_not_found", "ticket_not_found").Refuses(409, ["job_not_started", "job_stopping", .. RouteRefusals.OfSubmit]);
        jobs.MapPost("/{id}/land", Land).Produces<Landing>(201).Refuses(404, "job_not_found", "project_not_found").Refuses(409, "already_landed", "not_landable", "pull_request_unavailable", "qa_failed");
    }

    /// <summary>Lists jobs, newest first.</summary>
    internal static async Task<IResult> List(
        int? limit, string? cursor, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "project_id")] string? project,
        [Microsoft.AspNetCore.Mvc.FromQuery(Name = "ticket_id")] string? ticket, [Words<JobStatus>] string? status, IStore store, Admission admission, Radar radar, CancellationToken cancel)
    {
        var fields = new Fields();
        var request = new ListQuery(limit, cursor).Read(fields);
        var filter = new JobFilter(fields.OptionalId("project_id", project), fields.OptionalId("ticket_id", ticket), fields.OneOf<JobStatus>("status", status));
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var page = await store.ListJobsAsync(filter, request, cancel);
        return TypedResults.Ok(new JobList([.. page.Items.Select(job => radar.Tell(admission.Explain(job)))], page.NextCursor));
    }

    /// <summary>Submits a ticket to the queue.</summary>
    internal static async Task<IResult> Submit(
        SubmitBody body, HttpContext http, IStore store, ProjectRegistry registry, Submission submission, OrchestratorOptions options, Receivers receivers, SecretBox box, CancellationToken cancel)
    {
        var fields = new Fields { Agents = options.Agents.Names };
        var caller = Caller.Of(http);
        var job = body.Read(fields, caller.Name);
        if ((fields.Problem ?? caller.RefuseCommand(body.AgentCommand, body.AgentScript)) is { } problem)
        {
            return problem;
        }

        if (job.CallbackUrl is { } receiver && await receivers.RefuseAsync(receiver, cancel) is { } refusal)
        {
            return Problem.Of(refusal);
        }

        job = job with { CallbackSecret = body.CallbackSecret is { } secret ? box.Seal(secret) : null };
        if (await store.GetProjectAsync(job.ProjectId, cancel) is null && await MakeProjectAsync(job.ProjectId, body.RepoFullName, registry, cancel) is { } missing)
        {
            return missing;
        }

        return await AnswerAsync(await submission.SubmitAsync(job, Idempotency.Of(http), cancel), http, store, cancel);
    }

    // Both ids may be another system's: such a client never makes projects, it only names the repository.
    private static async Task<Problem?> MakeProjectAsync(Guid id, string? repository, ProjectRegistry registry, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(repository))
        {
            return Problem.NotFound("project", id);
        }

        var made = await registry.CreateAsync(new NewProject { Id = id, Name = repository, GithubRepoFullName = repository }, null, cancel);
        return made.Done ? null : Problem.Of(made.Refusal);
    }

    /// <summary>Returns a job with its attempts, checks and usage, and with whom its branch collides.</summary>
    internal static async Task<IResult> Get(Guid id, IStore store, Admission admission, Radar radar, CancellationToken cancel) =>
        (await store.GetJobAsync(id, cancel) is { } job ? radar.Tell(admission.Explain(job)) : null).Answer("job", id);

    /// <summary>Cancels a job; a running one is stopped, and shown as cancelled once nothing of it is alive.</summary>
    /// <param name="reason">Is kept on the job.</param>
    internal static async Task<IResult> Cancel(Guid id, [MaxLength(1000)] string? reason, HttpContext http, Cancellation cancellation, CancellationToken cancel)
    {
        var fields = new Fields();
        fields.Text("reason", reason, 1000);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var job = await cancellation.CancelAsync(id, reason ?? $"Cancelled by {Caller.Of(http).Name}.", cancel);
        return job.Answer(job.Value?.State == JobState.Cancelled ? "The job is cancelled." : "The job is being stopped.");
    }

    /// <summary>Makes a new job for the same ticket and branch; the old one stays as it is.</summary>
    internal static async Task<IResult> Retry(Guid id, HttpContext http, IStore store, Submission submission, CancellationToken cancel) =>
        await AnswerAsync(await submission.RetryAsync(id, Caller.Of(http).Name, Idempotency.Of(http), cancel), http, store, cancel);

    /// <summary>Gives a running job a message for its next turn, or makes a job that continues an ended one.</summary>
    internal static async Task<IResult> Say(Guid id, MessageBody body, HttpContext http, IStore store, Submission submission, CancellationToken cancel)
    {
        var fields = new Fields();
        var text = fields.Required("message", body.Message ?? body.Text, 100_000);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var said = await submission.MessageAsync(id, text, Caller.Of(http).Name, Idempotency.Of(http), cancel);
        return !said.Done ? Problem.Of(said.Refusal)
            : said.Value.Continues ? await AnswerAsync(new Created<Job>(said.Value.Job, false), http, store, cancel)
            : TypedResults.Ok(new Delivered(null, "The running job gets the message now (Claude Code) or at its next turn; if it ends first, a new job continues it with the message."));
    }

    /// <summary>Approves a completed job: its branch goes onto the train of its target.</summary>
    internal static async Task<IResult> Land(Guid id, HttpContext http, LandingDesk desk, CancellationToken cancel)
    {
        var landing = await desk.ApproveAsync(id, Caller.Of(http).Name, cancel);
        return landing.Done ? TypedResults.Created($"/api/v1/landings/{landing.Value.Id}", landing.Value) : Problem.Of(landing.Refusal);
    }

    private static async Task<IResult> AnswerAsync(Result<Created<Job>> made, HttpContext http, IStore store, CancellationToken cancel)
    {
        if (!made.Done)
        {
            return Problem.Of(made.Refusal);
        }

        Idempotency.Tell(http, made.Value.Replayed);
        var job = made.Value.Value;
        var ahead = (await store.GetQueueStatsAsync(cancel)).ByPriority.Where(waiting => waiting.Key >= job.Priority).Sum(waiting => waiting.Value);
        var position = Math.Max(1, ahead);
        return TypedResults.Created($"/api/v1/jobs/{job.Id}", new Submitted(job, position, Describe(job, position)));
    }

    private static string Describe(Job job, int position) => job.State switch
    {
        JobState.Blocked => "The job waits for a ticket it depends on to land.",
        JobState.Pending => "The job waits for its time or an approval.",
        JobState.Queued => $"The job is queued at position {position}.",
        JobState.Dispatched or JobState.Running or JobState.Cancelling or JobState.RetryWait
            or JobState.Completed or JobState.Failed or JobState.Cancelled or JobState.TimedOut => "The job was submitted before.",
    };
}

/// <summary>Answers a message that a running job gets.</summary>
/// <param name="Job">Null, since no job was made.</param>
internal sealed record Delivered(Job? Job, string Message);
