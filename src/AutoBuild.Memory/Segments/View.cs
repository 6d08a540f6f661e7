namespace AutoBuild.Memory.Segments;

/// <summary>Is what a branch, a commit or a working tree of a project holds: a map of paths to texts, which many views share.</summary>
/// <param name="files">Ordered by path, each path once; <see cref="Of"/> sees to it.</param>
public sealed class View(Guid project, string reference, IReadOnlyList<ViewFile> files)
{
    private ViewDocuments? _documents;

    /// <summary>Whose.</summary>
    public Guid Project => project;

    /// <summary>The branch, the commit, or the path of the working tree.</summary>
    public string Ref => reference;

    /// <summary>Ordered by path, each path once.</summary>
    public IReadOnlyList<ViewFile> Files => files;

    /// <summary>The commit it was made from; null for a plain folder.</summary>
    public string? Commit { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset IndexedAt { get; init; }

    /// <summary>What its maker wants to find again, such as how the working tree looked; empty where there is nothing.</summary>
    public string Stamp { get; init; } = "";

    /// <summary>Makes one of files in any order.</summary>
    /// <exception cref="ArgumentException">A path comes twice.</exception>
    public static View Of(Guid project, string reference, IEnumerable<ViewFile> files)
    {
        var sorted = files.ToArray();
        Array.Sort(sorted, (a, b) => string.CompareOrdinal(a.Path, b.Path));
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Path == sorted[i - 1].Path)
            {
                throw new ArgumentException($"'{sorted[i].Path}' comes twice.", nameof(files));
            }
        }

        return new View(project, reference, sorted);
    }

    /// <summary>Returns the place of a path among the files; -1 where the view has none of it.</summary>
    public int IndexOf(string path)
    {
        var (low, high) = (0, Files.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(Files[middle].Path, path);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    /// <summary>Returns where the files stand in a snapshot; found once for each state of the index.</summary>
    public ViewDocuments In(IndexSnapshot snapshot)
    {
        var known = Volatile.Read(ref _documents);
        if (known is null || known.Version != snapshot.Version)
        {
            known = new ViewDocuments(this, snapshot);
            Volatile.Write(ref _documents, known);
        }

        return known;
    }
}
