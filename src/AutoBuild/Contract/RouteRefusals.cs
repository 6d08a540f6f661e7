using AutoBuild.Configuration;

namespace AutoBuild.Contract;

/// <summary>Lists what a route answers when it refuses: what its shape implies, and what it says itself.</summary>
internal static class RouteRefusals
{
    /// <summary>What git and a repository may answer wherever one is worked with.</summary>
    public static readonly string[] OfGit =
        ["branch_missing", "git_failed", "git_missing", "git_timeout", "lock_timeout", "not_a_repository", "object_format_unsupported", "repository_empty", "repository_missing", "repository_not_trusted"];

    /// <summary>What may stand against the submit of a ticket, beside what is not found.</summary>
    public static readonly string[] OfSubmit = ["budget_used_up", "executor_missing", "illegal_move", "ticket_busy"];

    public static readonly string[] OfAgent = ["agent_command_missing", "agent_missing", "agent_script_missing", "prompt_too_large", "unknown_agent"];

    /// <summary>Returns the codes by status.</summary>
    public static SortedDictionary<string, SortedSet<string>> Of(DescribedRoute route)
    {
        var found = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        void Add(bool holds, int status, params IEnumerable<string> codes)
        {
            if (holds)
            {
                (found.TryGetValue($"{status}", out var known) ? known : found[$"{status}"] = new(StringComparer.Ordinal)).UnionWith(codes);
            }
        }

        Add(true, 403, "host_refused", "origin_refused");
        Add(true, 429, "rate_limited");
        Add(!route.IsOpen, 400, "token_in_url");
        Add(!route.IsOpen, 401, "token_missing");
        Add(!route.IsOpen && route.Role > Role.Viewer, 403, "role_missing");
        Add(route.TakesIds, 400, "id_invalid");
        Add(route.HasQuery || route.TakesKey, 400, "validation_failed");
        Add(route.IsList, 400, "cursor_invalid");
        Add(route.Body is not null, 400, "body_invalid", "validation_failed");
        Add(route.Body is not null && route.OwnBody is null, 415, "content_type_invalid");
        Add(route.Body is not null || route.TakesKey, 408, "request_too_slow");
        Add(route.Body is not null || route.TakesKey, 413, "body_too_large");
        Add(route.TakesKey, 409, "idempotency_key_reused");
        Add(route.TakesKey && !route.KeepsKey, 409, "idempotency_key_in_use");
        Add(route.KeepsKey, 404, "made_and_gone");
        Add(route.Streams, 429, "too_many_streams");
        foreach (var said in route.All<Refusing>())
        {
            Add(true, said.Status, said.Codes);
        }

        return found;
    }
}
