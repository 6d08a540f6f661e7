namespace AutoBuild.Syntax;

/// <summary>Makes items of elements.</summary>
internal sealed class MarkupTree(SourceText source)
{
    private static readonly string[] Keys = ["Include", "Update", "Remove", "x:Name", "x:Key", "Key", "key", "Name", "name", "Id", "id"];

    private int _at;
    private bool _isBroken;

    /// <summary>Null where an element has no end, or an end no element.</summary>
    public IReadOnlyList<Block>? Items()
    {
        var items = Items(null, 0);
        return _isBroken || _at < source.Tokens.Length ? null : items;
    }

    // Up to the end tag of the element, which is left to the caller, or to the end of the text.
    private List<Block> Items(string? element, int depth)
    {
        var items = new List<Block>();
        var from = _at;
        while (_at < source.Tokens.Length && !_isBroken)
        {
            var code = source.NextCode(_at, source.Tokens.Length);
            if (code == source.Tokens.Length || IsSign(code, "</"))
            {
                Close(items, from, code, element);
                return items;
            }

            _at = code;
            var item = IsSign(code, "<") ? Element(from, depth) : Text(from);
            items.Add(item);
            from = _at;
        }

        _isBroken |= element is not null;
        return WithKeys(items);
    }

    // What is left before an end tag belongs to the last item, but for its indent.
    private void Close(List<Block> items, int from, int code, string? element)
    {
        _isBroken |= (element is null) != (code == source.Tokens.Length);
        var end = element is not null && code > from && source.Tokens[code - 1].Kind == TokenKind.Space && (code < 2 || source.Tokens[code - 2].Kind == TokenKind.Newline) ? code - 1 : code;
        if (Enumerable.Range(from, end - from).Any(i => source.Tokens[i].Kind == TokenKind.Comment))
        {
            items.Add(new Block { Kind = BlockKind.Statement, Start = source.StartOf(from), End = source.StartOf(end), CodeStart = source.StartOf(end) });
        }
        else if (items.Count > 0 && end > from)
        {
            items[^1] = Copy(items[^1], items[^1].Key, source.StartOf(end));
        }

        _at = code;
        WithKeys(items);
    }

    private Block Element(int from, int depth)
    {
        var code = _at;
        var name = source.NextCode(code + 1, source.Tokens.Length) == code + 1 && code + 1 < source.Tokens.Length ? source.Span(code + 1).ToString() : "";
        var id = Attributes(out var isClosed);
        var start = Line(_at);
        if (isClosed || Array.Exists(source.Language.VoidElements, one => one.Equals(name, StringComparison.OrdinalIgnoreCase)))
        {
            _at = start;
            return Block(from, code, name, id, -1, -1, []);
        }

        _isBroken |= depth >= BlockTree.MostNested;
        var body = start;
        _at = body;
        var items = _isBroken ? [] : Items(name, depth + 1);
        var bodyEnd = items.Count > 0 ? items[^1].End : source.StartOf(body);
        Ended(name);
        return Block(from, code, name, id, source.StartOf(body), Math.Max(bodyEnd, source.StartOf(body)), items);
    }

    private void Ended(string name)
    {
        if (_isBroken || _at + 1 >= source.Tokens.Length || !(source.Is(_at + 1, name) || IsSign(_at + 1, ">")))
        {
            _isBroken = true;
            return;
        }

        while (_at < source.Tokens.Length && !IsSign(_at, ">"))
        {
            _at++;
        }

        _isBroken |= _at == source.Tokens.Length;
        _at = Line(Math.Min(_at + 1, source.Tokens.Length));
    }

    // To the end of the tag; what tells the element from its neighbours.
    private string? Attributes(out bool isClosed)
    {
        string? id = null;
        var rank = Keys.Length;
        for (_at += 2; _at < source.Tokens.Length && !IsSign(_at, ">") && !IsSign(_at, "/>"); _at++)
        {
            if (source.Tokens[_at].Kind == TokenKind.Word && _at + 2 < source.Tokens.Length && source.Is(_at + 1, '=') && Rank(_at) is var found && found < rank)
            {
                (rank, id) = (found, $"[{Keys[found]}={source.Span(_at + 2).Trim("\"'")}]");
            }
        }

        _isBroken |= _at >= source.Tokens.Length;
        isClosed = !_isBroken && IsSign(_at, "/>");
        _at = Math.Min(_at + 1, source.Tokens.Length);
        return id;
    }

    // In raw text the same sign is a word.
    private bool IsSign(int token, string sign) => token < source.Tokens.Length && source.Tokens[token].Kind == TokenKind.Symbol && source.Is(token, sign);

    private int Rank(int token)
    {
        for (var i = 0; i < Keys.Length; i++)
        {
            if (source.Is(token, Keys[i]))
            {
                return i;
            }
        }

        return Keys.Length;
    }

    // Text, a declaration, an instruction: up to the next tag.
    private Block Text(int from)
    {
        var code = _at;
        if (IsSign(code, "<!"))
        {
            while (_at < source.Tokens.Length && !IsSign(_at, ">"))
            {
                _at++;
            }

            _at = Line(Math.Min(_at + 1, source.Tokens.Length));
        }
        else
        {
            var last = _at;
            for (; _at < source.Tokens.Length && !IsSign(_at, "<") && !IsSign(_at, "</") && !IsSign(_at, "<!") && source.Tokens[_at].Kind != TokenKind.Comment; _at++)
            {
                last = source.IsCode(_at) ? _at : last;
            }

            _at = Line(last + 1);
        }

        return new Block { Kind = BlockKind.Statement, Start = source.StartOf(from), End = source.StartOf(_at), CodeStart = source.StartOf(code) };
    }

    // After the blanks and the break with which a line ends; the same where more stands on it.
    private int Line(int from)
    {
        var at = from;
        while (at < source.Tokens.Length && source.Tokens[at].Kind == TokenKind.Space)
        {
            at++;
        }

        return at == source.Tokens.Length ? at : source.Tokens[at].Kind == TokenKind.Newline ? at + 1 : from;
    }

    private Block Block(int from, int code, string name, string? id, int bodyStart, int bodyEnd, IReadOnlyList<Block> children) => new()
    {
        Kind = BlockKind.Entry,
        Key = name + id,
        Name = name,
        Start = source.StartOf(from),
        End = source.StartOf(_at),
        CodeStart = source.StartOf(code),
        BodyStart = bodyStart,
        BodyEnd = bodyEnd,
        Children = children,
    };

    // A plain name is a key only where it stands once.
    private static List<Block> WithKeys(List<Block> items)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            counts[item.Key ?? ""] = counts.GetValueOrDefault(item.Key ?? "") + 1;
        }

        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Key is { } key && key == items[i].Name && counts[key] > 1)
            {
                items[i] = Copy(items[i], null, items[i].End);
            }
        }

        return items;
    }

    private static Block Copy(Block block, string? key, int end) => new()
    {
        Kind = block.Kind,
        Key = key,
        Name = block.Name,
        Start = block.Start,
        End = end,
        CodeStart = block.CodeStart,
        BodyStart = block.BodyStart,
        BodyEnd = block.BodyEnd,
        Children = block.Children,
    };
}
