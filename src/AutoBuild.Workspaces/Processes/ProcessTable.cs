using System.Globalization;

namespace AutoBuild.Workspaces;

/// <summary>One line of the process table.</summary>
internal readonly record struct ProcessEntry(int Pid, char State, int Parent, int Group, int Session, long StartTicks)
{
    /// <summary>A zombie is dead.</summary>
    public bool IsAlive => State is not ('Z' or 'X');
}

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

    /// <summary>The program and its arguments, each ended by a zero; empty where it is gone.</summary>
    public static string Line(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>All processes that are not dead yet.</summary>
    public static IEnumerable<ProcessEntry> Living() =>
        Ids().Select(Read).OfType<ProcessEntry>().Where(entry => entry.IsAlive);

    /// <summary>All that is alive below the given processes, however deep; they themselves are left out.</summary>
    public static List<ProcessEntry> Below(IReadOnlyCollection<int> roots)
    {
        var children = Living().ToLookup(entry => entry.Parent);
        var seen = new HashSet<int>(roots);
        var found = new List<ProcessEntry>();
        for (var open = new Queue<int>(roots); open.TryDequeue(out var parent);)
        {
            foreach (var child in children[parent].Where(child => seen.Add(child.Pid)))
            {
                found.Add(child);
                open.Enqueue(child.Pid);
            }
        }
        return found;
    }

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
