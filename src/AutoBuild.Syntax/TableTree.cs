namespace AutoBuild.Syntax;

/// <summary>Makes items of tables: a heading in brackets, and the entries below it.</summary>
internal sealed class TableTree(SourceText source)
{
    private readonly List<Line> _lines = new Lines(source).Read();
    private readonly BraceTree _braces = new(source);

    public IReadOnlyList<Block> Items()
    {
        var items = new List<Block>();
        for (var at = 0; at < _lines.Count;)
        {
            var next = at + 1;
            while (IsHeading(at) && next < _lines.Count && !IsHeading(next))
            {
                next++;
            }

            items.Add(IsHeading(at) ? Table(at, next) : Entry(at, _lines.Count));
            at = next;
        }

        return items;
    }

    private bool IsHeading(int line) => !_lines[line].IsComment && source.Is(_lines[line].Code, '[');

    private Block Table(int heading, int next)
    {
        var line = _lines[heading];
        var text = source.Text[source.Tokens[line.Code].Start..source.StartOf(line.To)];
        var end = text.IndexOf(']', StringComparison.Ordinal);
        var isList = text.StartsWith("[[", StringComparison.Ordinal);
        var name = text[..Math.Max(end, 0)].Trim('[', ' ', '\t');
        var items = new List<Block>();
        for (var at = heading + 1; at < next; at++)
        {
            items.Add(Entry(at, next));
        }

        var key = !isList ? name : items.Find(item => item.Key is "name" or "id") is { } named ? $"{name} {source.Text[named.CodeStart..named.End].Trim()}" : null;
        return new Block
        {
            Kind = BlockKind.Section,
            Key = key,
            Name = name,
            Start = source.StartOf(line.From),
            End = End(next),
            CodeStart = source.Tokens[line.Code].Start,
            BodyStart = items.Count > 0 ? items[0].Start : End(next),
            BodyEnd = End(next),
            Children = items,
        };
    }

    private Block Entry(int at, int next)
    {
        var line = _lines[at];
        var end = at + 1 < next ? source.StartOf(_lines[at + 1].From) : End(next);
        if (line.IsComment)
        {
            return new Block { Kind = BlockKind.Statement, Start = source.StartOf(line.From), End = end, CodeStart = end };
        }

        var equals = Equals(line);
        var isEntry = equals < line.To;
        var value = isEntry ? Value(source.NextCode(equals + 1, line.To), line.To) : null;
        return new Block
        {
            Kind = isEntry ? BlockKind.Entry : BlockKind.Statement,
            Key = isEntry ? source.Text[source.Tokens[line.Code].Start..source.Tokens[equals].Start].Trim().Trim('"', '\'') : null,
            Start = source.StartOf(line.From),
            End = end,
            CodeStart = source.Tokens[line.Code].Start,
            BodyStart = value?.BodyStart ?? -1,
            BodyEnd = value?.BodyEnd ?? -1,
            Children = value?.Children ?? [],
        };
    }

    // The sign after the key; the end where there is none.
    private int Equals(Line line)
    {
        for (var at = line.Code; at < line.To && source.Tokens[at].Kind != TokenKind.Newline; at++)
        {
            if (source.Is(at, '=') || source.Is(at, ':'))
            {
                return at;
            }
        }

        return line.To;
    }

    private Block? Value(int open, int end)
    {
        if (open == end || source.Tokens[open].Kind != TokenKind.Open)
        {
            return null;
        }

        var value = new Span(open, source.Partner(open) + 1);
        return _braces.Item(value, value, new Container(BlockKind.Entry, '[', true, false), 0);
    }

    private int End(int line) => line < _lines.Count ? source.StartOf(_lines[line].From) : source.Text.Length;
}
