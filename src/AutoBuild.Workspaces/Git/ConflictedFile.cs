using System.Text;

namespace AutoBuild.Workspaces;

/// <summary>One path that git could not merge, with what each side has there.</summary>
/// <param name="Path">Where it stands in the merged tree: after a rename the new name.</param>
/// <param name="Word">Git's word for the conflict: content, add/add, modify/delete, rename/rename, file/directory …</param>
/// <param name="Said">Git's sentence; it calls the sides by what they were merged as.</param>
public sealed record ConflictedFile(string Path, ConflictKind Kind, string Word, ConflictSide? Base, ConflictSide? Ours, ConflictSide? Theirs, string? Said = null);

/// <summary>What one side has at a conflicted path.</summary>
/// <param name="Mode">Git's: 100644, 100755 for a program, 120000 for a link, 160000 for a submodule.</param>
/// <param name="Object">The blob's id; a submodule's commit.</param>
/// <param name="Bytes">Null where it is no file, or one above 4 MB.</param>
public sealed record ConflictSide(string Mode, string Object, byte[]? Bytes)
{
    public bool IsFile => Mode is "100644" or "100755";

    /// <summary>The bytes as UTF-8, with marks for what is none; null where they are no text.</summary>
    public string? Text => Bytes is null || Bytes.AsSpan().Contains((byte)0) ? null : Encoding.UTF8.GetString(Bytes);
}

/// <summary>What takes the place of a conflicted file.</summary>
/// <param name="Object">A blob; null deletes the file.</param>
/// <param name="Mode">Null is that of the merged tree.</param>
public sealed record ResolvedFile(string? Object, string? Mode = null)
{
    public static ResolvedFile Deleted { get; } = new(Object: null);
}

/// <summary>What kind of conflict a file has.</summary>
public enum ConflictKind
{
    /// <summary>Both sides changed it.</summary>
    Content,

    /// <summary>Both sides added it, differently.</summary>
    BothAdded,

    /// <summary>Ours deleted it, theirs changed it.</summary>
    DeletedByOurs,

    /// <summary>Theirs deleted it, ours changed it.</summary>
    DeletedByTheirs,

    /// <summary>Both sides changed it and at least one text is binary or too large.</summary>
    Binary,

    /// <summary>Renames, directories against files, submodules, links.</summary>
    Other,
}
