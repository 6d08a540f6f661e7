using System.Text;

namespace AutoBuild.Orchestrator.Runs;

/// <summary>Is one line that was searched for.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Offset">Where the line begins, in bytes.</param>
public sealed record LogHit(int Attempt, int Line, long Offset, string Text);

/// <summary>Searches a log line by line, holding no more than a block of it.</summary>
internal static class LogSearch
{
    private const int Block = 1 << 20;
    private const int LongestText = 2_000;

    public static async Task<List<LogHit>> RunAsync(Stream log, int attempt, string text, int limit, CancellationToken cancel)
    {
        var hits = new List<LogHit>();
        var buffer = new byte[Block];
        var (kept, line, offset) = (0, 1, 0L);
        int count;
        while (hits.Count < limit && (count = await log.ReadAsync(buffer.AsMemory(kept), cancel)) > 0)
        {
            var filled = kept + count;
            var start = 0;
            // A line longer than the block is taken as it stands.
            for (var end = Next(buffer, start, filled); end >= 0 && hits.Count < limit; end = Next(buffer, start, filled))
            {
                Match(hits, buffer.AsSpan(start, end - start), text, new LogHit(attempt, line++, offset + start, ""));
                start = end + 1;
            }

            if (start == 0 && filled == buffer.Length)
            {
                start = filled;
            }

            kept = filled - start;
            offset += start;
            buffer.AsSpan(start, kept).CopyTo(buffer);
        }

        if (hits.Count < limit && kept > 0)
        {
            Match(hits, buffer.AsSpan(0, kept), text, new LogHit(attempt, line, offset, ""));
        }

        return hits;
    }

    private static int Next(byte[] buffer, int start, int filled)
    {
        var at = buffer.AsSpan(start, filled - start).IndexOf((byte)'\n');
        return at < 0 ? -1 : start + at;
    }

    private static void Match(List<LogHit> hits, ReadOnlySpan<byte> bytes, string text, LogHit hit)
    {
        var line = Encoding.UTF8.GetString(bytes).TrimEnd('\r');
        if (line.Contains(text, StringComparison.OrdinalIgnoreCase))
        {
            hits.Add(hit with { Text = line.Length > LongestText ? line[..LongestText] + "…" : line });
        }
    }
}
