namespace AutoBuild.Workspaces;

/// <summary>A fault of this machine, of git or of a repository, with a stable code and a sentence that says what to do.</summary>
/// <remarks>
/// Codes: git_missing, git_failed, git_timeout, repository_missing, repository_empty, not_a_repository, branch_missing, branch_unsaved,
/// command_missing, command_failed, disk_full, lock_timeout, ports_exhausted, rescue_too_large, rescue_missing, rescue_unwritable, path_escapes,
/// worktrees_full, worktree_busy, process_survives.
/// </remarks>
public sealed class WorkspaceException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The stable snake_case name that callers and documents may rely on.</summary>
    public string Code { get; } = code;
}
