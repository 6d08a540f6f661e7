using static AutoBuild.Tests.Api.Routes.Cell;

namespace AutoBuild.Tests.Api.Routes;

internal static class WorktreeRows
{
    private static readonly string[] Members = ["id", "project_id", "ticket_id", "path", "branch_name", "base_commit", "status", "created_at", "last_used_at", "cleanup_at", "disk_bytes"];

    private static readonly string[] Saved = ["id", "name", "project_id", "commit", "created_at", "files", "message"];

    public static readonly RouteRow[] All =
    [
        new("GET /worktrees", 200, world => new(Query: $"?project_id={world.Project}"), "worktrees", "stats", "next_cursor")
        {
            BadInput = All(Refused(400, "validation_failed", _ => new(Query: "?project_id=7&limit=0")), Refused(400, "cursor_invalid", _ => new(Query: "?cursor=x"))),
            WrongState = None("a list"),
        },
        new("POST /worktrees", 201, world => new(Body: world.WorktreeBody()), Members)
        {
            BadInput = Refused(400, "validation_failed", _ => new(Body: """{"branch_name":"no..branch"}""")),
            UnknownId = Refused(404, "project_not_found", _ => new(Body: $$"""{"project_id":"{{Guid.NewGuid()}}","branch_name":"x"}""")),
            WrongState = Refused(409, "branch_reserved", world => new(Body: $$"""{"project_id":"{{world.Project}}","branch_name":"main"}""")),
        },
        new("DELETE /worktrees/{id}", 200, world => new(world.WorktreeAsync()), "message")
        {
            BadInput = Refused(400, "validation_failed", world => new(Guid.NewGuid(), Query: "?force=perhaps")),
            UnknownId = Unknown("worktree_not_found"),
            WrongState = Refused(409, "worktree_dirty", world => new(world.DirtyWorktreeAsync())),
        },
        new("GET /worktrees/rescues", 200, _ => new(), "rescues", "next_cursor")
        {
            BadInput = All(Refused(400, "validation_failed", _ => new(Query: "?project_id=7&limit=0")), Refused(400, "cursor_invalid", _ => new(Query: "?cursor=x"))),
            WrongState = None("a list"),
        },
        new("GET /worktrees/rescues/{rescue}", 200, world => new(world.RescueAsync()), Saved)
        {
            BadInput = Refused(404, "rescue_not_found", _ => new("no-rescue")),
            UnknownId = Refused(404, "rescue_not_found", world => new($"{world.Project:N}-none")),
            WrongState = None("it never changes"),
        },
        new("DELETE /worktrees/rescues/{rescue}", 200, world => new(world.RescueAsync()), "message")
        {
            BadInput = Refused(404, "rescue_not_found", _ => new("no-rescue")),
            UnknownId = Refused(404, "rescue_not_found", world => new($"{world.Project:N}-none")),
            WrongState = None("it never changes"),
            Twice = Then(404, "rescue_not_found"),
        },
        new("GET /worktrees/rescues/{rescue}/diff", 200, world => new(world.RescueAsync()))
        {
            BadInput = Refused(404, "rescue_not_found", _ => new("no-rescue")),
            UnknownId = Refused(404, "rescue_not_found", world => new($"{world.Project:N}-none")),
            WrongState = None("it never changes"),
        },
        new("POST /worktrees/rescues/{rescue}/restore", 200, world => new(world.RescueAsync(), Body: "{}"), "directory")
        {
            BadInput = Refused(404, "rescue_not_found", _ => new("no-rescue", Body: "{}")),
            UnknownId = Refused(404, "rescue_not_found", world => new($"{world.Project:N}-none", Body: "{}")),
            WrongState = Refused(409, "rescue_unwritable", world => new(world.RescueAsync(), Body: $$"""{"directory":"{{world.Repository}}"}""")),
        },
    ];
}
