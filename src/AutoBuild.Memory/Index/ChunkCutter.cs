using AutoBuild.Syntax;

namespace AutoBuild.Memory.Index;

/// <summary>Decides which lines of one text belong together.</summary>
internal sealed class ChunkCutter(LineTable lines, OutlineLimits limits)
{
    private readonly List<LineRange> _pieces = [];

    /// <summary>Runs of lines that tile the text, in their order.</summary>
    /// <param name="file">The text's tree; null where it has none.</param>
    public List<LineRange> Cut(Block? file)
    {
        if (file is null)
        {
            AtBlankLines(0, lines.Count);
        }
        else
        {
            Add(file, 0, lines.Count);
        }

        return Packed();
    }

    private bool Fits(int from, int to) => to - from <= limits.MostLines && lines.Signs(from, to) <= limits.MostSigns;

    private void Add(Block block, int from, int to)
    {
        if (from >= to)
        {
            return;
        }

        if (block.Children.Count == 0 || (Fits(from, to) && block.Kind is not (BlockKind.File or BlockKind.Namespace)))
        {
            AtBlankLines(from, to);
            return;
        }

        // Its head, its parts, its end; what is small grows together again.
        var at = from;
        foreach (var child in block.Children)
        {
            var start = Math.Clamp(lines.At(child.Start), at, to);
            AtBlankLines(at, start);
            at = Math.Clamp(lines.At(child.End), start, to);
            Add(child, start, at);
        }

        AtBlankLines(at, to);
    }

    private void AtBlankLines(int from, int to)
    {
        while (!Fits(from, to) && to - from > 1)
        {
            var end = Cut(from, to);
            _pieces.Add(new LineRange(from, end));
            from = end;
        }

        if (from < to)
        {
            _pieces.Add(new LineRange(from, to));
        }
    }

    // After the last blank line that leaves a piece neither too small nor too large; where there is none, the largest that fits.
    private int Cut(int from, int to)
    {
        var most = from + 1;
        while (most < to && Fits(from, most + 1))
        {
            most++;
        }

        for (var line = most; line > from + limits.LeastLines; line--)
        {
            if (lines.IsBlank(line - 1))
            {
                return line;
            }
        }

        return most;
    }

    private List<LineRange> Packed()
    {
        var packed = new List<LineRange>();
        foreach (var piece in _pieces)
        {
            if (packed.Count > 0 && packed[^1] is var last && (IsScrap(piece) || (IsSmall(last, piece) && Fits(last.From, piece.To))))
            {
                packed[^1] = new LineRange(last.From, piece.To);
            }
            else
            {
                packed.Add(piece);
            }
        }

        if (packed.Count > 1 && packed[^1].Count < limits.LeastLines && Fits(packed[^2].From, packed[^1].To))
        {
            packed[^2] = new LineRange(packed[^2].From, packed[^1].To);
            packed.RemoveAt(packed.Count - 1);
        }

        return packed;
    }

    // A head of a few lines goes with whatever follows; what is half a chunk already lets a whole definition stand for itself.
    private bool IsSmall(LineRange last, LineRange next) => last.Count < (next.Count < limits.LeastLines ? limits.LeastLines : limits.LeastLines / 2);

    // Closing brackets and blank lines say nothing by themselves.
    private bool IsScrap(LineRange piece) => piece.Count <= 4 && lines.Signs(piece.From, piece.To) <= 4 * piece.Count;
}

/// <summary>Is a run of lines, counted from 0.</summary>
/// <param name="To">The line after the last.</param>
internal readonly record struct LineRange(int From, int To)
{
    public int Count => To - From;
}
