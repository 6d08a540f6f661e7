using static AutoBuild.Tests.Api.Routes.Cell;

namespace AutoBuild.Tests.Api.Routes;

internal static class JobRows
{
    private static readonly string[] Members = ["id", "ticket_id", "project_id", "priority", "status", "phase", "queued_reason", "worktree_id", "worker_id", "prompt", "branch_name", "base_branch", "callback_url",
        "retry_count", "attempt", "error_message", "error_code", "created_at", "dispatched_at", "started_at", "completed_at", "agent", "executor", "session_id", "retry_of", "continues", "retry_at",
        "attempts", "collisions", "usage", "qa", "pr_url", "pr_number"];

    public static readonly RouteRow[] All =
    [
        new("GET /jobs", 200, world => new(Query: $"?project_id={world.Project}&status=completed&limit=1"), "jobs", "next_cursor")
        {
            BadInput = All(
                Refused(400, "validation_failed", _ => new(Query: "?status=done")),
                Refused(400, "validation_failed", _ => new(Query: "?ticket_id=7")),
                Refused(400, "cursor_invalid", _ => new(Query: "?cursor=x"))),
            WrongState = None("a list"),
        },
        new("POST /jobs", 201, world => new(Body: world.SubmitBodyAsync()), "job", "position", "message")
        {
            BadInput = All(
                Refused(400, "validation_failed", world => new(Body: $$"""{"project_id":"{{world.Project}}"}""")),
                Refused(400, "body_invalid", _ => new(Body: "{"))),
            UnknownId = Refused(404, "project_not_found", _ => new(Body: $$"""{"ticket_id":"{{Guid.NewGuid()}}","project_id":"{{Guid.NewGuid()}}","prompt":"x","agent":"codex"}""")),
            WrongState = Refused(409, "ticket_busy", world => new(Body: world.SubmitAgainBodyAsync())),
        },
        new("GET /jobs/{id}", 200, world => new(world.RanJob), Members)
        {
            UnknownId = Unknown("job_not_found"),
            WrongState = None("shown in any state"),
        },
        new("DELETE /jobs/{id}", 200, world => new(world.WaitingJobAsync(), Query: "?reason=enough"), "message")
        {
            BadInput = Refused(400, "validation_failed", world => new(world.WaitingJobAsync(), Query: $"?reason={new string('x', 1001)}")),
            UnknownId = Unknown("job_not_found"),
            WrongState = Refused(409, "job_already_finished", world => new(world.RanJob)),
            Twice = Then(409, "job_already_finished"),
        },
        new("POST /jobs/{id}/retry", 201, world => new(world.EndedJobAsync()), "job", "position", "message")
        {
            UnknownId = Unknown("job_not_found"),
            WrongState = Refused(409, "job_not_over", world => new(world.WaitingJobAsync())),
        },
        new("POST /jobs/{id}/messages", 201, world => new(world.EndedJobAsync(), Body: """{"message":"go on"}"""), "job", "position", "message")
        {
            BadInput = Refused(400, "validation_failed", world => new(world.RanJob, Body: """{"message":" "}""")),
            UnknownId = Unknown("job_not_found"),
            WrongState = Refused(409, "job_not_started", world => new(world.WaitingJobAsync(), Body: """{"message":"go on"}""")),
        },
        new("POST /jobs/{id}/land", 201, world => new(world.RanJob), LandingRows.Members)
        {
            UnknownId = Unknown("job_not_found"),
            WrongState = Refused(409, "not_landable", world => new(world.WaitingJobAsync())),
        },
        new("GET /jobs/{id}/logs", 200, world => new(world.RanJob, Query: "?follow=false"))
        {
            BadInput = Refused(400, "validation_failed", world => new(world.RanJob, Query: "?follow=sometimes")),
            UnknownId = Unknown("job_not_found"),
            WrongState = None("what has not run has no lines"),
        },
        new("GET /jobs/{id}/log", 200, world => new(world.RanJob, Query: "?tail=100"))
        {
            BadInput = Refused(400, "validation_failed", world => new(world.RanJob, Query: "?offset=-1")),
            UnknownId = Unknown("job_not_found"),
            WrongState = Refused(404, "attempt_not_found", world => new(world.RanJob, Query: "?attempt=9")),
        },
        new("GET /jobs/{id}/log/search", 200, world => new(world.RanJob, Query: "?q=looking"), "hits")
        {
            BadInput = Refused(400, "validation_failed", world => new(world.RanJob)),
            UnknownId = Unknown("job_not_found"),
            WrongState = Refused(404, "attempt_not_found", world => new(world.RanJob, Query: "?q=x&attempt=9")),
        },
        new("GET /jobs/{id}/diff", 200, world => new(world.RanJob))
        {
            UnknownId = Unknown("job_not_found"),
            WrongState = None("what has not run differs in nothing"),
        },
    ];
}
