namespace AutoBuild.Syntax;

/// <summary>Is what an item is, and what it is called.</summary>
internal readonly record struct Header(BlockKind Kind, string? Key = null, string? Name = null);

/// <summary>Reads the beginnings of items.</summary>
internal sealed class Headers(SourceText source)
{
    private const int LongestKey = 200;

    private readonly Language _language = source.Language;
    private readonly LexicalIndex _index = source.Language.Index;
    private readonly Entries _entries = new(source);
    private readonly Functions _functions = new(source);
    private readonly Dictionary<int, ImportStatement> _imports = ByStart(Imports.Of(source));

    /// <summary>What an item is.</summary>
    /// <param name="code">From its first sign that is no attribute to its last.</param>
    public Header Of(Span code, Container container)
    {
        if (_imports.TryGetValue(Imports.LineStart(source, code.From), out var import))
        {
            return new Header(BlockKind.Import, $"{import.Modifiers} {import.Module}".TrimStart());
        }

        if (IsGroup(code.From))
        {
            return new Header(GroupKind(code.From));
        }

        if (container.IsList || container.Items is not null)
        {
            return _entries.Of(code, container);
        }

        var first = AfterModifiers(code);
        return Defined(new Span(first, code.To), container) ?? Undefined(new Span(first, code.To), code.From, container);
    }

    /// <summary>Index of the first sign after attributes, annotations and decorators; the first of all where nothing follows them.</summary>
    public int AfterAttributes(Span code)
    {
        var at = code.From;
        while (at < code.To && AttributeEnd(at, code.To) is var end and > 0)
        {
            at = source.NextCode(end, code.To);
        }

        return at < code.To ? at : code.From;
    }

    /// <summary>Whether a bracket after the word holds more of its kind, each on a line: <c>const ( … )</c>.</summary>
    public bool IsGroup(int first) =>
        _language.Imports == ImportStyle.Go && source.NextCode(first + 1, source.Tokens.Length) is var next && next < source.Tokens.Length && source.Is(next, '(') && IsGroupWord(first);

    /// <summary>What the items of such a group are; null of any other bracket.</summary>
    public BlockKind? Group(int first, int open) => IsGroup(first) && source.NextCode(first + 1, open + 1) == open ? GroupKind(first) : null;

    private bool IsGroupWord(int first) => source.Is(first, "import") || source.Is(first, "const") || source.Is(first, "var") || source.Is(first, "type");

    private BlockKind GroupKind(int first) => source.Is(first, "import") ? BlockKind.Import : source.Is(first, "type") ? BlockKind.Type : BlockKind.Member;

    private Header? Defined(Span code, Container container)
    {
        if (code.IsEmpty || source.Tokens[code.From].Kind != TokenKind.Word)
        {
            return null;
        }

        var word = source.Span(code.From);
        var next = source.NextCode(code.From + 1, code.To);
        if (_index.Namespaces.Contains(word) && IsName(next, code.To))
        {
            var name = Path(next, code.To);
            return new Header(BlockKind.Namespace, name, name);
        }

        if (_index.Types.Contains(word) && TypeName(code) is { } type)
        {
            return type;
        }

        if (_index.Functions.Contains(word))
        {
            return _functions.Named(code);
        }

        return container.Defines && _index.Members.Contains(word) ? Member(code, next) : null;
    }

    private Header Undefined(Span code, int first, Container container)
    {
        if (_language.Imports == ImportStyle.Css)
        {
            return _entries.Style(new Span(first, code.To));
        }

        var isStatement = code.IsEmpty || _index.Statements.Contains(source.Span(code.From));
        if (container.Defines && !isStatement)
        {
            return (_language.BareFunctions ? _functions.Bare(code, container) : null) ?? Field(code, container);
        }

        return isStatement ? new Header(BlockKind.Statement) : _functions.Call(code) ?? _entries.Single(code) ?? new Header(BlockKind.Statement);
    }

    // class A, record struct A, impl<T> A for B.
    private Header? TypeName(Span code)
    {
        var at = code.From;
        while (at < code.To && source.Tokens[at].Kind == TokenKind.Word && _index.Types.Contains(source.Span(at)))
        {
            at = source.NextCode(at + 1, code.To);
        }

        if (source.Is(code.From, "impl") || source.Is(code.From, "extension") || source.Is(code.From, "given"))
        {
            var text = HeaderText(code);
            return new Header(BlockKind.Type, text, text.Contains(" for ", StringComparison.Ordinal) ? text[(text.LastIndexOf(" for ", StringComparison.Ordinal) + 5)..] : text[(text.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        }

        at = at < code.To && source.Is(at, '!') ? source.NextCode(at + 1, code.To) : at;
        if (!IsName(at, code.To))
        {
            return source.Is(code.From, "object") || source.Is(code.From, "class") ? new Header(BlockKind.Type, source.Span(code.From).ToString()) : null;
        }

        // A delegate has its name before the list.
        var name = source.Is(code.From, "delegate") && _functions.Bare(new Span(at, code.To), default) is { Name: { } named } ? named : source.Span(at).ToString();
        return new Header(BlockKind.Type, name, name);
    }

    private Header? Member(Span code, int next)
    {
        while (next < code.To && (source.Is(next, "mut") || _index.Members.Contains(source.Span(next)) || _index.Modifiers.Contains(source.Span(next))))
        {
            next = source.NextCode(next + 1, code.To);
        }

        if (!IsName(next, code.To))
        {
            return null;
        }

        // PHP and the like may write a type before the name.
        var after = source.NextCode(next + 1, code.To);
        var name = source.Span(IsName(after, code.To) && _language.Imports == ImportStyle.Php ? after : next).ToString();
        return new Header(IsFunction(code) ? BlockKind.Function : BlockKind.Member, name, name);
    }

    // const f = (a) => …, const f = function …
    private bool IsFunction(Span code)
    {
        if (_language.Imports != ImportStyle.EcmaScript)
        {
            return false;
        }

        for (var i = code.From; i < code.To; i++)
        {
            if (source.Is(i, "=>") || source.Is(i, "function"))
            {
                return true;
            }

            i = source.Tokens[i].Kind == TokenKind.Open ? source.Partner(i) : i;
        }

        return false;
    }

    private Header Field(Span code, Container container)
    {
        var next = source.NextCode(code.From + 1, code.To);
        if (IsNamed(code, next, container))
        {
            var name = source.Span(code.From).Trim("\"'").ToString();
            return container.Owner == BlockKind.File && _language.Imports != ImportStyle.Python && !source.Is(next, '=') ? new Header(BlockKind.Statement) : new Header(BlockKind.Member, name, name);
        }

        var (last, words) = LastWord(code);
        var isMember = container.Owner == BlockKind.Type && last >= 0 && (words > 1 || code.From > 0) && (!_language.NamesFirst || source.Span(last)[0] == '$');
        return isMember ? new Header(BlockKind.Member, source.Span(last).ToString(), source.Span(last).ToString()) : _functions.Call(code) ?? new Header(BlockKind.Statement);
    }

    // The last word before a value or a body, -1 without one, and how many stand there.
    private (int Last, int Words) LastWord(Span code)
    {
        var (last, words) = (-1, 0);
        for (var i = code.From; i < code.To && !(source.Tokens[i].Length == 1 && "=;{".Contains(source.Text[source.Tokens[i].Start])) && !source.Is(i, "=>"); i++)
        {
            (last, words) = source.Tokens[i].Kind == TokenKind.Word ? (i, words + 1) : (last, words);
            i = source.Tokens[i].Kind == TokenKind.Open ? source.Partner(i) : i;
        }

        return (last, words);
    }

    // a = 1, a: T, "a": T; in a type of Go also a T.
    private bool IsNamed(Span code, int next, Container container)
    {
        var isWord = source.Tokens[code.From].Kind == TokenKind.Word;
        if (!_language.NamesFirst || !(isWord || (source.Tokens[code.From].Kind == TokenKind.String && next < code.To && source.Is(next, ':'))))
        {
            return false;
        }

        var end = source.Tokens[code.From].End;
        return next == code.To || source.Tokens[next].Kind == TokenKind.Separator || source.Is(next, '=') || (source.Tokens[next].Start == end && source.Text[end] is ':' or '?' or '!')
            || (_language.Imports == ImportStyle.Go && container.Owner == BlockKind.Type);
    }

    private int AfterModifiers(Span code)
    {
        var at = code.From;
        while (at < code.To && source.Tokens[at].Kind is TokenKind.Word or TokenKind.String && (_index.Modifiers.Contains(source.Span(at)) || (at > code.From && source.Tokens[at].Kind == TokenKind.String)))
        {
            var next = source.NextCode(at + 1, code.To);
            if (next == code.To || IsNameOf(at, next))
            {
                break;
            }

            at = source.Is(next, '(') ? source.NextCode(source.Partner(next) + 1, code.To) : source.Is(next, '<') && source.Is(at, "template") ? AngleEnd(next, code.To) : next;
        }

        return Math.Min(at, code.To);
    }

    // get() { } and readonly = 1 are called so; pub(crate) goes on.
    private bool IsNameOf(int word, int next) =>
        source.Is(next, '(') ? !source.Is(word, "pub") && !source.Is(word, "extern") && !source.Is(word, "package") && !source.Is(word, "private") : source.Tokens[next].Kind is TokenKind.Separator || source.Is(next, '=') || source.Is(next, ':') || (source.Is(next, '?') && source.Is(next + 1, ':'));

    private int AngleEnd(int open, int end)
    {
        var depth = 0;
        for (var i = open; i < end; i++)
        {
            depth += source.Is(i, '<') ? 1 : source.Is(i, '>') ? -1 : 0;
            if (depth == 0)
            {
                return source.NextCode(i + 1, end);
            }
        }

        return end;
    }

    // Index after [A], #[a], @A(b); 0 where none begins.
    private int AttributeEnd(int at, int end)
    {
        var next = source.NextCode(at + 1, end);
        if (source.Is(at, '[') && _language.Directives)
        {
            return source.Partner(at) + 1;
        }

        if (source.Is(at, '#') && !_language.Directives && next < end && source.Is(next, '['))
        {
            return source.Partner(next) + 1;
        }

        return source.Is(at, '@') && IsName(next, end) && !source.Is(next, "interface") && _language.Imports != ImportStyle.None ? AnnotationEnd(next, end) : 0;
    }

    private int AnnotationEnd(int next, int end)
    {
        while (next + 2 < end && (source.Is(next + 1, '.') || source.Is(next + 1, ':')) && source.Tokens[next + 2].Kind == TokenKind.Word)
        {
            next += 2;
        }

        return next + 1 < end && source.Is(next + 1, '(') ? source.Partner(next + 1) + 1 : next + 1;
    }

    private bool IsName(int token, int end) => token < end && source.Tokens[token].Kind == TokenKind.Word;

    private string Path(int first, int end)
    {
        var last = first;
        while (last + 2 < end && (source.Is(last + 1, '.') || source.Is(last + 1, "::")) && source.Tokens[last + 2].Kind == TokenKind.Word)
        {
            last += 2;
        }

        return source.Text[source.Tokens[first].Start..source.Tokens[last].End];
    }

    private string HeaderText(Span code)
    {
        var end = code.From;
        while (end < code.To && !source.Is(end, '{') && !source.Is(end, "where"))
        {
            end++;
        }

        return Compact(source.Text[source.Tokens[code.From].Start..source.StartOf(end)]);
    }

    internal static string Compact(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var joined = string.Join(' ', words);
        return joined.Length > LongestKey ? joined[..LongestKey] : joined;
    }

    private static Dictionary<int, ImportStatement> ByStart(IReadOnlyList<ImportStatement> imports)
    {
        var found = new Dictionary<int, ImportStatement>(imports.Count);
        foreach (var import in imports)
        {
            found.TryAdd(import.Start, import);
        }

        return found;
    }
}
