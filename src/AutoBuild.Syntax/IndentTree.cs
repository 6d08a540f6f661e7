namespace AutoBuild.Syntax;

/// <summary>Makes items of lines that stand under lines.</summary>
internal sealed class IndentTree(SourceText source)
{
    private static readonly string[] NameKeys = ["name", "id", "key", "uses", "repo", "alias", "path"];

    private readonly LexicalIndex _index = source.Language.Index;
    private readonly List<Line> _lines = new Lines(source).Read();
    private readonly Headers _headers = new(source);
    private readonly BraceTree _braces = new(source);

    public IReadOnlyList<Block> Items() => Items(0, _lines.Count, source.Tokens.Length, BlockKind.File, 0);

    // The items of some lines; the last ends where the body does.
    private List<Block> Items(int from, int to, int end, BlockKind owner, int depth)
    {
        var items = new List<Block>();
        while (from < to)
        {
            var next = After(from, to);
            items.Add(Item(from, next, next == to ? end : _lines[next].From, owner, depth));
            from = next;
        }

        return items;
    }

    // Index after the lines that belong to the one that begins an item: what is deeper, and what closes or goes on with it.
    private int After(int first, int to)
    {
        var next = first + 1;
        while (next < to && (_lines[next].Indent > _lines[first].Indent || (_lines[next].Indent == _lines[first].Indent && !_lines[first].IsComment && GoesOn(first, next))))
        {
            next++;
        }

        return next;
    }

    private bool GoesOn(int first, int next)
    {
        var line = _lines[next];
        if (line.IsComment || source.Language.OnlyEntries)
        {
            return false;
        }

        var word = source.Tokens[line.Code].Kind == TokenKind.Word ? source.Span(line.Code) : source.Text.AsSpan(source.Tokens[line.Code].Start, 1);
        return Array.Exists(source.Language.Closers, closer => source.Is(line.Code, closer)) || (_index.Continues(word) && next > first);
    }

    private Block Item(int first, int next, int end, BlockKind owner, int depth)
    {
        var line = _lines[first];
        if (line.IsComment)
        {
            return new Block { Kind = BlockKind.Statement, Start = source.StartOf(line.From), End = source.StartOf(end), CodeStart = source.StartOf(end) };
        }

        var code = new Span(line.Code, LastCode(line) + 1);
        if (next == first + 1 && source.Language.Shape == Shape.Indent && !source.Language.OnlyEntries)
        {
            return _braces.Item(new Span(line.From, end), code, new Container(owner, '\0', false, false), depth);
        }

        var header = Header(code, owner);
        var (from, to) = depth >= BlockTree.MostNested ? (first, first) : Body(first, next);
        if (from == to && source.Language.OnlyEntries && Flow(code) is var flow && flow >= 0)
        {
            var value = _braces.Item(new Span(flow, source.Partner(flow) + 1), new Span(flow, source.Partner(flow) + 1), new Container(BlockKind.Entry, '[', true, false), depth);
            return Block(header, line, end, value.BodyStart, value.BodyEnd, value.Children);
        }

        if (from == to)
        {
            return Block(header, line, end, -1, -1, []);
        }

        var bodyEnd = to == next ? end : _lines[to].From;
        return Block(header, line, end, source.StartOf(_lines[from].From), source.StartOf(bodyEnd), Items(from, to, bodyEnd, header.Kind, depth + 1));
    }

    private Block Block(Header header, Line line, int end, int bodyStart, int bodyEnd, IReadOnlyList<Block> children) => new()
    {
        Kind = header.Kind,
        Key = header.Key,
        Name = header.Name,
        Start = source.StartOf(line.From),
        End = source.StartOf(end),
        CodeStart = source.Tokens[line.Code].Start,
        BodyStart = bodyStart,
        BodyEnd = bodyEnd,
        Children = children,
    };

    // The longest run of deeper lines: between if and else, after else.
    private (int From, int To) Body(int first, int next)
    {
        var (from, to) = (first, first);
        for (var at = first + 1; at < next;)
        {
            var start = at;
            while (at < next && _lines[at].Indent > _lines[first].Indent)
            {
                at++;
            }

            (from, to) = at - start > to - from ? (start, at) : (from, to);
            at += at == start ? 1 : 0;
        }

        return (from, to);
    }

    private Header Header(Span code, BlockKind owner) => source.Language.OnlyEntries ? Entry(code) : _headers.Of(code, new Container(owner, '\0', false, false));

    // key: …, - …, - name: …
    private Header Entry(Span code)
    {
        if (source.Is(code.From, '-') || source.Is(code.From, "-") || source.Is(code.From, "---"))
        {
            var name = source.NextCode(code.From + 1, code.To);
            var colon = source.NextCode(name + 1, code.To);
            return colon < code.To && source.Is(colon, ':') && Array.Exists(NameKeys, key => source.Is(name, key)) && source.NextCode(colon + 1, code.To) < code.To
                ? new Header(BlockKind.Element, source.Text[source.Tokens[name].Start..source.Tokens[code.To - 1].End]) : new Header(BlockKind.Element);
        }

        for (var i = code.From; i < code.To && source.Tokens[i].Kind != TokenKind.Newline; i++)
        {
            if (source.Is(i, ':') && i > code.From && (i + 1 == code.To || !source.IsCode(i + 1)))
            {
                return new Header(BlockKind.Entry, source.Text[source.Tokens[code.From].Start..source.Tokens[i].Start].Trim().Trim('"', '\''));
            }
        }

        return new Header(BlockKind.Statement);
    }

    // The bracket that an entry's value is, if it holds several.
    private int Flow(Span code)
    {
        for (var i = code.From; i < code.To; i++)
        {
            if (source.Tokens[i].Kind == TokenKind.Open)
            {
                return source.Partner(i) == code.To - 1 && i > code.From && source.NextCode(i + 1, code.To) < code.To - 1 ? i : -1;
            }
        }

        return -1;
    }

    private int LastCode(Line line)
    {
        var last = line.To - 1;
        while (last > line.Code && !source.IsCode(last))
        {
            last--;
        }

        return last;
    }
}
