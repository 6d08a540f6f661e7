namespace AutoBuild.Workspaces;

/// <summary>Tells a full disk from other faults, wherever it shows.</summary>
public static class DiskSpace
{
    // ENOSPC and EDQUOT, which .NET hands on as they are, and ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows.
    private static readonly int[] Full = [28, 122, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    /// <summary>Whether there was no space, or no quota, left.</summary>
    public static bool IsExhausted(Exception fault) => fault switch
    {
        WorkspaceException known => known.Code == "disk_full",
        IOException io => Full.Contains(io.HResult) || (io.InnerException is { } inner && IsExhausted(inner)),
        AggregateException many => many.InnerExceptions.Any(IsExhausted),
        _ => false,
    };

    /// <summary>Whether the disk of a folder has less than this left; false where it can't be read.</summary>
    public static bool IsBelow(string folder, long bytes)
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace < bytes;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }
}
