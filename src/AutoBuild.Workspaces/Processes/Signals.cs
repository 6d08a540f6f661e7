using System.Runtime.InteropServices;

namespace AutoBuild.Workspaces;

/// <summary>Sends signals, which .NET cannot do by itself.</summary>
internal static partial class Signals
{
    public const int Interrupt = 2;
    public const int Kill = 9;

    /// <summary>Its number differs between systems.</summary>
    public static readonly int Stop = OperatingSystem.IsMacOS() ? 17 : 19;

    private const int SetChildSubreaper = 36;
    private const int NoHang = 1;

    /// <summary>Sends to one process, or with a negative id to a process group; false when there is none.</summary>
    public static bool Send(int pid, int signal)
    {
        // kill(0) and kill(-1) would hit ourselves and everything.
        ArgumentOutOfRangeException.ThrowIfEqual(pid, 0);
        ArgumentOutOfRangeException.ThrowIfEqual(pid, -1);
        return !OperatingSystem.IsWindows() && NativeKill(pid, signal) == 0;
    }

    /// <summary>Makes orphaned descendants children of this process; false where the system can't.</summary>
    public static bool AdoptOrphans() => OperatingSystem.IsLinux() && NativeControl(SetChildSubreaper, 1, 0, 0, 0) == 0;

    /// <summary>Takes a dead child off the process table, if it is one.</summary>
    public static void Reap(int pid)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pid);
        NativeWait(pid, out _, NoHang);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeKill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeControl(int option, nuint first, nuint second, nuint third, nuint fourth);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeWait(int pid, out int status, int options);
}
