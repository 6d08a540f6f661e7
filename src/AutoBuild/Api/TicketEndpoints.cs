using AutoBuild.Contract;
using AutoBuild.Core;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;
using AutoBuild.Orchestrator;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoBuild.Api;

internal static class TicketEndpoints
{
    public static void MapTickets(this IEndpointRouteBuilder api)
    {
        var tickets = api.MapGroup("").WithTags("tickets");
        tickets.MapGet("/projects/{id}/tickets", List).Produces<TicketList>().Refuses(404, "project_not_found");
        tickets.MapPost("/projects/{id}/tickets", Create).Produces<Ticket>(201).WithMetadata(new KeyKept()).Refuses(400, RouteRefusals.OfAgent)
            .Refuses(404, "project_not_found", "dependency_not_found").Refuses(409, ["ticket_exists", "dependency_other_project", "dependency_cycle", .. RouteRefusals.OfSubmit]);
        tickets.MapGet("/tickets/{id}", Get).Produces<Ticket>().Refuses(404, "ticket_not_found");
        tickets.MapPatch("/tickets/{id}", Change).Produces<Ticket>().Refuses(400, RouteRefusals.OfAgent).Refuses(404, "ticket_not_found", "project_not_found", "dependency_not_found")
            .Refuses(409, ["dependency_cycle", "dependency_other_project", "job_already_finished", "illegal_transition", .. RouteRefusals.OfSubmit]).Example(() => new TicketChange { Status = "in_progress", Position = 0.5 });
        tickets.MapDelete("/tickets/{id}", Delete).Produces<Message>().Refuses(404, "ticket_not_found").Refuses(409, "ticket_busy");
        tickets.MapPut("/tickets/{id}/dependencies/{other}", Depend).Produces<Ticket>().Refuses(404, "ticket_not_found", "dependency_not_found").Refuses(409, "dependency_cycle", "dependency_other_project");
        tickets.MapDelete("/tickets/{id}/dependencies/{other}", Free).Produces<Ticket>().Refuses(404, "ticket_not_found");
    }

    /// <summary>Lists a project's tickets.</summary>
    internal static async Task<IResult> List(Guid id, int? limit, string? cursor, [Words<TicketState>] string? status, IStore store, CancellationToken cancel)
    {
        var fields = new Fields();
        var request = new ListQuery(limit, cursor).Read(fields);
        var state = fields.OneOf<TicketState>("status", status);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        if (await store.GetProjectAsync(id, cancel) is null)
        {
            return Problem.NotFound("project", id);
        }

        var page = await store.ListTicketsAsync(new TicketFilter(id, state), request, cancel);
        return TypedResults.Ok(new TicketList(page.Items, page.NextCursor));
    }

    /// <summary>Makes a ticket; with status in_progress it is submitted at once.</summary>
    internal static async Task<IResult> Create(Guid id, TicketBody body, HttpContext http, IStore store, TicketMoves moves, OrchestratorOptions options, CancellationToken cancel)
    {
        var fields = new Fields { Agents = options.Agents.Names };
        var ticket = body.ReadNew(fields, id);
        if ((fields.Problem ?? Caller.Of(http).RefuseCommand(body.AgentCommand, body.AgentScript)) is { } problem)
        {
            return problem;
        }

        var made = await store.CreateTicketAsync(ticket, Idempotency.Of(http), cancel);
        if (!made.Done)
        {
            return Problem.Of(made.Refusal);
        }

        Idempotency.Tell(http, made.Value.Replayed);
        var found = (Result<Ticket>)made.Value.Value;
        if (ticket.Status == TicketState.InProgress && !made.Value.Replayed)
        {
            found = await moves.MoveAsync(made.Value.Value, TicketState.InProgress, Caller.Of(http).Name, cancel);
        }

        return found.Done ? TypedResults.Created($"/api/v1/tickets/{found.Value.Id}", found.Value) : Problem.Of(found.Refusal);
    }

    /// <summary>Returns one ticket.</summary>
    internal static async Task<IResult> Get(Guid id, IStore store, CancellationToken cancel) =>
        (await store.GetTicketAsync(id, cancel)).Answer("ticket", id);

    /// <summary>Changes what the body names, then moves the card where it names a status: to in_progress submits it, out of it cancels.</summary>
    internal static async Task<IResult> Change(Guid id, TicketChange body, HttpContext http, IStore store, TicketMoves moves, OrchestratorOptions options, CancellationToken cancel)
    {
        var fields = new Fields { Agents = options.Agents.Names };
        var patch = body.ReadPatch(fields);
        var status = body.ReadStatus(fields);
        if ((fields.Problem ?? Caller.Of(http).RefuseCommand(body.AgentCommand, body.AgentScript)) is { } problem)
        {
            return problem;
        }

        if (await store.GetTicketAsync(id, cancel) is not { } before)
        {
            return Problem.NotFound("ticket", id);
        }

        // A move that is refused must not leave half of the change behind.
        if (status is { } wanted && wanted != before.Status && TicketMachine.Move(before.Status, wanted) is { Done: false } illegal)
        {
            return Problem.Of(illegal.Refusal);
        }

        var changed = await store.UpdateTicketAsync(id, patch, cancel);
        return changed.Done && status is { } to
            ? (await moves.MoveAsync(changed.Value, to, Caller.Of(http).Name, cancel)).Answer()
            : changed.Answer();
    }

    /// <summary>Drops a ticket that nothing works on.</summary>
    internal static async Task<IResult> Delete(Guid id, IStore store, CancellationToken cancel)
    {
        var deleted = await store.DeleteTicketAsync(id, cancel);
        return deleted.Answer($"Ticket '{deleted.Value?.Title}' is deleted.");
    }

    /// <summary>Makes a ticket wait until another has landed.</summary>
    /// <param name="other">The ticket that has to land first.</param>
    internal static async Task<IResult> Depend(Guid id, Guid other, IStore store, CancellationToken cancel) =>
        (await store.AddDependencyAsync(id, other, cancel)).Answer();

    /// <summary>Ends that wait.</summary>
    /// <param name="other">The ticket that was waited for.</param>
    internal static async Task<IResult> Free(Guid id, Guid other, IStore store, TicketMoves moves, CancellationToken cancel)
    {
        var freed = await store.RemoveDependencyAsync(id, other, cancel);
        moves.Freed();
        return freed.Answer();
    }
}
