namespace AutoBuild.Workspaces;

/// <summary>Says how far a child's descendants are contained.</summary>
public enum Confinement
{
    /// <summary>A session of its own; what it leaves behind after a normal exit is left alone.</summary>
    None,

    /// <summary>No namespace: when the child ends, what it left is looked for and killed, daemons too.</summary>
    Sweep,

    /// <summary>A PID namespace where the system allows it, else a sweep: nothing outlives the child, not even a daemon.</summary>
    Namespace,
}

/// <summary>What to start and under which limits.</summary>
/// <param name="FileName">A path, or a name looked up in the child's own PATH.</param>
/// <param name="Arguments">Passed as they are, no shell in between.</param>
public sealed record ChildCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>Where it starts; null takes ours.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The whole environment; null inherits ours.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>Written byte for byte, then closed; empty closes standard input at once.</summary>
    public ReadOnlyMemory<byte> StandardInput { get; init; }

    /// <summary>Writes more to standard input after <see cref="StandardInput"/>; it is closed when this returns. Ends by its token when the child is over.</summary>
    public Func<Stream, CancellationToken, Task>? WriteInput { get; init; }

    public Confinement Confinement { get; init; }

    /// <summary>What it may see and write; null is all that we may. Without effect where <see cref="ProcessIsolation.WallsWork"/> is false.</summary>
    public Walls? Walls { get; init; }

    /// <summary>Set as AUTOBUILD_JOB in the child and all it starts, so that <see cref="ProcessSweep"/> finds them even after our death.</summary>
    public string? Marker { get; init; }

    /// <summary>Longest life; null is unlimited.</summary>
    public TimeSpan? WallLimit { get; init; }

    /// <summary>Longest silence on both outputs; null is unlimited.</summary>
    public TimeSpan? IdleLimit { get; init; }

    /// <summary>Time between the polite SIGINT and the kill; 3 s.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Bytes of each output's tail kept in memory; 1 MiB.</summary>
    public int CaptureLimit { get; init; } = 1 << 20;
}

/// <summary>Why a child ended.</summary>
public enum ChildEnd
{
    Exited,
    WallLimit,
    IdleLimit,
    Cancelled,
}

/// <summary>How a child ended.</summary>
/// <param name="End">Exited by itself, or stopped by us and why.</param>
/// <param name="ExitCode">The exit code; 128 + n after signal n.</param>
/// <param name="Output">The tail of standard output.</param>
/// <param name="Error">The tail of standard error.</param>
/// <param name="Elapsed">From start until nothing was left of it.</param>
public sealed record ChildResult(ChildEnd End, int ExitCode, string Output, string Error, TimeSpan Elapsed)
{
    /// <summary>True when it exited by itself with code 0.</summary>
    public bool Succeeded => End == ChildEnd.Exited && ExitCode == 0;
}
