using static AutoBuild.Tests.Api.Routes.Cell;

namespace AutoBuild.Tests.Api.Routes;

internal static class MemoryRows
{
    private static readonly string[] Members = ["id", "project_id", "ticket_id", "memory_type", "content", "source", "job_id", "commit", "made_by", "created_at", "updated_at"];

    private static async Task<string> SearchAsync(RouteWorld world) => $$"""{"project_id":"{{await world.IndexedAsync()}}","query":"note"}""";

    private static async Task<string> MissingAsync(RouteWorld world) => $$"""{"project_id":"{{await world.MakeProjectAsync($"m{Guid.NewGuid():N}")}}","query":"note"}""";

    public static readonly RouteRow[] All =
    [
        new("POST /index/repository", 202, world => new(Body: $$"""{"project_id":"{{world.Project}}"}"""), "project_id", "status", "files", "chunks", "commit", "bytes", "started_at", "finished_at", "files_indexed", "files_total", "skipped", "error")
        {
            BadInput = Cell.All(
                Refused(400, "validation_failed", _ => new(Body: """{"repo_path":"relative","repo_url":"nowhere"}""")),
                Refused(400, "index_source_missing", _ => new(Body: "{}"))),
            UnknownId = Refused(404, "project_not_found", _ => new(Body: $$"""{"project_id":"{{Guid.NewGuid()}}"}""")),
            WrongState = None("what is on is not begun twice"),
        },
        new("POST /index/files", 200, world => new(Body: $$"""{"project_id":"{{world.Project}}","files":[{"path":"notes/a.md","content":"A note."}]}"""), "project_id", "files_indexed", "chunks_created", "status")
        {
            BadInput = Refused(400, "validation_failed", world => new(Body: $$"""{"project_id":"{{world.Project}}","files":[]}""")),
            UnknownId = Refused(404, "project_not_found", _ => new(Body: $$"""{"project_id":"{{Guid.NewGuid()}}","files":[{"path":"a","content":"b"}]}""")),
            WrongState = None("files replace what was given before"),
        },
        new("GET /index/{id}", 200, world => new(world.Project), "project_id", "status", "files", "chunks")
        {
            UnknownId = Unknown("project_not_found"),
            WrongState = None("told in any state"),
        },
        new("DELETE /index/{id}", 200, world => new(world.IndexedAsync()), "message")
        {
            UnknownId = Unknown("project_not_found"),
            WrongState = Refused(404, "index_missing", world => new(world.MakeProjectAsync($"n{Guid.NewGuid():N}"))),
            Twice = Then(404, "index_missing"),
        },
        new("POST /search", 200, world => new(Body: SearchAsync(world)), "results", "query", "total_results", "legs", "freshness")
        {
            BadInput = Refused(400, "validation_failed", world => new(Body: $$"""{"project_id":"{{world.Project}}","query":" ","max_results":0}""")),
            UnknownId = Refused(404, "project_not_found", _ => new(Body: $$"""{"project_id":"{{Guid.NewGuid()}}","query":"x"}""")),
            WrongState = Refused(404, "index_missing", world => new(Body: MissingAsync(world))),
            WrongRole = None("asking takes any role"),
            Twice = None("a question"),
        },
        new("POST /context", 200, world => new(Body: $$"""{"project_id":"{{world.Project}}","task_description":"Greet","max_tokens":500}"""), "context", "sources", "patterns", "tokens", "dropped", "lacks")
        {
            BadInput = Cell.All(
                Refused(400, "validation_failed", world => new(Body: $$"""{"project_id":"{{world.Project}}"}""")),
                Refused(400, "validation_failed", world => new(Body: $$"""{"project_id":"{{world.Project}}","task_description":"x","max_tokens":-1}""")),
                Refused(400, "body_invalid", _ => new(Body: "{"))),
            UnknownId = Refused(404, "project_not_found", _ => new(Body: $$"""{"project_id":"{{Guid.NewGuid()}}","task_description":"x"}""")),
            WrongState = None("a question"),
            WrongRole = None("asking takes any role"),
            Twice = new(async (world, row) =>
            {
                var call = await row.Call(world).MadeAsync();
                Assert.Equal((await world.SendAsync(row, call)).Did(200).Text, (await world.SendAsync(row, call, key: "the-same")).Did(200).Text);
            }),
        },
        new("POST /changelog/generate", 200, world => new(Body: $$"""{"project_id":"{{world.Project}}","format":"markdown"}"""), "project_id", "from_ref", "to_ref", "entries", "markdown", "contributors", "next_version")
        {
            BadInput = Refused(400, "validation_failed", world => new(Body: $$"""{"project_id":"{{world.Project}}","format":"html"}""")),
            UnknownId = Cell.All(
                Refused(404, "project_not_found", _ => new(Body: $$"""{"project_id":"{{Guid.NewGuid()}}"}""")),
                Refused(404, "ref_not_found", world => new(Body: $$"""{"project_id":"{{world.Project}}","from_ref":"--all"}"""))),
            WrongState = None("a question"),
            WrongRole = None("asking takes any role"),
            Twice = None("a question"),
        },
        new("POST /memory", 201, world => new(Body: $$"""{"project_id":"{{world.Project}}","memory_type":"decision","content":"Dates are in UTC."}"""), Members)
        {
            BadInput = Cell.All(
                Refused(400, "validation_failed", world => new(Body: $$"""{"project_id":"{{world.Project}}","type":"gossip","content":[1]}""")),
                Refused(400, "body_invalid", _ => new(Body: "[]"))),
            UnknownId = Cell.All(
                Refused(404, "project_not_found", _ => new(Body: $$"""{"project_id":"{{Guid.NewGuid()}}","type":"insight","content":"x"}""")),
                Refused(404, "ticket_not_found", world => new(Body: $$"""{"project_id":"{{world.Project}}","ticket_id":"{{Guid.NewGuid()}}","type":"insight","content":"x"}"""))),
            WrongState = None("anything may be remembered"),
        },
        new("POST /memory/runs", 200, world => new(Body: $$"""{"project":"{{world.Project}}","ticket":"{{Guid.NewGuid()}}","job":"{{Guid.NewGuid()}}","asked":"Greet","end":"landed","at":"2026-11-22T00:00:00Z"}"""), "learned")
        {
            BadInput = Refused(400, "body_invalid", _ => new(Body: """{"end":"perhaps"}""")),
            UnknownId = Refused(404, "project_not_found", _ => new(Body: $$"""{"project":"{{Guid.NewGuid()}}","ticket":"{{Guid.NewGuid()}}","job":"{{Guid.NewGuid()}}","asked":"Greet","end":"landed"}""")),
            WrongState = None("facts replace what was told before"),
            WrongRole = By(ApiServer.Member, 403, "role_missing"),
        },
        new("GET /memory/{id}", 200, world => new(world.Project, Query: "?memory_type=insight&limit=1"), "memories", "total")
        {
            BadInput = Refused(400, "validation_failed", world => new(world.Project, Query: "?memory_type=gossip&limit=0")),
            UnknownId = Unknown("project_not_found"),
            WrongState = None("a list"),
        },
        new("PATCH /memory/{id}", 200, world => new(world.MemoryAsync(), Body: """{"content":"Otherwise.","memory_type":"decision"}"""), Members)
        {
            BadInput = Refused(400, "validation_failed", world => new(world.MemoryAsync(), Body: "{}")),
            UnknownId = Unknown("memory_not_found"),
            WrongState = None("changed at any time"),
        },
        new("DELETE /memory/{id}", 200, world => new(world.MemoryAsync()), "message")
        {
            UnknownId = Unknown("memory_not_found"),
            WrongState = None("forgotten at any time"),
            Twice = Then(404, "memory_not_found"),
        },
        new("GET /insights/patterns", 200, world => new(Query: $"?project_id={world.Project}&task_type=naming"), "project_id", "patterns")
        {
            BadInput = Cell.All(
                Refused(400, "validation_failed", _ => new()),
                Refused(400, "validation_failed", world => new(Query: $"?project_id={world.Project}&pattern_type=mood"))),
            UnknownId = Refused(404, "project_not_found", _ => new(Query: $"?project_id={Guid.NewGuid()}")),
            WrongState = None("a list"),
        },
        new("GET /insights/patterns/{id}", 200, world => new(world.Project, Query: "?limit=1"), "project_id", "patterns")
        {
            UnknownId = Unknown("project_not_found"),
            WrongState = None("a list"),
        },
        new("PATCH /insights/patterns/{id}", 200, world => new(world.PatternAsync(), Body: """{"pattern_content":"Names are long."}"""), "id", "project_id", "pattern_type", "pattern_content", "success_count", "failure_count", "last_used_at", "provenance")
        {
            BadInput = Refused(400, "validation_failed", world => new(world.PatternAsync(), Body: """{"pattern_content":" "}""")),
            UnknownId = Unknown("pattern_not_found"),
            WrongState = None("changed at any time"),
        },
        new("DELETE /insights/patterns/{id}", 200, world => new(world.PatternAsync()), "message")
        {
            UnknownId = Unknown("pattern_not_found"),
            WrongState = None("forgotten at any time"),
            Twice = Then(404, "pattern_not_found"),
        },
    ];
}
