namespace AutoBuild.Memory.Index;

/// <summary>Asks for a project to be indexed; what is not given stays as it was asked last.</summary>
public sealed record IndexRequest(Guid Project)
{
    /// <summary>A checkout, a bare repository or a plain folder.</summary>
    public string? RepoPath { get; init; }

    /// <summary>Fetched to a clone of the memory's own.</summary>
    public string? RepoUrl { get; init; }

    /// <summary>Null is what is checked out, with what is not committed; of a bare repository its default branch.</summary>
    public string? Branch { get; init; }

    /// <summary>Patterns as in .gitignore that a path must match; empty is all.</summary>
    public IReadOnlyList<string> Patterns { get; init; } = [];
}

/// <summary>Says how far the index of a project is.</summary>
public sealed record IndexStatus(Guid Project, IndexState State)
{
    /// <summary>Of the view that answers now.</summary>
    public int Files { get; init; }

    public long Chunks { get; init; }

    /// <summary>Of the files as they stand in the repository.</summary>
    public long Bytes { get; init; }

    public string? Commit { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Files that are read, or were known.</summary>
    public int FilesIndexed { get; init; }

    public int FilesTotal { get; init; }

    /// <summary>How many files are not indexed, for each reason.</summary>
    public IReadOnlyDictionary<SkipReason, int> Skipped { get; init; } = new Dictionary<SkipReason, int>();

    /// <summary>Why it failed, in a sentence.</summary>
    public string? Error { get; init; }
}

public enum IndexState
{
    Pending,
    Indexing,
    Completed,
    Failed,
}

/// <summary>Says what indexing would read, without reading it.</summary>
/// <param name="Files">How many would be indexed.</param>
/// <param name="Bytes">Of them.</param>
/// <param name="Chunks">A guess from the bytes.</param>
/// <param name="Folders">The largest folders of the root, largest first, with their bytes.</param>
/// <param name="Skipped">What would not be, and why.</param>
public sealed record IndexPlan(int Files, long Bytes, long Chunks, IReadOnlyList<(string Folder, long Bytes)> Folders, IReadOnlyList<SkippedFile> Skipped)
{
    private const int BytesPerChunk = 1200;
    private const int MostFolders = 10;

    internal static IndexPlan Of(SourceListing listing)
    {
        var bytes = listing.Files.Sum(file => file.Size);
        var folders = listing.Files.GroupBy(file => file.Path[..(file.Path.IndexOf('/', StringComparison.Ordinal) + 1)]).Select(group => (group.Key, group.Sum(file => file.Size)));
        return new IndexPlan(listing.Files.Count, bytes, bytes / BytesPerChunk, [.. folders.OrderByDescending(folder => folder.Item2).Take(MostFolders)], listing.Skipped);
    }
}
