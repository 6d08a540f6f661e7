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
    public static IReadOnlyList<int> Find(string marker) =>
        FindEntry(Encoding.UTF8.GetBytes($"\0{JobVariable}={marker}\0"));

    /// <summary>Sends SIGKILL until none is left and returns how many processes were hit.</summary>
    /// <remarks>Bounded to about 10 s; a process that the kernel cannot end (blocked on a dead disk) is left.</remarks>
    public static Task<int> KillAsync(string marker) => KillAllAsync(() => Find(marker));

    internal static IReadOnlyList<int> FindChild(string id) => FindEntry(Encoding.UTF8.GetBytes($":{id}"));

    internal static async Task<int> KillAllAsync(Func<IReadOnlyList<int>> find)
    {
        var hit = new HashSet<int>();
        for (var round = 0; round < 1000; round++)
        {
            var found = find();
            if (found.Count == 0)
            {
                break;
            }
            foreach (var pid in found)
            {
                hit.Add(pid);
                Signals.Send(pid, Signals.Kill);
            }
            // A killed process disappears a moment later; nothing tells a non-parent when.
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(round, 10)), TimeProvider.System);
        }
        return hit.Count;
    }

    private static List<int> FindEntry(byte[] needle) =>
        [.. ProcessTable.Ids().Where(pid => pid != Environment.ProcessId && Carries(pid, needle) && ProcessIdentity.Of(pid) is not null)];

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
