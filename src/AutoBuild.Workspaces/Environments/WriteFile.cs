using System.Text;

namespace AutoBuild.Workspaces;

/// <summary>Writes files that others read while we write: a reader sees the old or the new, never a part.</summary>
public static class WriteFile
{
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Puts a text in place at once, readable by its owner alone, and on the disk before anything that is written later.</summary>
    public static void ByRename(string path, string text) => ByRename(path, Encoding.UTF8.GetBytes(text), OwnerOnly, durable: true);

    /// <summary>Puts bytes in place at once, readable by their owner alone, and on the disk before anything that is written later.</summary>
    public static void ByRename(string path, ReadOnlySpan<byte> content) => ByRename(path, content, OwnerOnly, durable: true);

    /// <summary>
    /// Puts other bytes into a file of the user's at once: its mode stays, and a link is followed. In a folder where no file can be made, they are written into the
    /// file itself.
    /// </summary>
    public static void Over(string path, ReadOnlySpan<byte> content)
    {
        var target = new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        UnixFileMode? mode = File.Exists(target) ? File.GetUnixFileMode(target) : null;
        try
        {
            ByRename(target, content, mode, durable: false);
        }
        catch (UnauthorizedAccessException) when (mode is not null)
        {
            File.WriteAllBytes(target, content);
        }
    }

    private static void ByRename(string path, ReadOnlySpan<byte> content, UnixFileMode? mode, bool durable)
    {
        var draft = $"{path}.{Environment.ProcessId}.new";
        File.Delete(draft);
        try
        {
            using (var stream = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: durable);
            }

            if (mode is { } kept)
            {
                // What a file is made with, the umask lessens.
                File.SetUnixFileMode(draft, kept);
            }

            File.Move(draft, path, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }
}
