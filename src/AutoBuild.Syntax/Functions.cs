namespace AutoBuild.Syntax;

/// <summary>Reads the heads of functions, and of calls that are like them.</summary>
internal sealed class Functions(SourceText source)
{
    private readonly LexicalIndex _index = source.Language.Index;

    /// <summary>One that begins with its word: <c>def f(a)</c>, <c>func (r *T) F()</c>.</summary>
    public Header Named(Span code)
    {
        var at = source.NextCode(code.From + 1, code.To);
        var receiver = "";
        if (at < code.To && source.Is(at, '(') && source.Language.Imports == ImportStyle.Go)
        {
            receiver = Receiver(at);
            at = source.NextCode(source.Partner(at) + 1, code.To);
        }

        var list = at;
        while (list < code.To && !IsAfterName(list))
        {
            list++;
        }

        var hasList = list < code.To && source.Is(list, '(');
        var name = hasList && list > at ? NameBefore(at, list) : at < list ? source.Span(at).ToString() : "";
        name = name.Length > 0 ? name : source.Span(code.From).ToString();
        return Named(receiver + name, hasList ? list : -1);
    }

    private bool IsAfterName(int token) =>
        source.Is(token, '(') || source.Is(token, '{') || source.Is(token, '=') || source.Tokens[token].Kind is TokenKind.Newline or TokenKind.Separator;

    /// <summary>One that is a name before a list: <c>int F(a)</c>; null where it is no function.</summary>
    public Header? Bare(Span code, Container container)
    {
        if (source.Language.Imports == ImportStyle.Shell)
        {
            return IsShellFunction(code) ? Named(source.Span(code.From).ToString(), -1) : null;
        }

        for (var i = code.From; i < code.To && !source.Is(i, '{') && !source.Is(i, '=') && !source.Is(i, "=>"); i++)
        {
            if (source.Is(i, '(') && i > code.From && NameBefore(code.From, i) is { Length: > 0 } name)
            {
                var isAlone = FirstOf(code.From, i) == code.From && source.Tokens[code.From].Kind == TokenKind.Word;
                return Follows(source.Partner(i), code.To, isAlone, container) ? Named(name, i) : null;
            }

            i = source.Tokens[i].Kind == TokenKind.Open ? source.Partner(i) : i;
        }

        return null;
    }

    /// <summary>A call with a name as its first argument and a body, as tests are written: <c>it("adds", () => { … })</c>; null of others.</summary>
    public Header? Call(Span code)
    {
        var open = source.NextCode(code.From + 1, code.To);
        while (open < code.To && source.Is(open, '.'))
        {
            open = source.NextCode(source.NextCode(open + 1, code.To) + 1, code.To);
        }

        if (open >= code.To || !source.Is(open, '(') || source.Tokens[code.From].Kind != TokenKind.Word)
        {
            return null;
        }

        var name = source.NextCode(open + 1, code.To);
        var comma = source.NextCode(name + 1, code.To);
        return name < code.To && source.Tokens[name].Kind == TokenKind.String && comma < code.To && source.Is(comma, ',') && HasBraces(comma, source.Partner(open))
            ? new Header(BlockKind.Statement, source.Text[source.Tokens[code.From].Start..source.Tokens[name].End]) : null;
    }

    private Header Named(string name, int list)
    {
        var plain = name[(Math.Max(name.LastIndexOf('.'), name.LastIndexOf(':')) + 1)..];
        return new Header(BlockKind.Function, $"{name}/{(list < 0 ? 0 : Arity(list))}", plain);
    }

    // After the list of a function comes its body, or what a declaration goes on with; a call is over.
    private bool Follows(int close, int end, bool isAlone, Container container)
    {
        var next = source.NextCode(close + 1, end);
        var body = next < end && (source.Is(next, '{') || source.Is(next, "=>") || source.Is(next, ':') || (source.Tokens[next].Kind == TokenKind.Word && !isAlone));
        return container.Owner == BlockKind.Type ? !isAlone || body || source.Language.Directives : body || (!isAlone && (next == end || source.Is(next, ';') || source.Is(next, "->")));
    }

    private string NameBefore(int from, int list)
    {
        var at = list - 1;
        while (at > from && !source.IsCode(at))
        {
            at--;
        }

        // Past type parameters.
        for (var depth = 0; at > from && (depth > 0 || source.Is(at, '>')); at--)
        {
            depth += source.Is(at, '>') ? 1 : source.Is(at, '<') ? -1 : 0;
            if (depth == 0)
            {
                at--;
                break;
            }
        }

        if (OperatorBefore(from, at) is { } sign)
        {
            return sign;
        }

        return at >= from && source.Tokens[at].Kind == TokenKind.Word && !_index.Modifiers.Contains(source.Span(at)) ? source.Text[source.Tokens[FirstOf(from, at + 1)].Start..source.Tokens[at].End] : "";
    }

    private string? OperatorBefore(int from, int at)
    {
        for (var i = at; i >= from && i > at - 4; i--)
        {
            if (source.Is(i, "operator"))
            {
                return Headers.Compact(source.Text[source.Tokens[i].Start..source.Tokens[at].End]);
            }
        }

        return null;
    }

    // The first part of a dotted name that ends before an index.
    private int FirstOf(int from, int end)
    {
        var at = end - 1;
        while (at > from && !source.IsCode(at))
        {
            at--;
        }

        at -= at > from && source.Is(at - 1, '~') ? 1 : 0;
        while (at - 2 >= from && (source.Is(at - 1, '.') || source.Is(at - 1, "::")) && source.Tokens[at - 2].Kind == TokenKind.Word)
        {
            at -= 2;
        }

        return at;
    }

    private string Receiver(int open)
    {
        for (var i = source.Partner(open) - 1; i > open; i--)
        {
            if (source.Tokens[i].Kind == TokenKind.Open || source.Is(i, ']'))
            {
                i = source.Is(i, ']') ? source.Partner(i) : i;
            }
            else if (source.Tokens[i].Kind == TokenKind.Word)
            {
                return source.Span(i).ToString() + ".";
            }
        }

        return "";
    }

    private int Arity(int open)
    {
        var (count, pending, angles) = (0, false, 0);
        for (var i = open + 1; i < source.Partner(open); i++)
        {
            if (!source.IsCode(i))
            {
                continue;
            }

            angles = Math.Max(0, angles + (source.Is(i, '<') ? 1 : source.Is(i, '>') ? -1 : 0));
            (count, pending) = source.Is(i, ',') && angles == 0 ? (count + 1, false) : (count, true);
            i = source.Tokens[i].Kind == TokenKind.Open ? source.Partner(i) : i;
        }

        return pending ? count + 1 : count;
    }

    private bool HasBraces(int from, int to)
    {
        while (from < to && !source.Is(from, '{'))
        {
            from++;
        }

        return from < to;
    }

    // f() { of a shell, whose brackets are signs.
    private bool IsShellFunction(Span code) =>
        code.From + 2 < code.To && source.Is(code.From + 1, '(') && source.Is(code.From + 2, ')');
}
