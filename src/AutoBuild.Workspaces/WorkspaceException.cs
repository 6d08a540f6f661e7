namespace AutoBuild.Workspaces;

/// <summary>A fault of this machine, of git or of a repository, with a stable code and a sentence that says what to do.</summary>
/// <remarks>What each code means, and what to do, stands in <c>docs/errors.md</c>; a test holds that list complete.</remarks>
public sealed class WorkspaceException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The stable snake_case name that callers and documents may rely on.</summary>
    public string Code { get; } = code;
}
