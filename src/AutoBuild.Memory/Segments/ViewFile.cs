using AutoBuild.Memory.Index;

namespace AutoBuild.Memory.Segments;

/// <summary>Is one file of a view.</summary>
/// <param name="Path">From the root of the repository, with slashes.</param>
/// <param name="Key">Names its text.</param>
/// <param name="Marks">What is known of it by its path.</param>
public readonly record struct ViewFile(string Path, BlobKey Key, FileMarks Marks = FileMarks.None);

/// <summary>Says what a file is besides its text.</summary>
[Flags]
public enum FileMarks
{
    None = 0,

    /// <summary>Written by a program.</summary>
    Generated = 1,

    /// <summary>Another project's, kept here.</summary>
    Vendored = 2,

    /// <summary>Differs from the commit, as found in the working tree.</summary>
    Dirty = 4,
}
