using System.IO.Enumeration;

namespace AutoBuild.Workspaces;

/// <summary>Deletes and walks trees whose contents no one vouches for, and writes the small files beside them.</summary>
public static class TreeFiles
{
    /// <summary>Deletes a directory with all in it, read-only directories too; links are removed, never followed.</summary>
    public static void Delete(string path)
    {
        if (!Directory.Exists(path))
        {
            return;
        }
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            MakeWritable(path);
            DeleteAnyName(path);
        }
    }

    /// <summary>Writes a small file as a whole: whoever is killed leaves the old one or the new one.</summary>
    public static void Replace(string path, string text)
    {
        try
        {
            File.WriteAllText(path + ".new", text);
            File.Move(path + ".new", path, overwrite: true);
        }
        catch (IOException) when (File.Exists(path))
        {
            // On a full disk the old file's own room is what is left.
            File.Delete(path + ".new");
            File.WriteAllText(path, text);
        }
    }

    /// <summary>All files and links below a directory; directories that are links are not entered.</summary>
    public static IEnumerable<FileSystemInfo> Walk(string path, Func<DirectoryInfo, bool>? enter = null)
    {
        foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos())
        {
            if (entry is not DirectoryInfo folder || folder.LinkTarget is not null)
            {
                yield return entry;
            }
            else if (enter is null || enter(folder))
            {
                foreach (var inner in Walk(folder.FullName, enter))
                {
                    yield return inner;
                }
            }
        }
    }

    /// <summary>Adds up the files below a directory; what vanishes meanwhile counts nothing, for agents are at work there.</summary>
    public static long Bytes(string path) => !Directory.Exists(path) ? 0 : new FileSystemEnumerable<long>(path, (ref FileSystemEntry entry) => entry.Length, Everything)
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && !IsLink(ref entry),
        ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsLink(ref entry),
    }.Sum();

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = true };

    private static bool IsLink(ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) != 0;

    /// <summary>The folders that a relative path lies in, the nearest first.</summary>
    public static IEnumerable<string> Above(string path)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            yield return path[..slash];
        }
    }

    // .NET cannot name a file whose name is no UTF-8; rm can.
    private static void DeleteAnyName(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (IOException) when (!OperatingSystem.IsWindows())
        {
            Launcher.Succeeds("/bin/rm", ["-rf", "--", path]);
            if (Directory.Exists(path))
            {
                throw;
            }
        }
    }

    private static void MakeWritable(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var folder in new DirectoryInfo(path).EnumerateDirectories().Where(folder => folder.LinkTarget is null))
        {
            MakeWritable(folder.FullName);
        }
    }
}
