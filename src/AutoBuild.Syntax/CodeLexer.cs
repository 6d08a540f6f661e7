namespace AutoBuild.Syntax;

/// <summary>Reads one text of code, data or prose.</summary>
internal sealed class CodeLexer(string text, Language language)
{
    // What a value may follow though a word stands there; after other words a slash divides.
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> BeforeValues = new HashSet<string>(
        ["return", "typeof", "case", "in", "of", "do", "else", "void", "delete", "throw", "new", "instanceof", "yield", "await", "default", "when", "if", "unless", "and", "or", "not", "puts", "export", "const"],
        StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private const int MostSpare = 1 << 18;

    // Reading many texts on one thread fills one list again and again.
    [ThreadStatic]
    private static List<Token>? Spare;

    private readonly LexicalIndex _index = language.Index;
    private readonly Literals _literals = new(text, language);
    private readonly List<Token> _tokens = TakeSpare(text.Length);
    private readonly HereDocuments _documents = new(text, language);
    private readonly Stack<ElementMode> _modes = new();
    private Token _last;
    private bool _inDirective;
    private int _flow;
    private int _at;

    /// <summary>Whether every literal and comment that goes over lines was closed.</summary>
    public bool Closed => _literals.Closed && _documents.Closed;

    public Token[] Run()
    {
        if (language.CodeOpening is { } opening)
        {
            Text(opening);
        }

        while (_at < text.Length)
        {
            var before = _at;
            Next();
            System.Diagnostics.Debug.Assert(_at > before, "Each step takes something.");
        }

        Token[] tokens = [.. _tokens];
        _tokens.Clear();
        Spare = _tokens.Capacity <= MostSpare ? _tokens : null;
        return tokens;
    }

    private static List<Token> TakeSpare(int length)
    {
        var spare = Spare ?? new List<Token>((length / 4) + 8);
        Spare = null;
        return spare;
    }

    private void Next()
    {
        var sign = text[_at];
        if (sign is '\r' or '\n')
        {
            Break();
        }
        else if (char.IsWhiteSpace(sign) || sign == '\uFEFF')
        {
            Add(TokenKind.Space, Blanks());
        }
        else if (_modes.Count > 0 && _modes.Peek() != ElementMode.Code)
        {
            Element(sign);
        }
        else if (_literals.CommentEnd(_at) is var comment and > 0 && !_inDirective)
        {
            Add(TokenKind.Comment, comment);
        }
        else
        {
            Code(sign);
        }
    }

    private void Code(char sign)
    {
        if (Literal(sign) is var literal and > 0)
        {
            Add(TokenKind.String, literal);
        }
        else if (char.IsAsciiDigit(sign))
        {
            Add(TokenKind.Number, Number());
        }
        else if (_index.IsWord(sign))
        {
            Add(TokenKind.Word, Word(_at));
        }
        else if (language.QuotedNames && sign == '\'' && _at + 1 < text.Length && _index.IsWord(text[_at + 1]))
        {
            Add(TokenKind.Word, Word(_at + 1));
        }
        else if (language.CodeOpening is not null && sign == '?' && Next(1) == '>')
        {
            Text(language.CodeOpening);
        }
        else
        {
            Sign(sign);
        }
    }

    private void Sign(char sign)
    {
        if (_inDirective)
        {
            Add(TokenKind.Symbol, _at + 1);
            return;
        }

        if (sign == '<' && BeginsElement())
        {
            _modes.Push(ElementMode.Tag);
            Add(TokenKind.Symbol, _at + 1);
            return;
        }

        _inDirective = sign == '#' && language.Directives && IsFirstOnLine();
        var kind = language.BlockScalars ? InFlow(_index.Kind(sign)) : _index.Kind(sign);
        Modes(sign);
        Add(kind, kind == TokenKind.Symbol ? Operators.End(text, _at) : _at + 1);
    }

    private bool BeginsElement() =>
        language.Elements && BeginsValue() && (char.IsAsciiLetter(Next(1)) || Next(1) == '>') && !IsTypeParameters();

    // Brackets and commas of YAML count in a collection that is written in brackets; elsewhere they are text.
    private TokenKind InFlow(TokenKind kind)
    {
        if (kind is not (TokenKind.Open or TokenKind.Close or TokenKind.Separator))
        {
            return kind;
        }

        kind = _flow > 0 || (kind == TokenKind.Open && BeginsPlainValue()) ? kind : TokenKind.Symbol;
        _flow += kind == TokenKind.Open ? 1 : kind == TokenKind.Close ? -1 : 0;
        return kind;
    }

    // Code in an element's braces ends where its brace does.
    private void Modes(char sign)
    {
        if (_modes.Count == 0)
        {
            return;
        }

        if (sign == '{')
        {
            _modes.Push(ElementMode.Code);
        }
        else if (sign == '}' && _modes.Peek() == ElementMode.Code)
        {
            _modes.Pop();
        }
    }

    // Within a tag, or in the text between two.
    private void Element(char sign)
    {
        var mode = _modes.Peek();
        if (sign == '{')
        {
            _modes.Push(ElementMode.Code);
            Add(TokenKind.Open, _at + 1);
        }
        else if (mode == ElementMode.Text)
        {
            ElementText(sign);
        }
        else if (sign is '"' or '\'' && text.IndexOf(sign, _at + 1) is var quote and > 0)
        {
            Add(TokenKind.String, quote + 1);
        }
        else if (sign == '>' || (sign == '/' && Next(1) == '>'))
        {
            EndTag(sign);
        }
        else if (_literals.CommentEnd(_at) is var comment and > 0)
        {
            Add(TokenKind.Comment, comment);
        }
        else
        {
            Add(_index.IsWord(sign) ? TokenKind.Word : TokenKind.Symbol, _index.IsWord(sign) ? Word(_at) : _at + 1);
        }
    }

    private void ElementText(char sign)
    {
        if (sign == '<')
        {
            _modes.Push(Next(1) == '/' ? ElementMode.EndTag : ElementMode.Tag);
        }

        Add(_index.IsWord(sign) ? TokenKind.Word : TokenKind.Symbol, _index.IsWord(sign) ? Word(_at) : sign == '<' && Next(1) == '/' ? _at + 2 : _at + 1);
    }

    private void EndTag(char sign)
    {
        var mode = _modes.Pop();
        if (mode == ElementMode.EndTag && _modes.Count > 0 && _modes.Peek() == ElementMode.Text)
        {
            _modes.Pop();
        }
        else if (mode == ElementMode.Tag && sign == '>')
        {
            _modes.Push(ElementMode.Text);
        }

        Add(TokenKind.Symbol, sign == '/' ? _at + 2 : _at + 1);
        _last = new Token(_at - 1, 1, TokenKind.Close);
    }

    // <T>(x) => and <T extends U>(x) => are functions.
    private bool IsTypeParameters()
    {
        var end = Word(_at + 1);
        var rest = text.AsSpan(end, Math.Min(12, text.Length - end)).TrimStart();
        return rest.StartsWith(",") || rest.StartsWith("extends ") || rest.StartsWith("=") || rest.StartsWith(">(");
    }

    private int Literal(char sign)
    {
        if (language.QuotedNames && sign == '\'')
        {
            return _literals.CharacterEnd(_at);
        }

        if (_documents.Opening(_at) is var document and > 0 && (_last.Length == 0 || _last.Kind is not (TokenKind.Word or TokenKind.Number or TokenKind.Close) || IsAfterBlank()))
        {
            _documents.Remember(_at);
            return document;
        }

        if (language.RegexLiterals && sign == '/' && BeginsValue())
        {
            return _literals.RegexEnd(_at);
        }

        return !language.BlockScalars || sign is not ('"' or '\'') || BeginsPlainValue() ? _literals.StringEnd(_at) : -1;
    }

    private bool BeginsValue() => _last.Kind switch
    {
        TokenKind.Word => BeforeValues.Contains(text.AsSpan(_last.Start, _last.Length)) || (language.Shape == Shape.Indent && IsAfterBlank() && Next(1) is not (' ' or '=')),
        TokenKind.Number or TokenKind.String => false,
        TokenKind.Close => text[_last.Start] == '}' && IsAfterBlank() && IsFirstOnLine(),
        TokenKind.Space or TokenKind.Newline or TokenKind.Comment or TokenKind.Open or TokenKind.Separator => true,
        TokenKind.Symbol => !text.AsSpan(_last.Start, _last.Length).SequenceEqual("++") && !text.AsSpan(_last.Start, _last.Length).SequenceEqual("--"),
    };

    // YAML: after the sign of an entry, or first on its line.
    private bool BeginsPlainValue() =>
        IsFirstOnLine() || _last.Kind is TokenKind.Open or TokenKind.Separator || (_last.Kind is TokenKind.Symbol or TokenKind.Word && IsAfterBlank() && text[_last.End - 1] is ':' or '-' or '?' or '!' or ',' or '|');

    private bool IsAfterBlank() => _tokens.Count > 0 && _tokens[^1].Kind is TokenKind.Space or TokenKind.Newline;

    private bool IsFirstOnLine()
    {
        for (var i = _tokens.Count - 1; i >= 0 && _tokens[i].Kind != TokenKind.Newline; i--)
        {
            if (_tokens[i].Kind != TokenKind.Space)
            {
                return false;
            }
        }

        return true;
    }

    private void Break()
    {
        var continued = _at > 0 && text[_at - 1] == '\\';
        Add(TokenKind.Newline, text[_at] == '\r' && Next(1) == '\n' ? _at + 2 : _at + 1);
        _inDirective &= continued;
        var end = language.BlockScalars ? ScalarEnd() : _documents.End(_at);
        if (end > _at)
        {
            Add(TokenKind.String, end);
        }
    }

    // The lines below a | or > that are indented deeper than its own, without the last break.
    private int ScalarEnd()
    {
        var sign = _tokens.Count - 2;
        while (sign > 0 && _tokens[sign].Kind is TokenKind.Space or TokenKind.Comment or TokenKind.Number || (sign > 0 && text[_tokens[sign].Start] is '-' or '+' && _tokens[sign].Length == 1))
        {
            sign--;
        }

        if (sign < 1 || text[_tokens[sign].Start] is not ('|' or '>') || _tokens[sign - 1].Kind != TokenKind.Space)
        {
            return _at;
        }

        var line = sign;
        while (line > 0 && _tokens[line - 1].Kind != TokenKind.Newline)
        {
            line--;
        }

        return Deeper(_tokens[line].Kind == TokenKind.Space ? _tokens[line].Length : 0);
    }

    private int Deeper(int indent)
    {
        var end = _at;
        for (var at = _at; at < text.Length;)
        {
            var stop = _literals.LineEnd(at);
            var content = text.AsSpan(at, stop - at);
            var columns = content.IndexOfAnyExcept(' ');
            if (columns >= 0 && columns <= indent)
            {
                break;
            }

            end = columns >= 0 ? stop : end;
            at = stop + (stop + 1 < text.Length && text[stop] == '\r' && text[stop + 1] == '\n' ? 2 : 1);
        }

        return end;
    }

    // What is no code: up to the next opening, which belongs to it.
    private void Text(string opening)
    {
        var open = text.IndexOf(opening[..2], _at, StringComparison.Ordinal);
        var end = open < 0 ? text.Length : open + (string.CompareOrdinal(text, open, opening, 0, opening.Length) == 0 ? opening.Length : Math.Min(3, text.Length - open));
        if (end > _at)
        {
            Add(TokenKind.Separator, end);
        }
    }

    private int Number()
    {
        var at = _at;
        while (at < text.Length && (_index.IsWord(text[at]) || (text[at] == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))
            || (text[at] == '\'' && language.Directives && at + 1 < text.Length && char.IsAsciiLetterOrDigit(text[at + 1]) && char.IsAsciiHexDigit(text[at - 1]))))
        {
            at++;
        }

        return at;
    }

    private int Word(int at)
    {
        while (at < text.Length && _index.IsWord(text[at]))
        {
            at++;
        }

        return at;
    }

    private int Blanks()
    {
        var at = _at;
        while (at < text.Length && text[at] is not ('\r' or '\n') && (char.IsWhiteSpace(text[at]) || text[at] == '\uFEFF'))
        {
            at++;
        }

        return at;
    }

    private char Next(int ahead) => _at + ahead < text.Length ? text[_at + ahead] : '\0';

    private void Add(TokenKind kind, int end)
    {
        var token = new Token(_at, end - _at, kind);
        _tokens.Add(token);
        if (kind is not (TokenKind.Space or TokenKind.Newline or TokenKind.Comment))
        {
            _last = token;
        }

        _at = end;
    }

    private enum ElementMode
    {
        Code,
        Tag,
        EndTag,
        Text,
    }
}
