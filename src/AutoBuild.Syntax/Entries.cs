namespace AutoBuild.Syntax;

/// <summary>Reads the items of lists: what stands before a colon, an equals sign, an arrow.</summary>
internal sealed class Entries(SourceText source)
{
    private readonly LexicalIndex _index = source.Language.Index;
    private readonly Functions _functions = new(source);

    /// <summary>An item between commas, or of a group.</summary>
    public Header Of(Span code, Container container)
    {
        var end = source.Tokens[code.To - 1].Kind == TokenKind.Separator && code.To - 1 > code.From ? code.To - 1 : code.To;
        var first = AfterModifiers(code.From, end, container);
        var isBrace = container.Bracket == '{';
        if (container.Items is { } kind)
        {
            return source.Tokens[first].Kind == TokenKind.Word ? Named(kind, source.Span(first).ToString()) : new Header(kind);
        }

        if (isBrace && source.Language.BareFunctions && source.Is(LastCode(first, end), '}') && _functions.Bare(new Span(first, end), container with { Owner = BlockKind.Type }) is { } function)
        {
            return function;
        }

        if (Key(first, end, isBrace) is not { } key)
        {
            return new Header(BlockKind.Element);
        }

        return container.Owner == BlockKind.Type && isBrace ? Named(BlockKind.Member, key) : new Header(BlockKind.Entry, key);
    }

    /// <summary>An entry that stands alone in braces; null of anything else.</summary>
    public Header? Single(Span code)
    {
        var next = source.NextCode(code.From + 1, code.To);
        return source.Language.NamesFirst && source.Tokens[code.From].Kind is TokenKind.Word or TokenKind.String && next < code.To && source.Is(next, ':')
            ? new Header(BlockKind.Entry, Plain(code.From)) : null;
    }

    /// <summary>A rule of a style sheet by its selector, a declaration by its property.</summary>
    public Header Style(Span code)
    {
        var brace = Find(code, '{');
        var end = brace < code.To ? brace : Find(code, ':');
        return end == code.To ? new Header(BlockKind.Statement)
            : new Header(BlockKind.Entry, Headers.Compact(source.Text[source.Tokens[code.From].Start..source.Tokens[end].Start]));
    }

    private static Header Named(BlockKind kind, string name) => new(kind, name, name);

    private string? Key(int first, int end, bool isBrace)
    {
        var next = source.NextCode(first + 1, end);
        if (source.Tokens[first].Kind is TokenKind.Word or TokenKind.String or TokenKind.Number && (IsKey(first, next, end, isBrace) || (isBrace && HasBody(next, end))))
        {
            return Plain(first);
        }

        var arrow = isBrace || source.Language.Imports is ImportStyle.Php or ImportStyle.Ruby ? Arrow(first, end) : end;
        var after = arrow < end ? arrow : AfterComputed(first, end);
        return after < end ? Headers.Compact(source.Text[source.Tokens[first].Start..source.Tokens[after].Start]) : null;
    }

    // { a } is short for { a: a }, and a value of an enum.
    private bool IsKey(int first, int next, int end, bool isBrace)
    {
        var kind = source.Tokens[first].Kind;
        return next == end
            ? isBrace && kind == TokenKind.Word
            : source.Is(next, ':') || source.Is(next, '=') || (source.Is(next, "=>") && kind == TokenKind.String) || (source.Is(next, '?') && source.Is(next + 1, ':'));
    }

    // a(b) and a { b }, and nothing after it.
    private bool HasBody(int next, int end) =>
        next < end && source.Tokens[next].Kind == TokenKind.Open && !source.Is(next, '[') && source.NextCode(source.Partner(next) + 1, end) == end;

    // [a]: b and [a] = b; the end of others.
    private int AfterComputed(int first, int end)
    {
        var after = source.Is(first, '[') ? source.NextCode(source.Partner(first) + 1, end) : end;
        return after < end && (source.Is(after, ':') || source.Is(after, '=')) ? after : end;
    }

    // a => b with a key before the arrow; not (a) => b, which is a function.
    private int Arrow(int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            if (source.Is(i, "=>"))
            {
                return i > first && (source.Language.Imports == ImportStyle.Rust || !source.Is(LastCode(first, i), ')')) ? i : end;
            }

            i = source.Tokens[i].Kind == TokenKind.Open ? source.Partner(i) : i;
        }

        return end;
    }

    private string Plain(int token) => source.Tokens[token].Kind == TokenKind.String ? source.Span(token).Trim("\"'`").ToString() : source.Span(token).ToString();

    private int AfterModifiers(int first, int end, Container container)
    {
        while (container.Owner == BlockKind.Type && first < end && _index.Modifiers.Contains(source.Span(first)) && source.NextCode(first + 1, end) is var next && next < end && source.Tokens[next].Kind is TokenKind.Word or TokenKind.Open)
        {
            first = source.Is(next, '(') ? source.NextCode(source.Partner(next) + 1, end) : next;
        }

        return Math.Min(first, end - 1);
    }

    private int LastCode(int first, int end)
    {
        var last = end - 1;
        while (last > first && !source.IsCode(last))
        {
            last--;
        }

        return last;
    }

    private int Find(Span code, char sign)
    {
        for (var i = code.From; i < code.To; i++)
        {
            if (source.Is(i, sign))
            {
                return i;
            }

            i = source.Tokens[i].Kind == TokenKind.Open ? source.Partner(i) : i;
        }

        return code.To;
    }
}
