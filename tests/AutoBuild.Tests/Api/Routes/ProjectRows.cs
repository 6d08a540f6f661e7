using static AutoBuild.Tests.Api.Routes.Cell;

namespace AutoBuild.Tests.Api.Routes;

internal static class ProjectRows
{
    private static readonly string[] Members = ["id", "name", "repo_path", "default_branch", "max_parallel_agents", "max_cost_usd_per_day", "worktree_enabled", "qa_enabled", "memory_enabled", "landing", "agent", "executor",
        "created_at", "updated_at", "indexed_at", "index_status", "deleted_at", "scheduled_deletion_at"];

    public static readonly RouteRow[] All =
    [
        new("GET /projects", 200, _ => new(Query: "?limit=1"), "projects", "next_cursor")
        {
            BadInput = All(
                Refused(400, "validation_failed", _ => new(Query: "?limit=501")),
                Refused(400, "validation_failed", _ => new(Query: "?deleted=perhaps")),
                Refused(400, "cursor_invalid", _ => new(Query: "?cursor=x"))),
            WrongState = None("a list"),
        },
        new("POST /projects", 201, world => new(Body: $$"""{"name":"one more","repo_path":"{{world.Repository}}"}"""), Members)
        {
            BadInput = Refused(400, "validation_failed", _ => new(Body: """{"name":"","max_parallel_agents":0}""")),
            WrongState = Refused(409, "project_exists", world => new(Body: $$"""{"id":"{{world.Project}}","name":"x","repo_path":"{{world.Repository}}"}""")),
        },
        new("GET /projects/{id}", 200, world => new(world.Project), Members)
        {
            UnknownId = Unknown("project_not_found"),
            WrongState = None("shown in any state"),
        },
        new("PATCH /projects/{id}", 200, world => new(world.Project, Body: """{"description":"Said again"}"""), Members)
        {
            BadInput = Refused(400, "validation_failed", world => new(world.Project, Body: """{"landing":"later"}""")),
            UnknownId = Unknown("project_not_found"),
            WrongState = Refused(404, "project_not_found", world => new(world.DeletedProjectAsync(), Body: "{}")),
        },
        new("DELETE /projects/{id}", 200, world => new(world.NewProjectAsync()), "message")
        {
            UnknownId = Unknown("project_not_found"),
            WrongState = None("a busy one needs a running job: ProjectEndpointTests"),
        },
        new("POST /projects/{id}/restore", 200, world => new(world.DeletedProjectAsync()), Members)
        {
            UnknownId = Unknown("project_not_found"),
            WrongState = None("one that lives stays as it is"),
        },
        new("GET /projects/{id}/status", 200, world => new(world.Project), "target", "tip", "origin", "ahead", "behind", "diverged", "clone_path")
        {
            UnknownId = Unknown("project_not_found"),
            WrongState = None("shown in any state"),
        },
        new("GET /projects/{id}/resolutions", 200, world => new(world.Project), "resolutions", "next_cursor")
        {
            BadInput = Refused(400, "cursor_invalid", world => new(world.Project, Query: "?cursor=x")),
            UnknownId = Unknown("project_not_found"),
            WrongState = None("a list"),
        },
        new("DELETE /projects/{id}/resolutions/{resolution}", 200, _ => new(), "message")
        {
            UnknownId = Refused(404, "resolution_not_found", world => new(world.Project)),
            WrongState = None("has no states"),
            Success = None("needs a conflict that was settled and landed: ResolutionEndpointTests"),
            Twice = None("the same"),
        },
        new("POST /projects/{id}/sync", 200, world => new(world.Project, Body: "{}"), "message", "outcome", "checkout", "branch", "from", "commit", "files_updated")
        {
            BadInput = Refused(400, "validation_failed", world => new(world.Project, Body: $$"""{"checkout":"{{new string('x', 5000)}}"}""")),
            UnknownId = Unknown("project_not_found"),
            WrongState = Refused(409, "not_a_repository", world => new(world.Project, Body: $$"""{"checkout":"{{world.Data}}"}""")),
        },
    ];
}
