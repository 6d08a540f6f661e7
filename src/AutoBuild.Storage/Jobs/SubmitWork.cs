using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;
using AutoBuild.Storage.Tickets;

namespace AutoBuild.Storage.Jobs;

/// <summary>Makes a job of a ticket: freezes its text and queues it, blocks it, or keeps it until its hour.</summary>
internal sealed class SubmitWork(UnitOfWork work)
{
    private const int LongestTitle = 200;

    public Result<Created<Job>> Submit(NewJob wanted, IdempotencyKey? key) =>
        work.Idempotency.Once(key, work.Jobs.FindWithAttempts, () => Submit(wanted), job => job.Id);

    private Result<Job> Submit(NewJob wanted)
    {
        var project = work.Projects.Living(wanted.ProjectId);
        if (!project.Done)
        {
            return project.Refusal;
        }

        var ticket = TicketOf(wanted);
        if (!ticket.Done)
        {
            return ticket.Refusal;
        }

        if (Objection(wanted, ticket.Value) is { } refusal)
        {
            return refusal;
        }

        return TicketMachine.After(ticket.Value.Status, TicketTrigger.JobSubmitted) is { } to
            ? Enter(Made(wanted, ticket.Value, project.Value), ticket.Value, to)
            : new Refusal(RefusalKind.Conflict, "illegal_move", "A completed ticket takes no further job; make a new ticket.");
    }

    private Result<Ticket> TicketOf(NewJob wanted)
    {
        if (work.Tickets.Row(wanted.TicketId) is { } row)
        {
            return row.DeletedAt is null ? row.Ticket : TicketWork.Missing(wanted.TicketId);
        }

        return work.Tickets.Insert(new NewTicket
        {
            Id = wanted.TicketId,
            ProjectId = wanted.ProjectId,
            Title = wanted.TicketTitle ?? FirstLine(wanted.Prompt),
            Description = wanted.TicketDescription ?? "",
            Status = TicketState.Ready,
            Priority = wanted.Priority ?? Priority.Normal,
        });
    }

    private static string FirstLine(string? prompt)
    {
        var line = (prompt ?? "").AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        line = end < 0 ? line : line[..end].TrimEnd();
        return new string(line.Length > LongestTitle ? line[..LongestTitle] : line);
    }

    private Refusal? Objection(NewJob wanted, Ticket ticket) =>
        ticket.ProjectId != wanted.ProjectId
            ? new Refusal(RefusalKind.Conflict, "ticket_other_project", $"The ticket belongs to the project {ticket.ProjectId}.")
            : work.Tickets.IsBusy(ticket.Id) ? TicketWork.Busy()
            : work.Ledger.TicketReached(ticket.Id, ticket.ProjectId, MaxCost(wanted, ticket)) is { } cap ? new Refusal(RefusalKind.Conflict, "budget_used_up", cap.Sentence)
            : null;

    // A retry goes by what the ticket says now: its limit may have been raised, another model chosen.
    private static decimal? MaxCost(NewJob wanted, Ticket ticket) => IsFirst(wanted) ? wanted.MaxCostUsd ?? ticket.MaxCostUsd : ticket.MaxCostUsd ?? wanted.MaxCostUsd;

    private static string? Model(NewJob wanted, Ticket ticket) => IsFirst(wanted) ? wanted.Model ?? ticket.Model : ticket.Model ?? wanted.Model;

    private static bool IsFirst(NewJob wanted) => wanted.RetryOf is null && wanted.Continues is null;

    private Job Made(NewJob wanted, Ticket ticket, Project project) => new()
    {
        Id = Guid.CreateVersion7(work.Now),
        TicketId = ticket.Id,
        ProjectId = ticket.ProjectId,
        Priority = wanted.Priority ?? ticket.Priority,
        State = JobState.Pending,
        Prompt = wanted.Prompt ?? ticket.Prompt,
        BranchName = ticket.BranchName ?? BranchName.Of(ticket.Id, ticket.Title),
        BaseBranch = wanted.BaseBranch ?? ticket.BaseBranch,
        CallbackUrl = wanted.CallbackUrl,
        CallbackSecret = wanted.CallbackSecret,
        MaxAttempts = work.Options.MaxAttempts,
        CreatedAt = work.Now,
        Agent = wanted.Agent ?? ticket.Agent ?? project.Agent,
        AgentCommand = wanted.AgentCommand ?? ticket.AgentCommand,
        AgentScript = wanted.AgentScript ?? ticket.AgentScript,
        Model = Model(wanted, ticket),
        Executor = wanted.Executor ?? project.Executor,
        SessionId = wanted.Continues is { } earlier && work.Jobs.Find(earlier) is { } continued && continued.TicketId == ticket.Id ? continued.SessionId : null,
        RetryOf = wanted.RetryOf,
        Continues = wanted.Continues,
        ReworkOf = wanted.ReworkOf,
        Message = wanted.Message,
        RunAt = wanted.RunAt,
        MaxCostUsd = MaxCost(wanted, ticket),
        CreatedBy = wanted.CreatedBy,
        Trace = wanted.Trace,
    };

    private Job Enter(Job job, Ticket ticket, TicketState to)
    {
        work.JobMoves.Insert(job);
        work.TicketMoves.Submitted(ticket, job, to);
        if (job.RunAt > work.Now)
        {
            work.Events.Job(job);
            return job;
        }

        var entered = work.JobMoves.Decide(job, new JobInput.Released(ticket.BlockedBy.Count == 0)).OrThrow();
        if (entered.State == JobState.Blocked)
        {
            work.Dependencies.Recheck(ticket.Id);
        }

        return entered;
    }
}
