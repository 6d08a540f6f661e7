using System.Buffers;
using System.Text;

namespace AutoBuild.Orchestrator.Runs;

/// <summary>Is one line that was searched for.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Offset">Where the line begins, in bytes.</param>
public sealed record LogHit(int Attempt, int Line, long Offset, string Text);

/// <summary>Searches a log for lines that contain a text, holding no more than a block of it.</summary>
internal sealed class LogSearch
{
    private const int Block = 1 << 20;
    private const int LongestText = 2_000;

    private readonly int _attempt;
    private readonly string _text;
    private readonly int _limit;
    private readonly SearchValues<string>? _fast;
    private readonly char[] _wide = new char[Block];
    private readonly List<LogHit> _hits = [];
    private int _line = 1;

    private LogSearch(int attempt, string text, int limit)
    {
        (_attempt, _text, _limit) = (attempt, text, limit);
        // Bytes widened to characters can be searched at once where the text is ASCII; else each line has to be decoded.
        _fast = Ascii.IsValid(text) ? SearchValues.Create([text], StringComparison.OrdinalIgnoreCase) : null;
    }

    /// <summary>Returns the first hits, case ignored.</summary>
    public static async Task<List<LogHit>> RunAsync(Stream log, int attempt, string text, int limit, CancellationToken cancel)
    {
        var search = new LogSearch(attempt, text, limit);
        var buffer = new byte[Block];
        var (kept, offset) = (0, 0L);
        int count;
        while (search._hits.Count < limit && (count = await log.ReadAsync(buffer.AsMemory(kept), cancel)) > 0)
        {
            var filled = kept + count;
            // A line longer than the block is searched piece by piece.
            var whole = buffer.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
            var part = whole == 0 && filled == Block ? filled : whole;
            search.Scan(buffer.AsSpan(0, part), offset);
            kept = filled - part;
            offset += part;
            buffer.AsSpan(part, kept).CopyTo(buffer);
        }

        search.Scan(buffer.AsSpan(0, kept), offset);
        return search._hits;
    }

    private void Scan(ReadOnlySpan<byte> bytes, long offset)
    {
        var at = 0;
        for (var hit = Next(bytes, at); hit >= 0 && _hits.Count < _limit; hit = Next(bytes, at))
        {
            var start = bytes[..hit].LastIndexOf((byte)'\n') + 1;
            var length = bytes[start..].IndexOf((byte)'\n');
            _line += bytes[at..start].Count((byte)'\n');
            _hits.Add(new LogHit(_attempt, _line, offset + start, Shown(length < 0 ? bytes[start..] : bytes.Slice(start, length))));
            at = length < 0 ? bytes.Length : start + length + 1;
            _line += length < 0 ? 0 : 1;
        }

        _line += bytes[at..].Count((byte)'\n');
    }

    private int Next(ReadOnlySpan<byte> bytes, int at)
    {
        var rest = bytes[at..];
        if (_fast is not null)
        {
            var wide = _wide.AsSpan(0, Encoding.Latin1.GetChars(rest, _wide));
            var found = wide.IndexOfAny(_fast);
            return found < 0 ? -1 : at + found;
        }

        for (var start = 0; start < rest.Length;)
        {
            var length = rest[start..].IndexOf((byte)'\n');
            var line = length < 0 ? rest[start..] : rest.Slice(start, length);
            if (Encoding.UTF8.GetString(line).Contains(_text, StringComparison.OrdinalIgnoreCase))
            {
                return at + start;
            }

            start += line.Length + 1;
        }

        return -1;
    }

    private static string Shown(ReadOnlySpan<byte> line)
    {
        // No more than can be shown is decoded; a character has at most four bytes.
        var text = Encoding.UTF8.GetString(line[..Math.Min(line.Length, 4 * (LongestText + 1))]).TrimEnd('\r');
        return text.Length > LongestText ? text[..LongestText] + "…" : text;
    }
}
