using AutoBuild.Core;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;
using AutoBuild.Storage.Landings;
using AutoBuild.Storage.Sql;

namespace AutoBuild.Storage.Tickets;

/// <summary>Reads and writes tickets within one transaction.</summary>
internal sealed class TicketWork(UnitOfWork work)
{
    public TicketRow? Row(Guid id) => work.Session.One("ticket", TicketRow.Read, ("id", id));

    /// <summary>Returns the ticket, unless it is unknown or dropped.</summary>
    public Ticket? Find(Guid id) => Row(id) is { DeletedAt: null } row ? row.Ticket : null;

    public Page<Ticket> List(TicketFilter filter, PageRequest page)
    {
        var before = Cursor.Of("tickets", page);
        var rows = work.Session.Many(filter.ProjectId is null ? "tickets_page" : "tickets_page_of_project", TicketRow.ReadTicket,
            ("project_id", filter.ProjectId), ("status", filter.Status is { } status ? Words<TicketState>.Of(status) : null),
            ("before_at", before?.At), ("before_id", before?.Id), ("limit", Cursor.Limit(page) + 1));
        return Cursor.Page(rows, page, ticket => new Cursor("tickets", ticket.CreatedAt.ToUnixTimeMilliseconds(), ticket.Id.ToString()));
    }

    public Result<Created<Ticket>> Create(NewTicket wanted, IdempotencyKey? key) =>
        work.Idempotency.Once(key, Find, () => Insert(wanted), ticket => ticket.Id);

    public Result<Ticket> Insert(NewTicket wanted)
    {
        if (Objection(wanted) is { } refusal)
        {
            return refusal;
        }

        var ticket = Made(wanted);
        work.Session.Run("ticket_insert", new TicketRow(ticket, null, null).Write());
        foreach (var other in wanted.DependsOn.Distinct())
        {
            if (work.Dependencies.Link(ticket, other) is { } unlinkable)
            {
                return unlinkable;
            }
        }

        var stored = Row(ticket.Id)!.Ticket;
        work.Events.Ticket(stored);
        return stored;
    }

    public Result<Ticket> Update(Guid id, TicketPatch patch)
    {
        if (Living(id) is not { } row)
        {
            return Missing(id);
        }

        if (patch.Title is { } title && string.IsNullOrWhiteSpace(title))
        {
            return TitleMissing();
        }

        var saved = Save(row with { Ticket = Patched(row.Ticket, patch) });
        return patch.DependsOn is { } others ? work.Dependencies.Set(saved, others) : saved;
    }

    /// <summary>Applies a person's move that starts or stops no job.</summary>
    public Result<Ticket> Move(Guid id, TicketTrigger trigger)
    {
        if (Living(id) is not { } row)
        {
            return Missing(id);
        }

        if (trigger is not (TicketTrigger.Shelve or TicketTrigger.Ready or TicketTrigger.Close)
            || TicketMachine.After(row.Ticket.Status, trigger) is not { } to)
        {
            return new Refusal(RefusalKind.Conflict, "illegal_move", $"A ticket that is {Words<TicketState>.Of(row.Ticket.Status)} can't take {trigger}.");
        }

        if (IsBusy(id))
        {
            return Busy();
        }

        var moved = Save(row with { Ticket = row.Ticket with { Status = to, NeedsYou = null, Note = trigger == TicketTrigger.Close ? "closed without landing" : row.Ticket.Note } });
        if (trigger == TicketTrigger.Close)
        {
            CancelRestingLandings(id, "the ticket was closed without landing");
            work.Dependencies.Changed(id);
        }

        return moved;
    }

    /// <summary>Hides the ticket; its jobs and their evidence are kept, those that depend on it go on waiting.</summary>
    public Result<Ticket> Delete(Guid id)
    {
        if (Living(id) is not { } row)
        {
            return Missing(id);
        }

        if (IsBusy(id))
        {
            return Busy();
        }

        CancelRestingLandings(id, "the ticket was dropped");
        work.Session.Run("dependencies_clear", ("ticket_id", id));
        var dropped = Save(Row(id)! with { DeletedAt = work.Now });
        work.Dependencies.Changed(id);
        return dropped;
    }

    public bool IsBusy(Guid id) => work.Session.Number("ticket_busy", ("id", id)) != 0;

    public static Refusal Busy() =>
        new(RefusalKind.Conflict, "ticket_busy", "The ticket has an unfinished job or is on its way to land; wait for it or cancel it.");

    public static Refusal Missing(Guid id) => new(RefusalKind.NotFound, "ticket_not_found", $"There is no ticket {id}.");

    /// <summary>Takes landings that wait for a person off the books, because the work they stand for is superseded.</summary>
    public void CancelRestingLandings(Guid ticketId, string why)
    {
        foreach (var landing in work.Session.Many("ticket_resting_landings", LandingRow.Read, ("id", ticketId)))
        {
            work.Landings.Store(landing, new LandingInput.Cancelled(why));
        }
    }

    /// <summary>Writes the row with the present instant, and its event.</summary>
    /// <summary>Adds to what a person has to do for a ticket.</summary>
    public void Ask(Guid id, string sentence)
    {
        var row = Row(id)!;
        var needs = row.Ticket.NeedsYou;
        Save(row with { Ticket = row.Ticket with { NeedsYou = needs is null ? new NeedsYou(NeedsYouKind.Error, sentence) : needs with { Sentence = $"{needs.Sentence} {sentence}" } } });
    }

    /// <summary>Leaves a remark of the machine.</summary>
    public void Note(Guid id, string note)
    {
        var row = Row(id)!;
        Save(row with { Ticket = row.Ticket with { Note = note } });
    }

    public Ticket Save(TicketRow row)
    {
        var saved = row with { Ticket = row.Ticket with { UpdatedAt = work.Now } };
        work.Session.Run("ticket_update", saved.Write());
        work.Events.Ticket(saved.Ticket);
        return saved.Ticket;
    }

    private static Refusal TitleMissing() => new(RefusalKind.Invalid, "title_missing", "A ticket needs a title.");

    private static Ticket Patched(Ticket ticket, TicketPatch patch) => ticket with
    {
        Title = patch.Title ?? ticket.Title,
        Description = patch.Description ?? ticket.Description,
        Priority = patch.Priority ?? ticket.Priority,
        Position = patch.Position ?? ticket.Position,
        Agent = patch.Agent ?? ticket.Agent,
        AgentCommand = patch.AgentCommand ?? ticket.AgentCommand,
        AgentScript = patch.AgentScript ?? ticket.AgentScript,
        Model = patch.Model ?? ticket.Model,
        BaseBranch = patch.BaseBranch ?? ticket.BaseBranch,
        Labels = patch.Labels ?? ticket.Labels,
        Landing = patch.Landing ?? ticket.Landing,
        MaxCostUsd = patch.MaxCostUsd ?? ticket.MaxCostUsd,
        Touches = patch.Touches ?? ticket.Touches,
    };

    private TicketRow? Living(Guid id) => Row(id) is { DeletedAt: null } row ? row : null;

    private Refusal? Objection(NewTicket wanted) => wanted switch
    {
        { Title: var title } when string.IsNullOrWhiteSpace(title) => TitleMissing(),
        { Status: TicketState.InReview or TicketState.Completed or TicketState.Failed } =>
            new Refusal(RefusalKind.Invalid, "status_invalid", "A new ticket is backlog, ready or in_progress."),
        { Id: { } id } when Row(id) is not null =>
            new Refusal(RefusalKind.Conflict, "ticket_exists", $"A ticket {id} exists already; leave the id out to get a new one."),
        _ => work.Projects.Living(wanted.ProjectId).Refusal,
    };

    private Ticket Made(NewTicket wanted) => new()
    {
        Id = wanted.Id ?? Guid.CreateVersion7(work.Now),
        ProjectId = wanted.ProjectId,
        Title = wanted.Title.Trim(),
        Description = wanted.Description,
        Status = wanted.Status == TicketState.Backlog ? TicketState.Backlog : TicketState.Ready,
        Priority = wanted.Priority,
        Position = wanted.Position ?? LastPosition(wanted.ProjectId) + 1,
        Agent = wanted.Agent,
        AgentCommand = wanted.AgentCommand,
        AgentScript = wanted.AgentScript,
        Model = wanted.Model,
        BaseBranch = wanted.BaseBranch,
        Labels = wanted.Labels,
        Landing = wanted.Landing,
        MaxCostUsd = wanted.MaxCostUsd,
        Touches = wanted.Touches,
        CreatedAt = work.Now,
        UpdatedAt = work.Now,
    };

    private double LastPosition(Guid projectId) => work.Session.One("ticket_last_position", row => (object)row.Double("position"), ("project_id", projectId)) is double last ? last : 0;
}
