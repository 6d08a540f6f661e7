namespace AutoBuild.Workspaces;

/// <summary>A job's tree in the runner's hands: prepared, looked at, committed.</summary>
/// <remarks>All git here uses a git dir and an index of our own, so that nothing an agent wrote into its git dir runs with our rights or hides a change.</remarks>
public static class JobTree
{
    /// <summary>Makes the tree stand at the plan's start commit with a fresh git dir; what an earlier run left is rescued first.</summary>
    public static Task<PreparedTree> PrepareAsync(TreePlan plan, CancellationToken cancellation = default) => throw new NotSupportedException();

    /// <summary>Notes size and time of all ignored files; called once after <c>setup</c>, so that a rescue takes only what changed since.</summary>
    public static Task RecordIgnoredAsync(TreePlan plan, CancellationToken cancellation = default) => throw new NotSupportedException();

    /// <summary>True when the tree differs from the job's HEAD; ignored files do not count.</summary>
    public static Task<bool> IsDirtyAsync(TreePlan plan, CancellationToken cancellation = default) => throw new NotSupportedException();

    /// <summary>What differs between the tree and the job's HEAD.</summary>
    public static Task<IReadOnlyList<ChangedFile>> StatusAsync(TreePlan plan, CancellationToken cancellation = default) => throw new NotSupportedException();

    /// <summary>Commits everything that is not ignored onto the plan's branch; null when there is nothing to commit.</summary>
    /// <param name="plan">The tree.</param>
    /// <param name="message">The whole message.</param>
    /// <param name="author">"Name &lt;mail&gt;"; null is AutoBuild.</param>
    /// <param name="cancellation">Stops git.</param>
    public static Task<string?> CommitAllAsync(TreePlan plan, string message, string? author = null, CancellationToken cancellation = default) => throw new NotSupportedException();

    /// <summary>The commit that the job's HEAD stands at, the agent's own commits included.</summary>
    public static Task<string> HeadAsync(TreePlan plan, CancellationToken cancellation = default) => throw new NotSupportedException();
}
