using System.Globalization;

namespace AutoBuild.Orchestrator.Queue;

/// <summary>Is what the machine has left for further agents; what can't be read is unlimited.</summary>
/// <param name="Folder">The one of the looked at folders whose disk is fullest.</param>
/// <param name="FreeDisk">Bytes free there.</param>
/// <param name="FreeMemory">Bytes that can be had without swapping.</param>
/// <param name="MemoryPressure">Percent of the last ten seconds in which something waited for memory.</param>
/// <param name="CpuPressure">The same for a processor.</param>
public sealed record MachineRoom(string Folder, long FreeDisk, long FreeMemory, double MemoryPressure = 0, double CpuPressure = 0)
{
    /// <summary>Looks at the machine now.</summary>
    public static MachineRoom Look(IEnumerable<string> folders)
    {
        var (folder, disk) = folders.Select(path => (path, FreeOn(path))).MinBy(found => found.Item2);
        return new MachineRoom(folder, disk, Available(), Pressure("memory"), Pressure("cpu"));
    }

    // A worktree folder that is still to be made has the disk of its nearest parent.
    private static long FreeOn(string path)
    {
        try
        {
            for (var found = Path.GetFullPath(path); found is not null; found = Path.GetDirectoryName(found))
            {
                if (Directory.Exists(found))
                {
                    return new DriveInfo(found).AvailableFreeSpace;
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return long.MaxValue;
        }

        return long.MaxValue;
    }

    // "MemAvailable:   12345678 kB"
    private static long Available() =>
        Line("/proc/meminfo", "MemAvailable:")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kilobytes, ..]
        && long.TryParse(kilobytes, CultureInfo.InvariantCulture, out var free) ? free << 10 : long.MaxValue;

    // "some avg10=0.12 avg60=…"
    private static double Pressure(string of) =>
        Line("/proc/pressure/" + of, "some ")?.Split(' ', '=') is [_, "avg10", var percent, ..]
        && double.TryParse(percent, CultureInfo.InvariantCulture, out var waited) ? waited : 0;

    private static string? Line(string file, string start)
    {
        try
        {
            return File.ReadLines(file).FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }
}
