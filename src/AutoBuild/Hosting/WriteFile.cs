namespace AutoBuild.Hosting;

/// <summary>Writes small files that others read while we write.</summary>
internal static class WriteFile
{
    /// <summary>Puts a text in place at once: a reader sees the old or the new, never a part.</summary>
    public static void ByRename(string path, string text, UnixFileMode mode)
    {
        var draft = $"{path}.{Environment.ProcessId}.new";
        File.Delete(draft);
        using (var stream = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }))
        using (var writer = new StreamWriter(stream))
        {
            writer.Write(text);
            writer.Flush();
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: true);
    }
}
