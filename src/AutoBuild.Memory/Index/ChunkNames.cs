using System.Buffers;
using AutoBuild.Syntax;

namespace AutoBuild.Memory.Index;

/// <summary>Says of each chunk which definition it is and what that stands in.</summary>
internal sealed class ChunkNames(IReadOnlyList<Definition> definitions)
{
    private const int LongestPart = 1 << 13;

    private static readonly SearchValues<char> Ends = SearchValues.Create(" ,;{}()[]\t");

    // Those that go on where the reader stands, outermost first.
    private readonly List<Definition> _open = [];
    private int _next;

    public List<CodeChunk> Named(string text, LineTable lines, List<LineRange> ranges)
    {
        var chunks = new List<CodeChunk>(ranges.Count);
        foreach (var range in ranges)
        {
            var (symbol, header) = Name(range.From + 1, range.To);
            var (start, end) = (lines.Start(range.From), lines.Start(range.To));
            while (end - start > LongestPart)
            {
                var cut = Cut(text, start);
                chunks.Add(new CodeChunk(start, cut, range.From + 1, range.To, symbol?.QualifiedName ?? "", symbol?.Kind ?? BlockKind.File, header));
                start = cut;
            }

            chunks.Add(new CodeChunk(start, end, range.From + 1, range.To, symbol?.QualifiedName ?? "", symbol?.Kind ?? BlockKind.File, header));
        }

        return chunks;
    }

    // The first definition that begins in the lines, else the innermost that goes on in them.
    private (Definition? Symbol, string Header) Name(int first, int last)
    {
        _open.RemoveAll(open => open.LastLine < first);
        var around = _open.Count;
        Definition? own = null;
        for (; _next < definitions.Count && definitions[_next].FirstLine <= last; _next++)
        {
            own ??= definitions[_next];
            if (definitions[_next].LastLine > last)
            {
                _open.Add(definitions[_next]);
            }
        }

        var outer = _open.Take(around).Select(open => open.Signature);
        return (own ?? (around > 0 ? _open[around - 1] : null), string.Join(" > ", own is null ? outer : outer.Append(own.Signature)));
    }

    // A line of a minified file goes over many chunks.
    private static int Cut(string text, int start)
    {
        var window = text.AsSpan(start, LongestPart);
        var end = window.LastIndexOfAny(Ends) is var found && found > LongestPart / 2 ? found + 1 : LongestPart;
        return start + (char.IsHighSurrogate(window[end - 1]) ? end - 1 : end);
    }
}
