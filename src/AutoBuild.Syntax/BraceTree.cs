namespace AutoBuild.Syntax;

/// <summary>Cuts what stands in brackets into items: at separators, at lines, after braces.</summary>
internal sealed class BraceTree(SourceText source)
{
    private readonly Language _language = source.Language;
    private readonly ItemEnds _ends = new(source);
    private readonly Headers _headers = new(source);

    /// <summary>The items of a run of tokens, which they tile.</summary>
    public IReadOnlyList<Block> Items(Span span, Container container, int depth = 0)
    {
        var items = new List<Block>();
        for (var at = span.From; at < span.To;)
        {
            var first = source.NextCode(at, span.To);
            if (first == span.To)
            {
                Tail(items, new Span(at, span.To));
                break;
            }

            if (at == 0 && HeadEnd(first) is var head and > 0)
            {
                items.Add(Comment(at, head));
                at = head;
            }

            var stop = _ends.Of(first, span.To, container);
            var next = LineTail(stop, span.To);
            next = IsBlank(next, span.To) ? span.To : next;
            items.Add(Item(new Span(at, next), new Span(first, stop), container, depth));
            at = next;
        }

        return items;
    }

    /// <summary>The item that a run of tokens is.</summary>
    /// <param name="whole">With comments, blanks and the line's end.</param>
    /// <param name="code">From the first to the last sign.</param>
    public Block Item(Span whole, Span code, Container container, int depth)
    {
        var start = _headers.AfterAttributes(code);
        var header = _headers.Of(new Span(start, code.To), container);
        var body = depth >= BlockTree.MostNested || header.Kind == BlockKind.Import && !_headers.IsGroup(start) ? -1 : Body(new Span(start, code.To), header.Kind);
        var inner = body < 0 ? default : Inner(body);
        return new Block
        {
            Kind = header.Kind,
            Key = header.Key,
            Name = header.Name,
            Start = source.Tokens[whole.From].Start,
            End = source.StartOf(whole.To),
            CodeStart = source.Tokens[start].Start,
            BodyStart = body < 0 ? -1 : source.StartOf(inner.From),
            BodyEnd = body < 0 ? -1 : source.StartOf(inner.To),
            Children = body < 0 || inner.IsEmpty ? [] : Items(inner, Inside(start, body, inner, header.Kind), depth + 1),
        };
    }

    private Container Inside(int first, int open, Span inner, BlockKind owner)
    {
        var bracket = source.Text[source.Tokens[open].Start];
        if (bracket == '(' && _headers.Group(first, open) is { } kind)
        {
            return new Container(owner, bracket, false, true, kind);
        }

        var isList = bracket != '{' || _language.OnlyEntries || _ends.IsList(inner);
        return new Container(owner, bracket, isList, _language.LinesEnd && !isList);
    }

    // What stands between the brackets; the rest of the opening's line and the indent of the closing belong to them.
    private Span Inner(int open)
    {
        var close = source.Partner(open);
        var from = open + 1;
        var line = from;
        while (line < close && source.Tokens[line].Kind is TokenKind.Space or TokenKind.Comment)
        {
            line++;
        }

        from = line < close && source.Tokens[line].Kind == TokenKind.Newline ? line + 1 : from;
        var to = close - 1 >= from && close >= 2 && source.Tokens[close - 1].Kind == TokenKind.Space && source.Tokens[close - 2].Kind == TokenKind.Newline ? close - 1 : close;
        return new Span(from, to);
    }

    // The bracket whose inside is the item's body: of a function its last braces, else the longest; -1 where none is worth it.
    private int Body(Span code, BlockKind kind)
    {
        var (body, length, braces) = (-1, 0, false);
        for (var i = code.From; i < code.To; i++)
        {
            if (source.Tokens[i].Kind != TokenKind.Open)
            {
                continue;
            }

            var close = source.Partner(i);
            var isBrace = source.Is(i, '{');
            var size = source.Tokens[close].End - source.Tokens[i].Start;
            if (isBrace != braces ? isBrace : kind == BlockKind.Function && isBrace || size > length)
            {
                (body, length, braces) = (i, size, isBrace);
            }

            i = close;
        }

        return body >= 0 && (braces || IsWorthIt(body)) ? body : -1;
    }

    private bool IsWorthIt(int open)
    {
        for (var i = open + 1; i < source.Partner(open); i++)
        {
            if (source.Tokens[i].Kind is TokenKind.Newline or TokenKind.Separator or TokenKind.Open)
            {
                return true;
            }
        }

        return false;
    }

    // Blanks, a comment and the break of the line on which an item ends.
    private int LineTail(int from, int end)
    {
        var at = from;
        while (at < end && source.Tokens[at].Kind is TokenKind.Space or TokenKind.Comment)
        {
            at++;
        }

        return at == end || source.Tokens[at].Kind == TokenKind.Newline ? Math.Min(at + 1, end) : from;
    }

    private bool IsBlank(int from, int end)
    {
        while (from < end && source.Tokens[from].Kind is TokenKind.Space or TokenKind.Newline)
        {
            from++;
        }

        return from == end;
    }

    private void Tail(List<Block> items, Span rest)
    {
        if (!IsBlank(rest.From, rest.To))
        {
            items.Add(Comment(rest.From, rest.To));
        }
    }

    private Block Comment(int from, int to) =>
        new() { Kind = BlockKind.Statement, Start = source.Tokens[from].Start, End = source.StartOf(to), CodeStart = source.StartOf(to) };

    // After the comment and the blank line that a file begins with; 0 where it doesn't.
    private int HeadEnd(int first)
    {
        var (commented, breaks) = (false, 0);
        for (var i = 0; i < first; i++)
        {
            var kind = source.Tokens[i].Kind;
            commented |= kind == TokenKind.Comment;
            breaks = kind == TokenKind.Newline ? breaks + 1 : kind == TokenKind.Comment ? 0 : breaks;
            if (commented && breaks == 2)
            {
                return i + 1;
            }
        }

        return 0;
    }
}
