namespace AutoBuild.Workspaces;

/// <summary>Where the integration tip stands after taking origin in.</summary>
/// <param name="Tip">The commit of refs/heads/&lt;target&gt;.</param>
/// <param name="Origin">The commit of the remote's branch; null when the remote has none of that name.</param>
/// <param name="Moved">True when the tip was made or fast-forwarded.</param>
/// <param name="Diverged">True when neither contains the other; the tip stayed and origin has to be merged.</param>
public sealed record TipResult(string Tip, string? Origin, bool Moved, bool Diverged)
{
    /// <summary>The rescue of a commit that something other than a landing had moved the tip to, before it was put back; mostly null.</summary>
    public string? PutBack { get; init; }
}

/// <summary>How a merge ended; merging writes objects only and moves no branch.</summary>
public abstract record MergeOutcome
{
    private MergeOutcome()
    {
    }

    /// <summary>A merge commit with both as parents.</summary>
    public sealed record Merged(string Commit, string Tree) : MergeOutcome;

    /// <summary>Theirs is already part of ours.</summary>
    public sealed record AlreadyContained : MergeOutcome;

    /// <summary>Files that git could not merge; <see cref="BareClone.ResolveMergeAsync"/> goes on from here.</summary>
    /// <param name="Ours">The commit merged into.</param>
    /// <param name="Theirs">The commit merged.</param>
    /// <param name="Tree">The tree of everything git could merge, conflicted files with their markers.</param>
    /// <param name="Files">Never empty.</param>
    public sealed record Conflicted(string Ours, string Theirs, string Tree, IReadOnlyList<ConflictedFile> Files) : MergeOutcome;
}

/// <summary>How a push ended.</summary>
public abstract record PushOutcome
{
    private PushOutcome()
    {
    }

    public sealed record Pushed(string Commit) : PushOutcome;

    /// <summary>The remote's branch is not where it was expected: fetch, merge and try again.</summary>
    public sealed record Refused(string Reason) : PushOutcome;
}

/// <summary>How the update of the user's checkout ended; only <see cref="FastForwarded"/> changed anything.</summary>
public abstract record SyncOutcome
{
    private SyncOutcome()
    {
    }

    /// <param name="From">Null when the branch was made.</param>
    /// <param name="To">The integration tip.</param>
    /// <param name="FilesUpdated">False when only the branch moved, because it is not checked out.</param>
    public sealed record FastForwarded(string? From, string To, bool FilesUpdated) : SyncOutcome;

    public sealed record UpToDate(string Commit) : SyncOutcome;

    /// <param name="Code">dirty_checkout, diverged, busy_checkout or checked_out_elsewhere.</param>
    /// <param name="Message">A sentence that says what to do.</param>
    /// <param name="Files">The files in the way, relative to the checkout.</param>
    public sealed record Refused(string Code, string Message, IReadOnlyList<string> Files) : SyncOutcome;
}

/// <summary>What happened to a file.</summary>
public enum ChangeKind
{
    Added,
    Modified,
    Deleted,
    Renamed,
    TypeChanged,
    Untracked,
    Unmerged,
}

/// <summary>One changed file; <paramref name="OldPath"/> only for a rename.</summary>
public sealed record ChangedFile(string Path, ChangeKind Kind, string? OldPath = null, int Added = 0, int Removed = 0);
