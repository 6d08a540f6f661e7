using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Store;

namespace AutoBuild.Orchestrator.Queue;

/// <summary>Tells what became of a message.</summary>
/// <param name="Job">The running job that gets it at its next turn, or the new one that continues the ended one.</param>
/// <param name="Continues">True where a new job was made.</param>
public sealed record MessageDelivered(Job Job, bool Continues);

/// <summary>Takes work in: submits, retries, follow-ups.</summary>
public sealed class Submission(IStore store, Bells bells)
{
    /// <summary>Submits a ticket. Refusals: those of the store, and unknown_agent, agent_command_missing, agent_script_missing, prompt_too_large.</summary>
    public async Task<Result<Created<Job>>> SubmitAsync(NewJob job, IdempotencyKey? key, CancellationToken cancel)
    {
        var made = await store.SubmitJobAsync(job, key, cancel);
        bells.Queue.Ring();
        return made;
    }

    /// <summary>Makes a new job with <c>retry_of</c> on the ticket and branch of an ended one.</summary>
    public async Task<Result<Created<Job>>> RetryAsync(Guid job, string? by, IdempotencyKey? key, CancellationToken cancel)
    {
        if (await store.GetJobAsync(job, cancel) is not { } old)
        {
            return Refusals.JobNotFound(job);
        }

        return await SubmitAsync(new NewJob { ProjectId = old.ProjectId, TicketId = old.TicketId, RetryOf = old.Id, CreatedBy = by }, key, cancel);
    }

    /// <summary>Gives a running job a message for its next turn, or continues an ended one with it.</summary>
    public async Task<Result<MessageDelivered>> MessageAsync(Guid job, string text, string? by, CancellationToken cancel)
    {
        if (await store.GetJobAsync(job, cancel) is not { } old)
        {
            return Refusals.JobNotFound(job);
        }

        var next = new NewJob { ProjectId = old.ProjectId, TicketId = old.TicketId, Continues = old.Id, Message = text, CreatedBy = by };
        var made = await SubmitAsync(next, null, cancel);
        return made.Done ? new MessageDelivered(made.Value.Value, true) : made.Refusal;
    }
}
