using AutoBuild.Core;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;
using AutoBuild.Orchestrator.Queue;

namespace AutoBuild.Api;

/// <summary>Moves a card from column to column, with what that means for its job.</summary>
internal sealed class TicketMoves(IStore store, Submission submission, Cancellation cancellation, Dispatcher dispatcher)
{
    /// <summary>Moves a ticket; one that is there already stays as it is.</summary>
    /// <param name="by">Who moves it.</param>
    public async Task<Result<Ticket>> MoveAsync(Ticket ticket, TicketState to, string by, CancellationToken cancel)
    {
        if (ticket.Status == to)
        {
            return ticket;
        }

        var move = TicketMachine.Move(ticket.Status, to);
        return move.Done ? await ApplyAsync(ticket, move.Value, by, cancel) : move.Refusal;
    }

    /// <summary>Wakes the queue after something has been unblocked.</summary>
    public void Freed() => dispatcher.Nudge();

    private async Task<Result<Ticket>> ApplyAsync(Ticket ticket, TicketTrigger move, string by, CancellationToken cancel)
    {
        if (move is TicketTrigger.Start)
        {
            var job = await submission.SubmitAsync(new NewJob { ProjectId = ticket.ProjectId, TicketId = ticket.Id, CreatedBy = by }, null, cancel);
            return job.Done ? await AgainAsync(ticket, cancel) : job.Refusal;
        }

        if (move is TicketTrigger.Withdraw && ticket.JobId is { } running)
        {
            var job = await cancellation.CancelAsync(running, $"The card was moved back by {by}.", cancel);
            return job.Done ? await AgainAsync(ticket, cancel) : job.Refusal;
        }

        return await store.MoveTicketAsync(ticket.Id, move, cancel);
    }

    private async Task<Result<Ticket>> AgainAsync(Ticket ticket, CancellationToken cancel) => await store.GetTicketAsync(ticket.Id, cancel) ?? ticket;
}
