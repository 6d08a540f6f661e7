using static AutoBuild.Tests.Api.Routes.Cell;

namespace AutoBuild.Tests.Api.Routes;

internal static class LandingRows
{
    public static readonly string[] Members = ["id", "project_id", "job_id", "ticket_id", "target_branch", "state", "position", "conflicts", "resolved", "qa", "error"];

    public static readonly RouteRow[] All =
    [
        new("GET /landings", 200, world => new(Query: $"?project_id={world.Project}&state=conflict&limit=1"), "landings", "next_cursor")
        {
            BadInput = All(
                Refused(400, "validation_failed", _ => new(Query: "?state=stuck")),
                Refused(400, "cursor_invalid", _ => new(Query: "?cursor=x"))),
            WrongState = None("a list"),
        },
        new("GET /landings/{id}", 200, world => new(world.Conflict), Members)
        {
            UnknownId = Unknown("landing_not_found"),
            WrongState = None("shown in any state"),
        },
        new("POST /landings/{id}/requeue", 200, world => new(world.EjectedLandingAsync()), Members)
        {
            UnknownId = Unknown("landing_not_found"),
            WrongState = Refused(409, "illegal_landing_transition", world => new(world.QueuedLandingAsync())),
        },
        new("POST /landings/{id}/eject", 200, world => new(world.QueuedLandingAsync(), Body: """{"reason":"not now"}"""), Members)
        {
            BadInput = Refused(400, "validation_failed", world => new(world.QueuedLandingAsync(), Body: $$"""{"reason":"{{new string('x', 1001)}}"}""")),
            UnknownId = Unknown("landing_not_found"),
            WrongState = Refused(409, "illegal_landing_transition", world => new(world.EjectedLandingAsync())),
        },
        new("POST /landings/{id}/resolve", 200, world => new(world.Conflict, Body: """{"chunks":[{"path":"c.txt","take":"both"}]}"""), Members)
        {
            BadInput = All(
                Refused(400, "validation_failed", world => new(world.Conflict, Body: "{}")),
                Refused(400, "validation_failed", world => new(world.Conflict, Body: """{"chunks":[{"path":"c.txt","take":"both","text":"x"}]}""")),
                Refused(400, "validation_failed", world => new(world.Conflict, Body: """{"chunks":[{"path":"c.txt","chunk":0,"take":"all"}]}""")),
                Refused(400, "chunk_missing", world => new(world.Conflict, Body: """{"chunks":[{"path":"c.txt","chunk":7,"take":"both"}]}""")),
                Refused(400, "proposal_missing", world => new(world.Conflict, Body: """{"chunks":[{"path":"c.txt","take":"proposal","proposal":9}]}""")),
                Refused(400, "file_not_in_conflict", world => new(world.Conflict, Body: """{"files":{"other.txt":"both"}}""")),
                Refused(400, "commit_missing", world => new(world.Conflict, Body: """{"commit":"nowhere"}"""))),
            UnknownId = Unknown("landing_not_found"),
            WrongState = All(
                Refused(409, "not_in_conflict", world => new(world.QueuedLandingAsync(), Body: """{"commit":"main"}""")),
                Refused(409, "conflict_changed", world => new(world.Conflict, Body: """{"chunks":[{"path":"c.txt","take":"both"}],"onto":"0000"}"""))),
            Twice = None("takes a conflict of its own: LandingTests"),
        },
        new("POST /landings/{id}/move", 200, world => new(world.QueuedLandingAsync(), Body: """{"position":1}"""), Members)
        {
            BadInput = All(
                Refused(400, "validation_failed", world => new(world.QueuedLandingAsync(), Body: "{}")),
                Refused(400, "validation_failed", world => new(world.QueuedLandingAsync(), Body: """{"position":0}""")),
                Refused(400, "validation_failed", world => new(world.QueuedLandingAsync(), Body: """{"position":1,"before":"7"}"""))),
            UnknownId = All(Unknown("landing_not_found"), Refused(404, "landing_not_found", world => new(world.QueuedLandingAsync(), Body: $$"""{"before":"{{Guid.NewGuid()}}"}"""))),
            WrongState = Refused(409, "landing_not_queued", world => new(world.EjectedLandingAsync(), Body: """{"position":1}""")),
        },
        new("GET /radar", 200, world => new(Query: $"?project_id={world.Project}"), "project_id", "target_branch", "tip", "branches", "collisions", "complete")
        {
            BadInput = All(Refused(400, "validation_failed", _ => new()), Refused(400, "validation_failed", world => new(Query: $"?project_id={world.Project}&target_branch=no..branch"))),
            UnknownId = Refused(404, "project_not_found", _ => new(Query: $"?project_id={Guid.NewGuid()}")),
            WrongState = Refused(409, "branch_missing", world => new(Query: $"?project_id={world.Project}&target_branch=nowhere")),
        },
        new("POST /landings/pause", 200, world => new(Body: $$"""{"project_id":"{{world.Project}}"}"""), "message")
        {
            BadInput = Refused(400, "validation_failed", _ => new(Body: "{}")),
            UnknownId = Refused(404, "project_not_found", _ => new(Body: $$"""{"project_id":"{{Guid.NewGuid()}}"}""")),
            WrongState = None("a train that stands goes on standing"),
        },
        new("POST /landings/resume", 200, world => new(Body: $$"""{"project_id":"{{world.Project}}","target_branch":"another"}"""), "message")
        {
            BadInput = Refused(400, "validation_failed", world => new(Body: $$"""{"project_id":"{{world.Project}}","target_branch":"no..branch"}""")),
            UnknownId = Refused(404, "project_not_found", _ => new(Body: $$"""{"project_id":"{{Guid.NewGuid()}}"}""")),
            WrongState = None("a train that runs goes on running"),
        },
    ];
}
