namespace AutoBuild.Orchestrator.Worktrees;

/// <summary>Bounds a folder of files that can be made again, by age and by size.</summary>
internal static class OldFiles
{
    /// <summary>Deletes files not written since <paramref name="oldest"/>, then the oldest until the rest is at most so large.</summary>
    /// <returns>How many went.</returns>
    public static int Drop(string folder, DateTimeOffset oldest, long bytes)
    {
        if (!Directory.Exists(folder))
        {
            return 0;
        }

        var (room, gone) = (bytes, 0);
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).OrderByDescending(file => file.LastWriteTimeUtc).ToList())
        {
            room -= file.Length;
            if (room < 0 || file.LastWriteTimeUtc < oldest.UtcDateTime)
            {
                file.Delete();
                gone++;
            }
        }

        return gone;
    }
}
