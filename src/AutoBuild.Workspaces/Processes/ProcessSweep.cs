using System.Text;

namespace AutoBuild.Workspaces;

/// <summary>Finds what a job left running by the marker in its environment, also after the parents are gone.</summary>
public static class ProcessSweep
{
    /// <summary>The variable that carries <see cref="ChildCommand.Marker"/>.</summary>
    public const string JobVariable = "AUTOBUILD_JOB";

    /// <summary>One id per child, appended to its ancestors' ids, so that a child within a child is found by both.</summary>
    internal const string ChildVariable = "AUTOBUILD_CHILD";

    /// <summary>Living processes whose environment carries the marker, without this process.</summary>
    public static IReadOnlyList<int> Find(string marker) => [.. FindMarked(marker).Select(entry => entry.Pid)];

    /// <summary>Sends SIGKILL until none is left and returns how many processes were hit.</summary>
    /// <remarks>Bounded to about 10 s; a process that the kernel cannot end (blocked on a dead disk) is left.</remarks>
    public static Task<int> KillAsync(string marker) => KillAllAsync(() => FindMarked(marker));

    /// <summary>Ends a process that is not our child with all that is below it, all that carries the marker, and what lives of those it remembered.</summary>
    /// <param name="root">Null where none is known.</param>
    /// <param name="marker">As in <see cref="Find"/>.</param>
    /// <param name="memory">The file of a <see cref="ProcessMemory"/>; it may be missing.</param>
    /// <returns>True when nothing of it is alive; false where something could not be killed within some 10 s.</returns>
    public static async Task<bool> EndAsync(ProcessIdentity? root, string marker, string memory)
    {
        // Halted, it starts nothing more, and what loses its parent still comes to it: so it goes last.
        root?.Halt();
        await KillAllAsync(Rest);
        root?.Kill();
        await KillAllAsync(Rest);
        return Rest().Count == 0 && root?.IsAlive() != true;

        IReadOnlyCollection<ProcessEntry> Rest()
        {
            var known = ProcessMemory.Read(memory).Where(seen => seen.IsAlive()).Select(seen => seen.Pid).ToList();
            var below = ProcessTable.Below([.. known, .. root?.IsAlive() == true ? [root.Pid] : Array.Empty<int>()]);
            return [.. known.Select(ProcessTable.Read).OfType<ProcessEntry>().Union(below).Union(FindMarked(marker)).Where(entry => entry.Pid != root?.Pid)];
        }
    }

    internal static IReadOnlyList<ProcessEntry> FindMarked(string marker) => FindEntry(Encoding.UTF8.GetBytes($"\0{JobVariable}={marker}\0"));

    internal static IReadOnlyList<ProcessEntry> FindChild(string id) => FindEntry(Encoding.UTF8.GetBytes($":{id}"));

    internal static bool IsMarked(int pid, string marker) => Carries(pid, Encoding.UTF8.GetBytes($"\0{JobVariable}={marker}\0"));

    internal static async Task<int> KillAllAsync(Func<IReadOnlyCollection<ProcessEntry>> find)
    {
        var hit = new HashSet<int>();
        for (var round = 0; round < 1000; round++)
        {
            var found = find();
            if (found.Count == 0)
            {
                break;
            }
            foreach (var entry in found.Where(entry => ProcessTable.Read(entry.Pid)?.StartTicks == entry.StartTicks))
            {
                hit.Add(entry.Pid);
                Signals.Send(entry.Pid, Signals.Kill);
            }
            // A killed process disappears a moment later; nothing tells a non-parent when.
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(round, 10)), TimeProvider.System);
        }
        return hit.Count;
    }

    private static List<ProcessEntry> FindEntry(byte[] needle) =>
        [.. ProcessTable.Ids().Where(pid => pid != Environment.ProcessId && Carries(pid, needle)).Select(ProcessTable.Read).OfType<ProcessEntry>().Where(entry => entry.IsAlive)];

    private static bool Carries(int pid, byte[] needle)
    {
        try
        {
            byte[] block = [0, .. File.ReadAllBytes($"/proc/{pid}/environ"), 0];
            return block.AsSpan().IndexOf(needle) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
