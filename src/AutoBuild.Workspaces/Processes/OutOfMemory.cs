using System.Globalization;

namespace AutoBuild.Workspaces;

/// <summary>Deals with the kernel that kills when memory runs out; without effect elsewhere than on Linux.</summary>
public static class OutOfMemory
{
    private const string Score = "/proc/self/oom_score_adj";
    private const string Counters = "/proc/vmstat";

    /// <summary>Asks the kernel to take us, and what we start, before processes of a lower score; one that is higher already stays.</summary>
    public static void Offer(int score)
    {
        try
        {
            if (int.TryParse(File.ReadAllText(Score), CultureInfo.InvariantCulture, out var now) && now < score)
            {
                File.WriteAllText(Score, score.ToString(CultureInfo.InvariantCulture));
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The kernel chooses by itself then.
            return;
        }
    }

    /// <summary>How many processes of this machine were killed for want of memory since it started; 0 where that is not told.</summary>
    public static long Kills()
    {
        try
        {
            var line = File.ReadLines(Counters).FirstOrDefault(line => line.StartsWith("oom_kill ", StringComparison.Ordinal));
            return line is not null && long.TryParse(line.AsSpan("oom_kill ".Length), CultureInfo.InvariantCulture, out var count) ? count : 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
