using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AutoBuild.Workspaces;

/// <summary>Makes walls around a child that waits for them: a thread of ours goes into its mount namespace, so no program is started for a mount. Needs root.</summary>
internal sealed class WallMaker : IDisposable
{
    private static readonly string[] OfKernel = ["/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/fs"];
    private static readonly string[] Devices = ["/dev", "/dev/mapper"];

    private readonly MountTable _table;
    private readonly SafeFileHandle _space;
    private readonly List<string> _devices;
    private readonly Queue<SafeFileHandle> _held = new();

    private WallMaker(int pid)
    {
        _table = new MountTable(pid);
        _space = File.OpenHandle($"/proc/{pid}/ns/mnt", share: FileShare.ReadWrite);
        // What lists a folder may not run over there: only system calls do.
        _devices = [.. Devices.Where(Directory.Exists).SelectMany(Directory.EnumerateFileSystemEntries).Select(MountCalls.Raw)];
    }

    /// <summary>Takes the steps; returns what went wrong, or null.</summary>
    /// <param name="child">In a mount namespace of its own, which nothing else changes meanwhile.</param>
    /// <param name="steps">See <see cref="WallStep"/>.</param>
    public static string? Make(ProcessIdentity child, IReadOnlyList<WallStep> steps)
    {
        string? fault = null;
        try
        {
            using var maker = new WallMaker(child.Pid);
            // A number that a stranger got meanwhile, or a child that is in our own namespace, would let us close the machine itself.
            if (ProcessTable.Read(child.Pid)?.Parent != Environment.ProcessId || !child.IsAlive() || Space(child.Pid) == Space(Environment.ProcessId))
            {
                return "it has no mounts of its own";
            }
            // It ends over there, and whoever waits for it is no thread that it began.
            var thread = new Thread(() => fault = maker.Run(steps), 256 * 1024);
            thread.Start();
            thread.Join();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault = e.Message;
        }
        return fault;
    }

    public void Dispose()
    {
        foreach (var held in _held)
        {
            held.Dispose();
        }
        _table.Dispose();
        _space.Dispose();
    }

    private static string? Space(int pid) => new FileInfo($"/proc/{pid}/ns/mnt").LinkTarget;

    private string? Run(IReadOnlyList<WallStep> steps)
    {
        try
        {
            Need(MountCalls.Enter(_space), "entering its namespace");
            foreach (var step in steps)
            {
                Take(step.Verb, MountCalls.Raw(step.Path));
            }
            return null;
        }
#pragma warning disable CA1031 // A thread has nobody above it; whatever it is, the child doesn't begin.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return fault.Message.ReplaceLineEndings(" ");
        }
    }

    private void Take(string verb, string path)
    {
        switch (verb)
        {
            case "hold":
                var held = MountCalls.Hold(path);
                Need(!held.IsInvalid, path);
                _held.Enqueue(held);
                break;
            case "guard":
                Guard();
                break;
            case "close":
                Close();
                break;
            case "open" or "shut":
                Lay(path, verb == "shut");
                break;
            case "hide":
                Hide(path);
                break;
            case "show-rw" or "show-ro":
                Show(path, verb == "show-ro");
                break;
            case "seal":
                Remount(path, true);
                break;
            default:
                throw new InvalidOperationException(verb);
        }
    }

    // The machine's own root may write what stands for its kernel and its disks.
    private void Guard()
    {
        foreach (var path in OfKernel.Where(path => MountCalls.KindOf(path) != MountCalls.Kind.Nothing))
        {
            Need(MountCalls.Mount(path, path, null, MountCalls.Bind), path);
            Need(MountCalls.Mount("none", path, null, MountCalls.Remount | MountCalls.Bind | MountCalls.ReadOnly | MountCalls.NoSetUser | MountCalls.NoDevices | MountCalls.NoPrograms), path);
        }
        foreach (var path in _devices.Where(path => MountCalls.KindOf(path) == MountCalls.Kind.Disk))
        {
            Need(MountCalls.Mount("/dev/null", path, null, MountCalls.Bind), path);
        }
    }

    // What can't be remounted because another mount lies over it can't be reached either.
    private void Close()
    {
        foreach (var mount in _table.Read().Where(mount => !mount.IsReadOnly && mount.Type is not ("proc" or "autofs")))
        {
            Need(MountCalls.Mount("none", mount.At, null, MountCalls.Remount | MountCalls.Bind | MountCalls.ReadOnly | mount.Flags) || !MountCalls.IsWritable(mount.At), mount.At);
        }
    }

    private void Lay(string path, bool readOnly)
    {
        if (MountCalls.KindOf(path) == MountCalls.Kind.Nothing)
        {
            return;
        }
        Need(MountCalls.Mount(path, path, null, MountCalls.Bind | MountCalls.Recursive), path);
        Remount(path, readOnly);
    }

    private static void Hide(string path)
    {
        var kind = MountCalls.KindOf(path);
        Need(kind switch
        {
            MountCalls.Kind.Folder => MountCalls.Mount("none", path, "tmpfs", 0, "size=1m,mode=755"),
            MountCalls.Kind.Disk or MountCalls.Kind.Other => MountCalls.Mount("/dev/null", path, null, MountCalls.Bind),
            MountCalls.Kind.Nothing => true,
        }, path);
    }

    private void Show(string path, bool readOnly)
    {
        using var held = _held.Dequeue();
        MountCalls.MakeFolders(path);
        Need(MountCalls.StandIn(held) && MountCalls.Mount(".", path, null, MountCalls.Bind | MountCalls.Recursive), path);
        Remount(path, readOnly);
    }

    // Keeps the other flags of the mount.
    private void Remount(string path, bool readOnly)
    {
        var flags = _table.Read().Last(mount => mount.At == path).Flags;
        Need(MountCalls.Mount("none", path, null, MountCalls.Remount | MountCalls.Bind | flags | (readOnly ? MountCalls.ReadOnly : 0)), path);
    }

    private static void Need(bool done, string what)
    {
        if (!done)
        {
            throw new IOException($"{what}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
    }
}
