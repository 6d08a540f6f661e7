namespace AutoBuild.Workspaces;

/// <summary>Keeps what would be lost, byte for byte, as commits below refs/autobuild/rescue/, and gives it back.</summary>
public static class Rescue
{
    /// <summary>Saves everything in a tree that no commit of the bare clone holds; null when there is nothing.</summary>
    /// <remarks>Tracked and untracked files, ignored files that changed since setup, and every commit of the job's git dir.</remarks>
    /// <exception cref="WorkspaceException">rescue_too_large: above 200 MB; nothing was saved, keep the tree.</exception>
    public static Task<RescueEntry?> SaveAsync(string tree, string gitDir, BareClone clone, string name, IReadOnlyList<string>? cache = null,
        CancellationToken cancellation = default) => throw new NotSupportedException();

    /// <summary>All rescues, newest first.</summary>
    public static Task<IReadOnlyList<RescueEntry>> ListAsync(BareClone clone, CancellationToken cancellation = default) => throw new NotSupportedException();

    /// <summary>The difference between the commit the tree stood at and what was saved.</summary>
    public static Task<string> DiffAsync(BareClone clone, string name, int maxBytes = 1 << 20, CancellationToken cancellation = default) => throw new NotSupportedException();

    /// <summary>Writes the saved state as files into an empty or missing directory.</summary>
    /// <exception cref="WorkspaceException">rescue_missing, rescue_unwritable.</exception>
    public static Task RestoreAsync(BareClone clone, string name, string directory, CancellationToken cancellation = default) => throw new NotSupportedException();

    /// <summary>Drops rescues made before a time and returns their names.</summary>
    public static Task<IReadOnlyList<string>> DropAsync(BareClone clone, DateTimeOffset before, CancellationToken cancellation = default) => throw new NotSupportedException();
}
