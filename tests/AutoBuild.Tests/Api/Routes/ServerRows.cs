using static AutoBuild.Tests.Api.Routes.Cell;

namespace AutoBuild.Tests.Api.Routes;

/// <summary>The queue, agents, spending, events and the server itself.</summary>
internal static class ServerRows
{
    public static readonly RouteRow[] All =
    [
        new("GET /queue", 200, _ => new(), "total_jobs", "pending_jobs", "running_jobs", "completed_jobs", "failed_jobs", "jobs_by_project", "active_workers", "max_workers", "by_priority", "oldest_pending_seconds")
        {
            WrongState = None("always there"),
        },
        new("POST /queue/pause", 200, _ => new(), "message") { WrongState = None("a queue that stands goes on standing") },
        new("POST /queue/resume", 200, _ => new(), "message") { WrongState = None("a queue that runs goes on running"), Alone = true },
        new("GET /agents", 200, _ => new(Query: "?versions=false"), "agents")
        {
            BadInput = Refused(400, "validation_failed", _ => new(Query: "?versions=perhaps")),
            WrongState = None("a list"),
        },
        new("POST /agents/{name}/check", 200, _ => new("claude", Body: "{}"))
        {
            Success = None("would let an agent work: SignInTests"),
            BadInput = Refused(400, "body_invalid", _ => new("claude", Body: "[]")),
            UnknownId = Unknown("agent_not_found"),
            WrongState = None("one that is not installed is an answer"),
            WrongRole = By(ApiServer.Member, 403, "role_missing"),
            Twice = None("would let an agent work: SignInTests"),
        },
        new("GET /usage", 200, _ => new(Query: "?group_by=model"), "rows", "total")
        {
            BadInput = Refused(400, "validation_failed", _ => new(Query: "?group_by=colour&from=yesterday")),
            WrongState = None("always there"),
        },
        new("GET /events", 200, _ => new())
        {
            BadInput = All(Refused(400, "validation_failed", _ => new(Query: "?job_id=7")), Refused(400, "validation_failed", _ => new(Query: "?after=then")), Refused(400, "validation_failed", _ => new(Query: "?kind=job"))),
            WrongState = None("always there"),
        },
        new("GET /health", 200, _ => new(), "status", "version", "uptime", "queue", "worktrees", "checks")
        {
            WrongState = None("503 takes a broken store: HostilePathTests"),
            NoToken = None("open"),
        },
        new("GET /health/deep", 200, _ => new(), "status", "broken")
        {
            WrongState = None("always there"),
            WrongRole = By(ApiServer.Member, 403, "role_missing"),
        },
        new("GET /metrics", 200, _ => new())
        {
            Success = None("no JSON: MetricsTests"),
            WrongState = None("always there"),
        },
        new("POST /shutdown", 202, _ => new(), "message")
        {
            WrongState = None("it stops once"),
            WrongRole = By(ApiServer.Member, 403, "role_missing"),
            Twice = None("it stops once"),
            Alone = true,
        },
    ];
}
