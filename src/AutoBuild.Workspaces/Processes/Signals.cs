using System.Runtime.InteropServices;

namespace AutoBuild.Workspaces;

/// <summary>Sends signals, which .NET cannot do by itself.</summary>
internal static partial class Signals
{
    public const int Interrupt = 2;
    public const int Kill = 9;

    /// <summary>Sends to one process, or with a negative id to a process group; false when there is none.</summary>
    public static bool Send(int pid, int signal)
    {
        // kill(0) and kill(-1) would hit ourselves and everything.
        ArgumentOutOfRangeException.ThrowIfEqual(pid, 0);
        ArgumentOutOfRangeException.ThrowIfEqual(pid, -1);
        return !OperatingSystem.IsWindows() && NativeKill(pid, signal) == 0;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeKill(int pid, int signal);
}
