using static AutoBuild.Tests.Api.Routes.Cell;

namespace AutoBuild.Tests.Api.Routes;

internal static class TicketRows
{
    private static readonly string[] Members = ["id", "project_id", "title", "description", "status", "priority", "position", "agent", "agent_command", "agent_script", "model", "base_branch", "labels", "landing",
        "max_cost_usd", "touches", "branch_name", "pr_url", "pr_number", "error_message", "job_id", "needs_you", "depends_on", "blocked_by", "created_at", "updated_at"];

    public static readonly RouteRow[] All =
    [
        new("GET /projects/{id}/tickets", 200, world => new(world.Project, Query: "?status=ready&limit=1"), "tickets", "next_cursor")
        {
            BadInput = All(
                Refused(400, "validation_failed", world => new(world.Project, Query: "?status=done")),
                Refused(400, "cursor_invalid", world => new(world.Project, Query: "?cursor=x"))),
            UnknownId = Unknown("project_not_found"),
            WrongState = None("shown in any state"),
        },
        new("POST /projects/{id}/tickets", 201, world => new(world.Project, Body: """{"title":"One more"}"""), Members)
        {
            BadInput = Refused(400, "validation_failed", world => new(world.Project, Body: """{"title":" ","status":"completed"}""")),
            UnknownId = Unknown("project_not_found"),
            WrongState = Refused(404, "project_not_found", world => new(world.DeletedProjectAsync(), Body: """{"title":"x"}""")),
        },
        new("GET /tickets/{id}", 200, world => new(world.MakeTicketAsync()), Members)
        {
            UnknownId = Unknown("ticket_not_found"),
            WrongState = None("shown in any state"),
        },
        new("PATCH /tickets/{id}", 200, world => new(world.MakeTicketAsync(), Body: """{"title":"Another title","status":"backlog","position":7}"""), Members)
        {
            BadInput = Refused(400, "validation_failed", world => new(world.MakeTicketAsync(), Body: """{"landing":"later"}""")),
            UnknownId = Unknown("ticket_not_found"),
            WrongState = Refused(409, "illegal_move", world => new(world.MakeTicketAsync(), Body: """{"status":"completed"}""")),
        },
        new("DELETE /tickets/{id}", 200, world => new(world.MakeTicketAsync()), "message")
        {
            UnknownId = Unknown("ticket_not_found"),
            WrongState = Refused(409, "ticket_busy", world => new(world.BusyTicketAsync())),
            Twice = Then(404, "ticket_not_found"),
        },
        new("PUT /tickets/{id}/dependencies/{other}", 200, world => new(world.MakeTicketAsync(), world.MakeTicketAsync()), Members)
        {
            BadInput = All(Refused(400, "id_invalid", world => new(world.MakeTicketAsync(), "no-uuid")), Refused(400, "id_invalid", _ => new("no-uuid"))),
            UnknownId = All(Unknown("ticket_not_found"), Refused(404, "dependency_not_found", world => new(world.MakeTicketAsync()))),
            WrongState = new Cell(async (world, row) =>
            {
                var ticket = await world.MakeTicketAsync();
                (await world.SendAsync(row, new Call(ticket, ticket))).Refused(409, "dependency_cycle");
            }),
        },
        new("DELETE /tickets/{id}/dependencies/{other}", 200, world => new(world.MakeTicketAsync(), world.MakeTicketAsync()), Members)
        {
            BadInput = Refused(400, "id_invalid", world => new(world.MakeTicketAsync(), "no-uuid")),
            UnknownId = Unknown("ticket_not_found"),
            WrongState = None("what does not wait is left as it is"),
        },
    ];
}
