using System.Text;
using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Core.Telemetry;
using AutoBuild.Core.Tickets;
using AutoBuild.Orchestrator.Runs;

namespace AutoBuild.Orchestrator.Queue;

/// <summary>Tells what became of a message.</summary>
/// <param name="Job">The running job that gets it at its next turn, or the new one that continues the ended one.</param>
/// <param name="Continues">True where a new job was made.</param>
public sealed record MessageDelivered(Job Job, bool Continues);

/// <summary>Takes work in: submits, retries, follow-ups.</summary>
public sealed class Submission(IStore store, RunWatches watches, OrchestratorOptions options, Bells bells)
{
    /// <summary>Bytes of a prompt or message; 4 MiB.</summary>
    public const int LongestPrompt = 4 << 20;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Submits a ticket. Refusals: those of the store, and unknown_agent, agent_missing, agent_command_missing, agent_script_missing, executor_missing, prompt_too_large.
    /// </summary>
    public async Task<Result<Created<Job>>> SubmitAsync(NewJob job, IdempotencyKey? key, CancellationToken cancel)
    {
        var ticket = await store.GetTicketAsync(job.TicketId, cancel);
        var project = await store.GetProjectAsync(job.ProjectId, cancel);
        // Named in the job, so that a limit of its provider holds all jobs that run into it.
        job = job with { Agent = options.Agents.Choose(job.Agent, ticket, project) };
        if (Objection(job, ticket, project) is { } refusal)
        {
            return refusal;
        }

        using var span = Traces.Begin("submit");
        var made = await store.SubmitJobAsync(job with { Trace = span?.Id }, key, cancel);
        span.About(made.Done ? made.Value.Value : null);
        bells.Queue.Ring();
        return made;
    }

    /// <summary>Makes a new job with <c>retry_of</c> on the ticket and branch of an ended one, with its text and agent.</summary>
    public async Task<Result<Created<Job>>> RetryAsync(Guid job, string? by, IdempotencyKey? key, CancellationToken cancel) =>
        await store.GetJobAsync(job, cancel) is { } old
            ? old.State.IsOver()
                ? await SubmitAsync(Again(old, by) with { RetryOf = old.Id }, key, cancel)
                : Refusals.Conflict("job_not_over", "The job is not over yet; only an ended one can be retried. Cancel it first.")
            : Refusals.JobNotFound(job);

    /// <summary>
    /// Gives a running job a message for its next turn, or continues an ended one with it; so does a job that ends before that turn.
    /// Refusals: job_not_found, message_empty, prompt_too_large, job_not_started, job_stopping, and those of a submit.
    /// </summary>
    /// <param name="key">Makes the job that continues an ended one only once.</param>
    public async Task<Result<MessageDelivered>> MessageAsync(Guid job, string text, string? by, IdempotencyKey? key, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return Refusals.Invalid("message_empty", "Write a message.");
        }

        if (TooLong(text) is { } refusal)
        {
            return refusal;
        }

        if (await store.GetJobAsync(job, cancel) is not { } old)
        {
            return Refusals.JobNotFound(job);
        }

        return old.State.IsOver() ? await ContinueAsync(old, text, by, key, cancel) : await TellAsync(old, text, by, key, cancel);
    }

    private async Task<Result<MessageDelivered>> ContinueAsync(Job old, string text, string? by, IdempotencyKey? key, CancellationToken cancel)
    {
        var made = await SubmitAsync(Again(old, by) with { Continues = old.Id, Message = text }, key, cancel);
        return made.Done ? new MessageDelivered(made.Value.Value, true) : made.Refusal;
    }

    private async Task<Result<MessageDelivered>> TellAsync(Job job, string text, string? by, IdempotencyKey? key, CancellationToken cancel)
    {
        if (job.State == JobState.Cancelling)
        {
            return Refusals.Conflict("job_stopping", "The job is being stopped. Send the message when it has ended: it then starts a job that continues this one.");
        }

        if (job.State.IsActive() && watches.Tell(job.Id, text))
        {
            return new MessageDelivered(job, false);
        }

        // It may have ended since it was looked at, or end in this moment.
        return await SettledAsync(job.Id, cancel) is { } now && now.State.IsOver()
            ? await ContinueAsync(now, text, by, key, cancel)
            : Refusals.Conflict("job_not_started", "The job has not started yet. Send the message when it runs, or cancel it and change the ticket.");
    }

    private async Task<Job?> SettledAsync(Guid job, CancellationToken cancel)
    {
        while (watches.IsEnding(job))
        {
            var seen = await store.GetLastEventIdAsync(cancel);
            if (await store.GetJobAsync(job, cancel) is { } now && !now.State.IsActive())
            {
                return now;
            }

            await store.WaitForEventsAsync(seen, Look, cancel);
        }

        return await store.GetJobAsync(job, cancel);
    }

    /// <summary>Describes the job that takes a landing which failed back to the agent whose work it is. Refusals: job_not_found, and those of a submit but the store's.</summary>
    /// <param name="text">What failed.</param>
    public async Task<Result<NewJob>> ReworkAsync(Landing landing, string text, CancellationToken cancel)
    {
        if (await store.GetJobAsync(landing.JobId, cancel) is not { } old)
        {
            return Refusals.JobNotFound(landing.JobId);
        }

        var ticket = await store.GetTicketAsync(old.TicketId, cancel);
        var project = await store.GetProjectAsync(old.ProjectId, cancel);
        var job = Again(old, "train") with { Continues = old.Id, ReworkOf = landing.Id, Message = text, Agent = options.Agents.Choose(old.Agent, ticket, project) };
        return (Objection(job, ticket, project) ?? TooLong(text)) is { } refusal ? refusal : job;
    }

    /// <summary>Describes another job for the ticket and branch of an ended one.</summary>
    internal static NewJob Again(Job old, string? by) => new()
    {
        ProjectId = old.ProjectId,
        TicketId = old.TicketId,
        Prompt = old.Prompt,
        Priority = old.Priority,
        BaseBranch = old.BaseBranch,
        Agent = old.Agent,
        AgentCommand = old.AgentCommand,
        AgentScript = old.AgentScript,
        Model = old.Model,
        CallbackUrl = old.CallbackUrl,
        CallbackSecret = old.CallbackSecret,
        MaxCostUsd = old.MaxCostUsd,
        Executor = old.Executor,
        CreatedBy = by,
    };

    // Refused now rather than failed later: nobody waits for a job that can't start.
    private Refusal? Objection(NewJob job, Ticket? ticket, Project? project)
    {
        if ((job.Executor ?? project?.Executor ?? Executor.Local) != Executor.Local)
        {
            return Refusals.Conflict("executor_missing", "GitHub Actions is not configured here. Set the executor of project or job to local.");
        }

        var known = string.Join(", ", options.Agents.Names);
        return job.Agent switch
        {
            null => Refusals.Invalid("agent_missing", $"Neither ticket, project nor configuration names an agent. Give one of: {known}."),
            _ when !options.Agents.Names.Contains(job.Agent) => Refusals.Invalid("unknown_agent", $"There is no agent '{job.Agent}'. Known are: {known}."),
            KnownAgents.Command when string.IsNullOrWhiteSpace(job.AgentCommand ?? ticket?.AgentCommand) =>
                Refusals.Invalid("agent_command_missing", "The agent 'command' needs agent_command: the command line that takes the prompt on its standard input."),
            KnownAgents.Scripted when string.IsNullOrWhiteSpace(job.AgentScript ?? ticket?.AgentScript) =>
                Refusals.Invalid("agent_script_missing", "The agent 'scripted' needs agent_script: the text of the script it follows."),
            _ => TooLong(job.Prompt),
        };
    }

    private static Refusal? TooLong(string? text) => text is not null && Encoding.UTF8.GetByteCount(text) > LongestPrompt
        ? Refusals.Invalid("prompt_too_large", $"The text is longer than {LongestPrompt >> 20} MiB. Put long material into the repository and name the file.")
        : null;
}
