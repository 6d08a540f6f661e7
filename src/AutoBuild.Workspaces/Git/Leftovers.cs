namespace AutoBuild.Workspaces;

/// <summary>Clears away what a git that was killed left in a git dir of ours: its lock files and half-written objects.</summary>
/// <remarks>Only for whoever holds our own lock of the git dir. A git that outlived its parent is still at work, so it is waited for.</remarks>
internal static class Leftovers
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // Where there is no process table, only age tells.
    private static readonly TimeSpan Old = TimeSpan.FromMinutes(15);

    private const string IndexPrefix = "autobuild-index-";

    /// <summary>Names an index for a few commands that take no lock of ours; it is nobody's leftover as long as this process lives.</summary>
    public static string NewIndex(string gitDir) => Path.Combine(gitDir, $"{IndexPrefix}{Environment.ProcessId}-{Guid.NewGuid():N}");

    /// <summary>Removes lock files; costs a look into a few folders where there is none.</summary>
    public static Task RemoveLocksAsync(string gitDir, CancellationToken cancellation) => RemoveAsync(gitDir, () => Locks(gitDir), cancellation);

    /// <summary>Removes objects and packs that were never finished.</summary>
    public static Task RemoveObjectsAsync(string gitDir, CancellationToken cancellation) => RemoveAsync(gitDir, () => Unfinished(gitDir), cancellation);

    private static async Task RemoveAsync(string gitDir, Func<IEnumerable<FileSystemInfo>> find, CancellationToken cancellation)
    {
        if (!find().Any())
        {
            return;
        }
        var started = TimeProvider.System.GetTimestamp();
        while (IsAtWork(gitDir))
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                return;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellation);
        }
        var oldest = ProcessTable.Ids().Any() ? DateTimeOffset.MaxValue : TimeProvider.System.GetUtcNow() - Old;
        foreach (var left in find().Where(left => left.LastWriteTimeUtc < oldest).ToList())
        {
            Remove(left);
        }
    }

    private static IEnumerable<FileSystemInfo> Locks(string gitDir)
    {
        var top = new DirectoryInfo(gitDir);
        var refs = new DirectoryInfo(Path.Combine(gitDir, "refs"));
        return !top.Exists ? [] :
            top.EnumerateFiles().Where(file => file.Name.StartsWith(IndexPrefix, StringComparison.Ordinal) ? !IsHeld(file.Name) : file.Extension == ".lock" || file.Name == "gc.pid")
                .Concat(refs.Exists ? refs.EnumerateFiles("*.lock", SearchOption.AllDirectories) : []);
    }

    // Between two commands no git is at work on an index that is still needed.
    private static bool IsHeld(string name) =>
        int.TryParse(name.AsSpan(IndexPrefix.Length, Math.Max(0, name.IndexOf('-', IndexPrefix.Length) - IndexPrefix.Length)), out var pid)
        && (pid == Environment.ProcessId || ProcessTable.Ids().Contains(pid));

    // tmp_obj_*, pack/tmp_pack_*, and the folders a fetch collects in: tmp_objdir-incoming-*.
    private static IEnumerable<FileSystemInfo> Unfinished(string gitDir)
    {
        var objects = new DirectoryInfo(Path.Combine(gitDir, "objects"));
        return !objects.Exists ? [] :
            objects.EnumerateFileSystemInfos("tmp_*").Concat(objects.EnumerateDirectories().Where(folder => folder.Name.Length == 2 || folder.Name == "pack")
                .SelectMany(folder => folder.EnumerateFileSystemInfos("tmp_*")));
    }

    private static void Remove(FileSystemInfo left)
    {
        if (left is DirectoryInfo folder)
        {
            TreeFiles.Delete(folder.FullName);
        }
        else
        {
            left.Delete();
        }
    }

    // Ours either stand in the git dir or are told its path.
    private static bool IsAtWork(string gitDir) => ProcessTable.Ids().Any(pid => ProcessTable.Command(pid) is { } command
        && Path.GetFileName(command.Split(' ')[0]).StartsWith("git", StringComparison.Ordinal)
        && (ProcessTable.WorkingDirectory(pid) == gitDir || command.Contains(gitDir, StringComparison.Ordinal)));
}
