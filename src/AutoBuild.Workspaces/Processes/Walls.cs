namespace AutoBuild.Workspaces;

/// <summary>Says what of the machine a child may see and write, where the system can hold it to that: all else is read-only.</summary>
public sealed record Walls
{
    /// <summary>Folders it works in, seen and writable wherever they lie; at most six of them and of <see cref="Shown"/> in hidden ones.</summary>
    public IReadOnlyList<string> Own { get; init; } = [];

    /// <summary>Folders it may read though they lie in hidden ones, and not write though they lie in open ones.</summary>
    public IReadOnlyList<string> Shown { get; init; } = [];

    /// <summary>Files and folders that are empty for it; those that are not there count nothing.</summary>
    public IReadOnlyList<string> Hidden { get; init; } = [];

    /// <summary>Paths it may write though they are not its own; "/" is all of the machine.</summary>
    public IReadOnlyList<string> Open { get; init; } = [];
}
