using System.Collections.Concurrent;

namespace AutoBuild.Workspaces;

/// <summary>Keeps what was started here in sight: a process whose parent died, such as a daemon, becomes our child, whatever session and environment it gave itself.</summary>
/// <remarks>For a process that does one thing at a time, such as a runner: nobody can tell whose orphan it was.</remarks>
public static class Orphans
{
    private static readonly ConcurrentDictionary<(int Pid, long Start), byte> Started = new();
    private static readonly Lock Gate = new();
    private static volatile bool Adopting;

    /// <summary>Whether <see cref="Adopt"/> was called and the system does it.</summary>
    public static bool ComeToUs => Adopting;

    /// <summary>Makes this process the parent of all its orphaned descendants; false where the system can't (it is a thing of Linux).</summary>
    public static bool Adopt() => Adopting = Signals.AdoptOrphans();

    /// <summary>Sends SIGKILL to all orphans and what is below them until none is left; returns how many processes were hit.</summary>
    public static Task<int> KillAsync() => ProcessSweep.KillAllAsync(() => Since(0));

    /// <summary>Starts a child in such a way that it is never taken for an orphan.</summary>
    internal static T Start<T>(Func<T> start, Func<T, int> pidOf)
    {
        if (!Adopting)
        {
            return start();
        }
        lock (Gate)
        {
            var child = start();
            if (ProcessTable.Read(pidOf(child)) is { } entry)
            {
                Started.TryAdd((entry.Pid, entry.StartTicks), 0);
            }
            return child;
        }
    }

    /// <summary>Orphans that began at that time or later, with everything below them.</summary>
    internal static IReadOnlyList<ProcessEntry> Since(long startTicks)
    {
        if (!Adopting)
        {
            return [];
        }
        lock (Gate)
        {
            var orphans = Children().Where(entry => entry.IsAlive && entry.StartTicks >= startTicks).ToList();
            return orphans.Count == 0 ? [] : [.. orphans, .. ProcessTable.Below([.. orphans.Select(entry => entry.Pid)])];
        }
    }

    /// <summary>Takes dead orphans off the process table; the runtime does so for what it started itself only.</summary>
    internal static void Reap()
    {
        if (!Adopting)
        {
            return;
        }
        lock (Gate)
        {
            foreach (var dead in Children().Where(entry => !entry.IsAlive).ToList())
            {
                Signals.Reap(dead.Pid);
            }
        }
    }

    private static IEnumerable<ProcessEntry> Children() => ProcessTable.Ids().Select(ProcessTable.Read).OfType<ProcessEntry>()
        .Where(entry => entry.Parent == Environment.ProcessId && !Started.ContainsKey((entry.Pid, entry.StartTicks)));
}
