namespace AutoBuild.Workspaces;

/// <summary>Knows what this machine offers to contain a child; every probe runs once per process, and in none that was handed a finding.</summary>
public static class ProcessIsolation
{
    /// <summary>What stands before a <see cref="Finding"/> among the arguments of <c>autobuild runner</c>.</summary>
    public const string Argument = "--isolation=";

    private static readonly string[] Alone = ["--pid", "--fork", "--kill-child", "--mount-proc"];

    // --map-current-user keeps the uid, so that an agent that refuses root still runs.
    private static readonly (string Name, string[] Options)[] Candidates =
    [
        ("root", Alone),
        ("user", ["--user", "--map-current-user", .. Alone]),
        ("mapped", ["--user", "--map-root-user", .. Alone]),
    ];

    private static readonly Lazy<(string Name, string[] Options)?> Found = new(ProbeNamespace);
    private static readonly Lazy<WallCommand?> WallWay = new(ProbeWalls);
    private static readonly Lazy<string[]> SessionCommand = new(FindSession);
    private static string[]? Handed;

    /// <summary>True when a child can get a PID namespace, which nothing in it outlives.</summary>
    public static bool NamespacesWork => Found.Value is not null;

    /// <summary>True when a child can be kept from all but its own folders.</summary>
    public static bool WallsWork => WallWay.Value is not null;

    /// <summary>What was found out, in a word for processes of ours on this machine; null where there are no walls, since the next one may find otherwise.</summary>
    public static string? Finding => WallsWork ? $"{Found.Value!.Value.Name}/{WallWay.Value!.Name}" : null;

    /// <summary>Takes a <see cref="Finding"/> for our own, before anything is asked; what doesn't read as one is tried out here. A wrong one opens nothing: no child begins.</summary>
    public static void Take(string finding) => Handed = finding.Split('/') is { Length: 2 } words ? words : null;

    /// <summary>One sentence for <c>autobuild doctor</c>.</summary>
    public static string Describe() => Found.Value is { } found
        ? $"PID namespaces work (unshare {string.Join(' ', found.Options)})"
            + (WallsWork ? "; all but its own folders is closed to an agent" : "; an agent can write what you can: mounts in a namespace do not work here")
        : $"no PID namespaces; children are swept by {ProcessSweep.JobVariable}" + (SessionCommand.Value.Length == 0 ? ", without sessions of their own" : "");

    /// <summary>Starts what follows as leader of a session and group of its own; empty where nothing can.</summary>
    internal static string[] Session => SessionCommand.Value;

    /// <summary>The unshare command up to its options; null where namespaces do not work.</summary>
    internal static string[]? Namespace => Found.Value is { } found ? [Executable.Find("unshare")!, .. found.Options, "--"] : null;

    /// <summary>How walls are made; null where they can't be.</summary>
    internal static WallCommand? Walls => WallWay.Value;

    private static (string Name, string[] Options)? ProbeNamespace()
    {
        if (!OperatingSystem.IsLinux() || Executable.Find("unshare") is not { } unshare)
        {
            return null;
        }
        var at = Array.FindIndex(Candidates, candidate => candidate.Name == Handed?[0]);
        at = at >= 0 ? at : Array.FindIndex(Candidates, candidate => Launcher.Succeeds(unshare, [.. candidate.Options, "--", "/bin/sh", "-c", "true"]));
        return at >= 0 ? Candidates[at] : null;
    }

    private static WallCommand? ProbeWalls()
    {
        var ways = NamespacesWork ? WallCommand.Ways().ToList() : [];
        return ways.Find(way => way.Name == Handed?[1]) ?? ways.Find(way => way.Works());
    }

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
