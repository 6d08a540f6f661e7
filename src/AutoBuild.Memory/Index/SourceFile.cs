using AutoBuild.Memory.Segments;

namespace AutoBuild.Memory.Index;

/// <summary>Is one file to index.</summary>
/// <param name="Path">From the root, with slashes.</param>
/// <param name="Blob">Git's full id of what it holds; null where that is known only after reading it from the disk.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Marks">What its path says of it.</param>
public sealed record SourceFile(string Path, string? Blob, long Size, FileMarks Marks);

/// <summary>Is one file that is not indexed.</summary>
/// <param name="Path">From the root; a folder ends in a slash.</param>
/// <param name="Size">In bytes; 0 where nobody looked.</param>
/// <param name="Reason">Why.</param>
public sealed record SkippedFile(string Path, long Size, SkipReason Reason);

/// <summary>Tells why a file is not indexed. What git itself ignores is not even listed.</summary>
public enum SkipReason
{
    /// <summary>Its name says that it holds secrets; it is never opened.</summary>
    Secret,

    /// <summary>More than a megabyte.</summary>
    TooLarge,

    /// <summary>Found on reading.</summary>
    Binary,

    /// <summary>What it points at is indexed where it stands.</summary>
    Symlink,

    /// <summary>Another repository.</summary>
    Submodule,

    /// <summary><c>.contextignore</c> or the patterns of the request leave it out.</summary>
    LeftOut,

    /// <summary>It could not be read, or its object is missing as in a partial clone.</summary>
    Unreadable,
}

/// <summary>Is what there is to index of a repository or folder at one moment.</summary>
/// <param name="Root">The repository, the checkout or the folder.</param>
/// <param name="Commit">Full id; null for a plain folder or a repository without a commit.</param>
/// <param name="Files">Sorted by path, ordinal.</param>
/// <param name="Skipped">In no order.</param>
/// <param name="Dirty">Files that differ from the commit, those that are gone included.</param>
public sealed record SourceListing(string Root, string? Commit, IReadOnlyList<SourceFile> Files, IReadOnlyList<SkippedFile> Skipped, int Dirty)
{
    /// <summary>Whether git is the user's own, with the user's configuration.</summary>
    internal bool IsUsers { get; init; }
}
