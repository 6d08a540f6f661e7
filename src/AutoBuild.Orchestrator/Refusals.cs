using AutoBuild.Core;

namespace AutoBuild.Orchestrator;

/// <summary>Words the refusals that several features share.</summary>
internal static class Refusals
{
    public static Refusal JobNotFound(Guid id) => new(RefusalKind.NotFound, "job_not_found", $"There is no job {id}.");

    public static Refusal ProjectNotFound(Guid id) => new(RefusalKind.NotFound, "project_not_found", $"There is no project {id}.");

    public static Refusal LandingNotFound(Guid id) => new(RefusalKind.NotFound, "landing_not_found", $"There is no landing {id}.");

    public static Refusal WorktreeNotFound(Guid id) => new(RefusalKind.NotFound, "worktree_not_found", $"There is no worktree {id}.");

    public static Refusal Conflict(string code, string sentence) => new(RefusalKind.Conflict, code, sentence);

    public static Refusal Invalid(string code, string sentence) => new(RefusalKind.Invalid, code, sentence);
}
