using System.Globalization;

namespace AutoBuild.Workspaces;

/// <summary>One line of the process table.</summary>
internal readonly record struct ProcessEntry(int Pid, char State, int Parent, int Group, int Session, long StartTicks);

/// <summary>Reads /proc; empty where there is none.</summary>
internal static class ProcessTable
{
    public static ProcessEntry? Read(int pid)
    {
        try
        {
            return Parse(pid, File.ReadAllText($"/proc/{pid}/stat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>All processes that are not dead yet.</summary>
    public static IEnumerable<ProcessEntry> Living() =>
        Ids().Select(Read).OfType<ProcessEntry>().Where(entry => entry.State is not ('Z' or 'X'));

    /// <summary>The command line with spaces between its words; null when it cannot be read.</summary>
    public static string? Command(int pid) => Text(() => File.ReadAllText($"/proc/{pid}/cmdline").Replace('\0', ' '));

    /// <summary>Where a process stands; null when it cannot be read.</summary>
    public static string? WorkingDirectory(int pid) => Text(() => new FileInfo($"/proc/{pid}/cwd").LinkTarget);

    public static IEnumerable<int> Ids() => Directory.Exists("/proc/self")
        ? Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path.AsSpan()), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0)
        : [];

    private static string? Text(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // The command's name stands in parentheses and may itself hold spaces and parentheses.
    private static ProcessEntry? Parse(int pid, string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields.Length < 20 ? null : new ProcessEntry(pid, fields[0][0], Number(fields[1]), Number(fields[2]), Number(fields[3]),
            long.Parse(fields[19], CultureInfo.InvariantCulture));
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
