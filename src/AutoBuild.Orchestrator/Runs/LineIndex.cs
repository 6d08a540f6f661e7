namespace AutoBuild.Orchestrator.Runs;

/// <summary>Knows how many lines stand before each mebibyte of a log that grows, so that a line far down is found with one short read.</summary>
internal sealed class LineIndex
{
    private const int Block = 1 << 20;

    // Replaced as a whole: two readers at once may both extend it, and both are right.
    private long[] _before = [0];

    /// <summary>Returns where a line begins, or the end of the log where it has fewer.</summary>
    /// <param name="line">Counted from 1.</param>
    /// <param name="settled">Bytes from the start that will not change.</param>
    public async Task<long> FindAsync(Stream log, long settled, long line, CancellationToken cancel)
    {
        if (line <= 1)
        {
            return 0;
        }

        // Line n begins behind the break n - 1.
        var buffer = new byte[Block];
        var before = await ExtendAsync(log, settled, line - 1, buffer, cancel);
        return await ScanAsync(log, Array.FindLastIndex(before, count => count < line - 1), before, line - 1, buffer, cancel);
    }

    private async Task<long[]> ExtendAsync(Stream log, long settled, long breaks, byte[] buffer, CancellationToken cancel)
    {
        var before = Volatile.Read(ref _before);
        if (before[^1] >= breaks || before.Length * (long)Block > settled)
        {
            return before;
        }

        var more = before.ToList();
        log.Seek((more.Count - 1) * (long)Block, SeekOrigin.Begin);
        while (more.Count * (long)Block <= settled && more[^1] < breaks && await log.ReadAtLeastAsync(buffer, Block, throwOnEndOfStream: false, cancel) == Block)
        {
            more.Add(more[^1] + buffer.AsSpan().Count((byte)'\n'));
        }

        Volatile.Write(ref _before, [.. more]);
        return [.. more];
    }

    private static async Task<long> ScanAsync(Stream log, int block, long[] before, long breaks, byte[] buffer, CancellationToken cancel)
    {
        var (at, seen) = (block * (long)Block, before[block]);
        log.Seek(at, SeekOrigin.Begin);
        int count;
        while ((count = await log.ReadAsync(buffer, cancel)) > 0)
        {
            var here = buffer.AsSpan(0, count).Count((byte)'\n');
            if (seen + here >= breaks)
            {
                return at + Behind(buffer.AsSpan(0, count), breaks - seen);
            }

            (at, seen) = (at + count, seen + here);
        }

        return at;
    }

    private static int Behind(ReadOnlySpan<byte> bytes, long breaks)
    {
        var at = 0;
        for (; breaks > 0; breaks--)
        {
            at += bytes[at..].IndexOf((byte)'\n') + 1;
        }

        return at;
    }
}
