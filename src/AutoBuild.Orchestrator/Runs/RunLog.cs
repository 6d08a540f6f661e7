using System.Globalization;
using System.Text;
using AutoBuild.Core.Runs;

namespace AutoBuild.Orchestrator.Runs;

/// <summary>Opens the raw output of a run, also while its runner writes it and keeps beginning and end apart.</summary>
internal static class RunLog
{
    private const int Tries = 5;

    /// <summary>Returns the output as one stream; null where there is none yet.</summary>
    public static Stream? Open(RunFolder folder)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return TryOpen(folder);
            }
            catch (IOException) when (tries < Tries)
            {
                // The runner has just dropped a segment for a newer one.
            }
        }
    }

    /// <summary>Bytes from the start that never change: an index of them stays right.</summary>
    public static long Settled(RunFolder folder, Stream log) => Segments(folder) is { Count: > 0 } segments ? Half(segments) : log.Length;

    private static Stream? TryOpen(RunFolder folder)
    {
        if (!File.Exists(folder.AgentLog))
        {
            return null;
        }

        var head = OpenFile(folder.AgentLog);
        var parts = new List<(Stream Stream, long Length)>();
        try
        {
            var segments = Segments(folder);
            if (segments.Count == 0)
            {
                return head;
            }

            var half = Half(segments);
            parts.Add((head, Math.Min(half, head.Length)));
            var kept = segments.TakeLast(2).ToList();
            if (kept[0].Start > half)
            {
                parts.Add(Gap(kept[0].Start - half));
            }

            foreach (var (_, path) in kept)
            {
                var segment = OpenFile(path);
                parts.Add((segment, segment.Length));
            }

            return new JoinedStream(parts);
        }
        catch
        {
            head.Dispose();
            parts.ForEach(part => part.Stream.Dispose());
            throw;
        }
    }

    private static (Stream, long) Gap(long bytes)
    {
        var line = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\n[autobuild: {bytes} bytes left out here]\n"));
        return (new MemoryStream(line), line.Length);
    }

    private static List<(long Start, string Path)> Segments(RunFolder folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder.AgentLogTail)
                .Select(path => (Start: long.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture), path))
                .OrderBy(segment => segment.Start)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    // The first segment begins where the first half ends, and each is as long as that.
    private static long Half(List<(long Start, string Path)> segments) => segments.Count == 1 ? segments[0].Start : segments[1].Start - segments[0].Start;

    private static FileStream OpenFile(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, useAsync: true);
}
