using System.Text;

namespace AutoBuild.Workspaces;

/// <summary>Writes and removes files in an agent's home, where an earlier run may have put links to make us write elsewhere.</summary>
public static class HomeFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void Write(string home, string path, string text) => Write(home, path, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes by rename, for the owner alone; a link on the way is deleted first.</summary>
    /// <param name="path">Relative to the home.</param>
    /// <param name="written">Its time; null is now.</param>
    public static void Write(string home, string path, ReadOnlySpan<byte> content, DateTime? written = null)
    {
        ClearLinks(home, path);
        var target = Path.Combine(home, path);
        ClearPlace(home, path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }
        var draft = target + ".new";
        Remove(home, path + ".new");
        using (var file = new FileStream(draft, options))
        {
            file.Write(content);
        }
        if (written is { } time)
        {
            File.SetLastWriteTimeUtc(draft, time);
        }
        File.Move(draft, target, overwrite: true);
    }

    /// <summary>Removes a file, a folder with all in it, or a link; what is not there is fine.</summary>
    public static void Remove(string home, string path)
    {
        ClearLinks(home, path);
        var target = Path.Combine(home, path);
        TreeFiles.Delete(target);
        if (File.Exists(target))
        {
            File.Delete(target);
        }
    }

    // A folder may stand where the file goes, and a file where its folder has to be.
    private static void ClearPlace(string home, string path)
    {
        TreeFiles.Delete(Path.Combine(home, path));
        foreach (var part in TreeFiles.Above(path).Reverse().Where(part => File.Exists(Path.Combine(home, part))))
        {
            File.Delete(Path.Combine(home, part));
        }
    }

    internal static void ClearLinks(string home, string path)
    {
        foreach (var part in TreeFiles.Above(path).Reverse().Append(path).Where(part => IsLink(home, part)))
        {
            File.Delete(Path.Combine(home, part));
        }
    }

    internal static bool IsLink(string home, string path) => new FileInfo(Path.Combine(home, path)).LinkTarget is not null;
}
