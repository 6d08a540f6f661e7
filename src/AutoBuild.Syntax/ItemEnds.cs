namespace AutoBuild.Syntax;

/// <summary>Finds where the items of a container end.</summary>
internal sealed class ItemEnds(SourceText source)
{
    // What begins an expression rather than going on with one.
    private static readonly string[] Beginnings = ["@", "#", "*", "!", "-", "<", "~", "^", "++", "--", "...", "..", "->", "<-", "?>", "</"];
    private static readonly string[] Endings = ["++", "--", "!!", "?", ">", "*", "!", "/>"];

    private static readonly string[] Conditions = ["if", "for", "while", "foreach", "elif", "else", "lock", "fixed", "switch"];

    private readonly Language _language = source.Language;
    private readonly LexicalIndex _index = source.Language.Index;

    /// <summary>Index after the last sign of the item that begins at one.</summary>
    public int Of(int first, int end, Container container)
    {
        if (Alone(first, end) is var alone and > 0)
        {
            return alone;
        }

        var last = first;
        for (var i = first; i < end; i++)
        {
            switch (source.Tokens[i].Kind)
            {
                case TokenKind.Newline:
                    if (container.LinesEnd && LineEnds(first, last, i, end))
                    {
                        return last + 1;
                    }

                    continue;
                case TokenKind.Space or TokenKind.Comment:
                    continue;
                case TokenKind.Open:
                    i = source.Partner(i);
                    if (source.Is(i, '}') && BraceEnds(first, i, end))
                    {
                        return i + 1;
                    }

                    break;
                case TokenKind.Separator when container.IsList || !source.Is(i, ','):
                    return i + 1;
                case TokenKind.Separator or TokenKind.Close or TokenKind.Word or TokenKind.Number or TokenKind.String or TokenKind.Symbol:
                    break;
            }

            last = i;
        }

        return last + 1;
    }

    /// <summary>Whether commas part the items in braces: no other separator, and no line that ends an item.</summary>
    public bool IsList(Span inner)
    {
        var commas = 0;
        var last = -1;
        for (var i = inner.From; i < inner.To; i++)
        {
            switch (source.Tokens[i].Kind)
            {
                case TokenKind.Space or TokenKind.Comment:
                    continue;
                case TokenKind.Newline:
                    if (_language.LinesEnd && last >= 0 && source.NextCode(i, inner.To) is var next && next < inner.To && EndsWith(last) && BeginsWith(next))
                    {
                        return false;
                    }

                    continue;
                case TokenKind.Separator when !source.Is(i, ','):
                    return false;
                case TokenKind.Separator:
                    commas++;
                    break;
                case TokenKind.Open:
                    i = source.Partner(i);
                    break;
                case TokenKind.Close or TokenKind.Word or TokenKind.Number or TokenKind.String or TokenKind.Symbol:
                    break;
            }

            last = i;
        }

        return commas > 0;
    }

    // A line of the preprocessor, an attribute that stands for itself; 0 of anything else.
    private int Alone(int first, int end)
    {
        if (source.Is(first, '#') && _language.Directives)
        {
            var at = first;
            while (at < end && (source.Tokens[at].Kind != TokenKind.Newline || source.Is(at - 1, "\\")))
            {
                at++;
            }

            return at;
        }

        var next = source.NextCode(first + 1, end);
        if (source.Is(first, '#') && next + 1 < end && source.Is(next, '!') && source.Partner(next + 1) > 0)
        {
            return source.Partner(next + 1) + 1;
        }

        return source.Is(first, '[') && _language.Name == "C#" && next < end && (source.Is(next, "assembly") || source.Is(next, "module")) ? source.Partner(first) + 1 : 0;
    }

    private bool BraceEnds(int first, int close, int end)
    {
        var next = source.NextCode(close + 1, end);
        if (next == end)
        {
            return true;
        }

        return HasBreak(close + 1, next) && source.Tokens[next].Kind switch
        {
            TokenKind.Word => !_index.Continues(source.Span(next)) && !(source.Is(next, "while") && source.Is(first, "do")),
            TokenKind.Symbol => IsOneOf(Beginnings, next),
            TokenKind.Separator => source.Tokens[next].Length > 1,
            TokenKind.Open or TokenKind.String or TokenKind.Number => true,
            TokenKind.Close or TokenKind.Space or TokenKind.Newline or TokenKind.Comment => false,
        };
    }

    private bool LineEnds(int first, int last, int line, int end)
    {
        var next = source.NextCode(line, end);
        return next == end || (EndsWith(last) && BeginsWith(next) && !IsCondition(first, last) && !IsAnnotation(first, last));
    }

    private bool EndsWith(int last) => source.Tokens[last].Kind switch
    {
        TokenKind.Word => !_index.Continues(source.Span(last)),
        TokenKind.Symbol => IsOneOf(Endings, last),
        TokenKind.Number or TokenKind.String or TokenKind.Close => true,
        TokenKind.Separator or TokenKind.Open or TokenKind.Space or TokenKind.Newline or TokenKind.Comment => false,
    };

    private bool BeginsWith(int next) => source.Tokens[next].Kind switch
    {
        TokenKind.Word => !_index.Continues(source.Span(next)),
        TokenKind.Symbol => IsOneOf(Beginnings, next),
        TokenKind.Open => !source.Is(next, '{'),
        TokenKind.Number or TokenKind.String => true,
        TokenKind.Separator or TokenKind.Close or TokenKind.Space or TokenKind.Newline or TokenKind.Comment => false,
    };

    // if (…) and a statement below it.
    private bool IsCondition(int first, int last) =>
        source.Is(last, ')') && IsOneOf(Conditions, first) && source.Partner(last) is var open && source.NextCode(first + 1, last) == open;

    private bool IsAnnotation(int first, int last) =>
        source.Is(first, '@') && (last == first + 1 || (source.Is(last, ')') && Enumerable.Range(first + 1, Math.Max(0, source.Partner(last) - first - 1)).All(i => source.Tokens[i].Kind == TokenKind.Word || source.Is(i, '.') || source.Is(i, ':'))));

    private bool HasBreak(int from, int to)
    {
        while (from < to && source.Tokens[from].Kind != TokenKind.Newline)
        {
            from++;
        }

        return from < to;
    }

    private bool IsOneOf(string[] signs, int token)
    {
        foreach (var sign in signs)
        {
            if (source.Is(token, sign))
            {
                return true;
            }
        }

        return false;
    }
}
