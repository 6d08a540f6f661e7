using AutoBuild.Merge.Lines;
using AutoBuild.Syntax;

namespace AutoBuild.Merge.Structure;

/// <summary>Is an item of a container in whole lines; items that share a line are one.</summary>
/// <param name="Key">Null where nothing tells it from its neighbours, or where it is several items.</param>
internal sealed record Unit(LineSpan Lines, BlockKind Kind, string? Key, string Text)
{
    /// <summary>The text by which two units are told apart: without blank lines around, and without the separator behind.</summary>
    public string Plain { get; } = Text.Trim().TrimEnd(',').TrimEnd();

    /// <summary>What is known again in another version; null where only the text is.</summary>
    public (BlockKind, string)? Id => Key is null ? null : (Kind, Key);
}

/// <summary>Is the body of a block in one version of a file, as units that tile its lines.</summary>
internal sealed record Container(Block Block, LineSpan Lines, IReadOnlyList<Unit> Units)
{
    /// <summary>Cuts a body into units; null where it does not begin and end at lines.</summary>
    public static Container? Of(Block block, SourceText text)
    {
        var body = Body(block, text);
        if (body is not { } lines)
        {
            return null;
        }

        var units = new List<Unit>();
        var (first, from) = (0, lines.First);
        for (var i = 0; i < block.Children.Count; i++)
        {
            var end = i == block.Children.Count - 1 ? lines.End : Snap(block.Children[i].End, text);
            if (end > from)
            {
                var (child, span) = (block.Children[i], new LineSpan(from, end - from));
                units.Add(first == i ? new Unit(span, child.Kind, child.Key, text.Slice(span)) : new Unit(span, BlockKind.Statement, null, text.Slice(span)));
                (first, from) = (i + 1, end);
            }
        }

        return from == lines.End ? new Container(block, lines, units) : null;
    }

    /// <summary>The whole lines within a block's brackets; null where code stands beside the brackets.</summary>
    public static LineSpan? Body(Block block, SourceText text)
    {
        if (!block.HasBody)
        {
            return null;
        }

        var (first, end) = (Snap(block.BodyStart, text), Snap(block.BodyEnd, text));
        return first < 0 || end < first ? null : new LineSpan(first, end - first);
    }

    private readonly HashSet<int> _edges = [.. Units.Select(unit => unit.Lines.First), Lines.End];

    /// <summary>Whether a unit begins at a line, or the last one ends there.</summary>
    public bool IsEdge(int line) => _edges.Contains(line);

    /// <summary>The line where a point between two items is; -1 where it lies within a line.</summary>
    private static int Snap(int offset, SourceText text)
    {
        var line = Math.Min(text.LineAt(offset), text.Count);
        if (line == text.Count || text.Text.AsSpan(text.StartOf(line), offset - text.StartOf(line)).IsWhiteSpace())
        {
            return line;
        }

        return text.Text.AsSpan(offset, text.StartOf(line + 1) - offset).IsWhiteSpace() ? line + 1 : -1;
    }
}
