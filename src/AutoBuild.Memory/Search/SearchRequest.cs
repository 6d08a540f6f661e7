namespace AutoBuild.Memory.Search;

/// <summary>Asks for the places of a project that a text speaks of.</summary>
/// <param name="Project">Whose index.</param>
/// <param name="Query">Words, names, paths, a ticket's text, a failing line; up to 100 kB.</param>
public sealed record SearchRequest(Guid Project, string Query)
{
    /// <summary>Chunks; default 10.</summary>
    public int MaxResults { get; init; } = 10;

    /// <summary>A git pattern that paths must match; null lets all through.</summary>
    public string? FileFilter { get; init; }

    /// <summary>From 0 to 1, of the best answer's; default 0.</summary>
    public double MinSimilarity { get; init; }

    /// <summary>A branch, commit or worktree; null is the project's default branch.</summary>
    public string? Ref { get; init; }
}
