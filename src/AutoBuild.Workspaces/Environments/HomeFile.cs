namespace AutoBuild.Workspaces;

/// <summary>Writes a file into an agent's home, where an earlier run may have put links to make us write elsewhere.</summary>
public static class HomeFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes by rename, for the owner alone; a link on the way is deleted first.</summary>
    /// <param name="path">Relative to the home.</param>
    /// <param name="written">Its time; null is now.</param>
    public static void Write(string home, string path, ReadOnlySpan<byte> content, DateTime? written = null)
    {
        ClearLinks(home, path);
        var target = Path.Combine(home, path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }
        var draft = target + ".new";
        File.Delete(draft);
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

    internal static void ClearLinks(string home, string path)
    {
        foreach (var part in TreeFiles.Above(path).Reverse().Append(path).Where(part => IsLink(home, part)))
        {
            File.Delete(Path.Combine(home, part));
        }
    }

    internal static bool IsLink(string home, string path) => new FileInfo(Path.Combine(home, path)).LinkTarget is not null;
}
