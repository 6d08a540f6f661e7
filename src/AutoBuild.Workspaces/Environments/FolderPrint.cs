namespace AutoBuild.Workspaces;

/// <summary>Size and time of all files below a folder, to tell later what became of them. No program runs for it: what lies there may be anyone's.</summary>
public sealed class FolderPrint
{
    private const int MostFiles = 200_000;

    private readonly string _folder;
    private readonly Dictionary<string, (long Size, long Written, string? Link)> _files;

    private FolderPrint(string folder, Dictionary<string, (long Size, long Written, string? Link)> files) => (_folder, _files) = (folder, files);

    /// <summary>Looks at a folder; null where it has more than 200,000 files or can't be read.</summary>
    public static FolderPrint? Of(string folder)
    {
        try
        {
            var files = new Dictionary<string, (long Size, long Written, string? Link)>();
            // Objects and histories of git grow by reading and by fetches; what they serve is seen by its refs.
            foreach (var file in TreeFiles.Walk(folder, inner => inner.Name is not ("objects" or "logs") || inner.Parent?.Name != ".git"))
            {
                if (files.Count == MostFiles)
                {
                    return null;
                }
                files[Path.GetRelativePath(folder, file.FullName)] = (file is FileInfo { LinkTarget: null } plain ? plain.Length : 0, file.LastWriteTimeUtc.Ticks, file.LinkTarget);
            }
            return new FolderPrint(folder, files);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The files that were changed, made or deleted since; in order.</summary>
    public IReadOnlyList<string> ChangesSince()
    {
        var now = Of(_folder)?._files ?? [];
        return [.. _files.Where(file => !now.TryGetValue(file.Key, out var then) || then != file.Value).Select(file => file.Key)
            .Concat(now.Keys.Where(path => !_files.ContainsKey(path))).Order(StringComparer.Ordinal)];
    }
}
