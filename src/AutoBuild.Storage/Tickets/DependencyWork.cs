using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Tickets;

namespace AutoBuild.Storage.Tickets;

/// <summary>Keeps which ticket waits for which to land, and frees or warns those that wait.</summary>
internal sealed class DependencyWork(UnitOfWork work)
{
    public Result<Ticket> Add(Guid id, Guid dependsOn)
    {
        if (work.Tickets.Find(id) is not { } ticket)
        {
            return TicketWork.Missing(id);
        }

        var job = Unfinished(id);
        if (job is not null && job.State.IsActive())
        {
            return TicketWork.Busy();
        }

        if (Link(ticket, dependsOn) is { } refusal)
        {
            return refusal;
        }

        if (job is not null && work.Tickets.Find(id)!.BlockedBy.Count > 0)
        {
            work.JobMoves.Decide(job, new JobInput.DependencyAdded()).OrThrow();
        }

        return Recheck(id);
    }

    public Result<Ticket> Remove(Guid id, Guid dependsOn)
    {
        if (work.Tickets.Find(id) is null)
        {
            return TicketWork.Missing(id);
        }

        work.Session.Run("dependency_delete", ("ticket_id", id), ("depends_on_id", dependsOn));
        Free(id);
        return Recheck(id);
    }

    /// <summary>Makes a ticket depend on these and no others.</summary>
    public Result<Ticket> Set(Ticket ticket, IReadOnlyList<Guid> others)
    {
        Result<Ticket> changed = ticket;
        foreach (var other in ticket.DependsOn.Except(others))
        {
            changed = Remove(ticket.Id, other);
        }

        foreach (var other in others.Except(ticket.DependsOn))
        {
            if (!(changed = Add(ticket.Id, other)).Done)
            {
                break;
            }
        }

        return changed;
    }

    /// <summary>Writes one edge, or says why there can be none.</summary>
    public Refusal? Link(Ticket ticket, Guid dependsOn)
    {
        if (work.Tickets.Find(dependsOn) is not { } other)
        {
            return new Refusal(RefusalKind.NotFound, "dependency_not_found", $"There is no ticket {dependsOn} to depend on.");
        }

        if (other.ProjectId != ticket.ProjectId)
        {
            return new Refusal(RefusalKind.Conflict, "dependency_other_project", "A ticket can depend on tickets of its own project only.");
        }

        if (work.Session.Number("dependency_reaches", ("from_id", dependsOn), ("to_id", ticket.Id)) != 0)
        {
            return new Refusal(RefusalKind.Conflict, "dependency_cycle", $"\"{other.Title}\" already waits for \"{ticket.Title}\"; they would wait for each other for ever.");
        }

        work.Session.Run("dependency_insert", ("ticket_id", ticket.Id), ("depends_on_id", dependsOn), ("now", work.Now));
        return null;
    }

    /// <summary>Queues every job that waited for this ticket alone.</summary>
    public void Landed(Guid id)
    {
        foreach (var dependent in Dependents(id))
        {
            Free(dependent);
            Recheck(dependent);
        }
    }

    /// <summary>Tells those that wait for this ticket whether they wait in vain.</summary>
    public void Changed(Guid id)
    {
        foreach (var dependent in Dependents(id).Where(dependent => Unfinished(dependent) is { State: JobState.Blocked }))
        {
            Recheck(dependent);
        }
    }

    /// <summary>Sets or takes back the ticket's call for help about its dependencies.</summary>
    public Ticket Recheck(Guid id)
    {
        var row = work.Tickets.Row(id)!;
        var needs = row.Ticket.NeedsYou;
        if (needs is null or { Kind: NeedsYouKind.Dependency })
        {
            needs = Unfinished(id) is { State: JobState.Blocked } ? Stuck(id) : null;
        }

        return work.Tickets.Save(row with { Ticket = row.Ticket with { NeedsYou = needs } });
    }

    private NeedsYou? Stuck(Guid id)
    {
        var stuck = work.Session.Many("dependencies_stuck", TicketRow.Read, ("id", id));
        return stuck.Count == 0
            ? null
            : new NeedsYou(NeedsYouKind.Dependency, $"It waits for {string.Join(", ", stuck.Select(Why))}. Run that again, or remove the dependency.");
    }

    private static string Why(TicketRow row) => (row.DeletedAt, row.Ticket.Status) switch
    {
        (not null, _) => $"\"{row.Ticket.Title}\", which was dropped",
        (null, TicketState.Failed) => $"\"{row.Ticket.Title}\", which failed",
        (null, TicketState.Completed) => $"\"{row.Ticket.Title}\", which was closed without landing",
        (null, _) => $"\"{row.Ticket.Title}\", which was cancelled",
    };

    private void Free(Guid id)
    {
        if (Unfinished(id) is { State: JobState.Blocked } job && work.Tickets.Find(id) is { BlockedBy.Count: 0 })
        {
            work.JobMoves.Decide(job, new JobInput.DependenciesLanded()).OrThrow();
        }
    }

    private Job? Unfinished(Guid ticketId) => work.Jobs.UnfinishedOf(ticketId);

    private List<Guid> Dependents(Guid id) => work.Session.Many("dependents", row => row.Id("id"), ("id", id));
}
