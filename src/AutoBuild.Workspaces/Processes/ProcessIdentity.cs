using System.ComponentModel;
using System.Diagnostics;

namespace AutoBuild.Workspaces;

/// <summary>Names a process so that a number used again by another one is never taken for it.</summary>
/// <param name="Pid">The process id.</param>
/// <param name="StartTicks">When it started, in the system's own unit.</param>
/// <param name="BootId">Which boot of the machine; empty where unknown.</param>
public sealed record ProcessIdentity(int Pid, long StartTicks, string BootId)
{
    private static readonly Lazy<string> ThisBoot = new(() =>
        File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : "");

    /// <summary>This boot of the machine; empty where unknown.</summary>
    internal static string Boot => ThisBoot.Value;

    /// <summary>Names a living process; null when there is none.</summary>
    public static ProcessIdentity? Of(int pid) => StartOf(pid) is { } start ? new(pid, start, ThisBoot.Value) : null;

    /// <summary>Names this process.</summary>
    public static ProcessIdentity Current() => Of(Environment.ProcessId) ?? new(Environment.ProcessId, 0, ThisBoot.Value);

    /// <summary>True while this very process runs; a zombie is dead.</summary>
    public bool IsAlive() => BootId == ThisBoot.Value && StartOf(Pid) == StartTicks;

    /// <summary>Sends SIGKILL to it and its process group, if it is still this very process.</summary>
    public void Kill()
    {
        if (!IsAlive())
        {
            return;
        }
        if (ProcessTable.Read(Pid) is { } entry && entry.Group == Pid)
        {
            Signals.Send(-Pid, Signals.Kill);
        }
        Signals.Send(Pid, Signals.Kill);
    }

    /// <summary>Stops it from running on, if it is still this very process; a kill ends it all the same.</summary>
    internal void Halt()
    {
        if (IsAlive())
        {
            Signals.Send(Pid, Signals.Stop);
        }
    }

    private static long? StartOf(int pid)
    {
        if (OperatingSystem.IsLinux())
        {
            return ProcessTable.Read(pid) is { IsAlive: true } entry ? entry.StartTicks : null;
        }
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.HasExited ? null : process.StartTime.ToUniversalTime().Ticks;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }
}
