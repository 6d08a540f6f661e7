namespace AutoBuild.Workspaces;

/// <summary>Knows what this machine offers to contain a child; every probe runs once per process.</summary>
public static class ProcessIsolation
{
    // --map-current-user keeps the uid, so that an agent that refuses root still runs.
    private static readonly string[][] Candidates =
    [
        ["--pid", "--fork", "--kill-child", "--mount-proc"],
        ["--user", "--map-current-user", "--pid", "--fork", "--kill-child", "--mount-proc"],
        ["--user", "--map-root-user", "--pid", "--fork", "--kill-child", "--mount-proc"],
    ];

    private static readonly Lazy<string[]?> NamespaceOptions = new(ProbeNamespace);
    private static readonly Lazy<WallCommand?> WallWay = new(() => NamespacesWork ? WallCommand.Ways().FirstOrDefault(way => way.Works()) : null);
    private static readonly Lazy<string[]> SessionCommand = new(FindSession);

    /// <summary>True when a child can get a PID namespace, which nothing in it outlives.</summary>
    public static bool NamespacesWork => NamespaceOptions.Value is not null;

    /// <summary>True when a child can be kept from all but its own folders.</summary>
    public static bool WallsWork => WallWay.Value is not null;

    /// <summary>One sentence for <c>autobuild doctor</c>.</summary>
    public static string Describe() => NamespaceOptions.Value is { } options
        ? $"PID namespaces work (unshare {string.Join(' ', options)})"
            + (WallsWork ? "; all but its own folders is closed to an agent" : "; an agent can write what you can: mounts in a namespace do not work here")
        : $"no PID namespaces; children are swept by {ProcessSweep.JobVariable}" + (SessionCommand.Value.Length == 0 ? ", without sessions of their own" : "");

    /// <summary>Starts what follows as leader of a session and group of its own; empty where nothing can.</summary>
    internal static string[] Session => SessionCommand.Value;

    /// <summary>The unshare command up to its options; null where namespaces do not work.</summary>
    internal static string[]? Namespace => NamespaceOptions.Value is { } options ? [Executable.Find("unshare")!, .. options, "--"] : null;

    /// <summary>How walls are made; null where they can't be.</summary>
    internal static WallCommand? Walls => WallWay.Value;

    private static string[]? ProbeNamespace() => OperatingSystem.IsLinux() && Executable.Find("unshare") is { } unshare
        ? Candidates.FirstOrDefault(options => Launcher.Succeeds(unshare, [.. options, "--", "/bin/sh", "-c", "true"]))
        : null;

    private static string[] FindSession()
    {
        if (Executable.Find("setsid") is { } setsid)
        {
            return [setsid, "--"];
        }
        // macOS has no setsid program, but it has perl.
        return !OperatingSystem.IsWindows() && Executable.Find("perl") is { } perl
            ? [perl, "-e", "use POSIX; POSIX::setsid(); exec { $ARGV[0] } @ARGV or exit 127", "--"]
            : [];
    }
}
