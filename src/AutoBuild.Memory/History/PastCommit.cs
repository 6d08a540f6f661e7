namespace AutoBuild.Memory.History;

/// <summary>Is what a commit of the past tells: what was wanted, and which files that took.</summary>
/// <param name="Id">Its object id.</param>
/// <param name="Time">When it was committed, in seconds since 1970.</param>
/// <param name="Message">Without secrets, trailers, addresses and ids; at most <see cref="MessageText.Longest"/> characters.</param>
/// <param name="Files">Paths it touched; empty where they were too many to tell anything.</param>
/// <param name="Renames">Files that it moved as they were.</param>
internal sealed record PastCommit(string Id, long Time, string Message, IReadOnlyList<string> Files, IReadOnlyList<PastRename> Renames)
{
    /// <summary>What touches more is no single piece of work.</summary>
    public const int MostFiles = 30;
}

/// <summary>Is one file that was moved without a change.</summary>
internal sealed record PastRename(string From, string To);
