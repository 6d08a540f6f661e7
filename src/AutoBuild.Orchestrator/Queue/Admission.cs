using System.Globalization;

namespace AutoBuild.Orchestrator.Queue;

/// <summary>Holds new work back while the machine could not carry it: better queued than half written.</summary>
internal static class Admission
{
    private const long LeastDisk = 200L << 20;
    private const long LeastMemory = 200L << 20;

    /// <summary>Tells whether disk and memory leave room for one more agent; where that can't be read, they do.</summary>
    public static bool Allows(string directory) => FreeDisk(directory) >= LeastDisk && FreeMemory() >= LeastMemory;

    private static long FreeDisk(string directory)
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(directory)).AvailableFreeSpace;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return long.MaxValue;
        }
    }

    // "MemAvailable:   12345678 kB"
    private static long FreeMemory()
    {
        try
        {
            var line = File.ReadLines("/proc/meminfo").FirstOrDefault(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal));
            return line is not null && long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture, out var kilobytes)
                ? kilobytes << 10
                : long.MaxValue;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return long.MaxValue;
        }
    }
}
