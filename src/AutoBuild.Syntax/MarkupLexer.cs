namespace AutoBuild.Syntax;

/// <summary>Reads one text of elements.</summary>
internal sealed class MarkupLexer(string text, Language language)
{
    private readonly LexicalIndex _index = language.Index;
    private readonly List<Token> _tokens = new((text.Length / 4) + 8);
    private int _at;

    /// <summary>Whether every literal and comment was closed.</summary>
    public bool Closed { get; private set; } = true;

    public Token[] Run()
    {
        while (_at < text.Length)
        {
            Text();
        }

        return [.. _tokens];
    }

    // Between tags.
    private void Text()
    {
        if (text[_at] != '<')
        {
            Plain();
        }
        else if (Stands("<!--"))
        {
            Upto("-->", TokenKind.Comment);
        }
        else if (Stands("<![CDATA["))
        {
            Upto("]]>", TokenKind.String);
        }
        else if (Stands("<?"))
        {
            Upto("?>", TokenKind.String);
        }
        else if (Next() is '/' or '!' || char.IsLetter(Next()) || Next() is '_' or '>')
        {
            Tag();
        }
        else
        {
            Loose();
        }
    }

    // A sign that opens no tag here is no sign.
    private void Loose()
    {
        if (text[_at] == '<')
        {
            Add(TokenKind.Word, _at + 1);
            return;
        }

        Plain();
    }

    private void Tag()
    {
        var name = _at + 1;
        Add(TokenKind.Symbol, Next() is '/' or '!' ? _at + 2 : _at + 1);
        var raw = text[name] == '/' ? null : Array.Find(language.RawElements, one => string.Compare(text, name, one, 0, one.Length, StringComparison.OrdinalIgnoreCase) == 0);
        while (_at < text.Length && text[_at] != '>' && text[_at] != '<')
        {
            if (text[_at] is '"' or '\'')
            {
                Quoted();
            }
            else if (text[_at] == '/' && Next() == '>')
            {
                Add(TokenKind.Symbol, _at + 2);
                return;
            }
            else
            {
                Plain();
            }
        }

        if (_at < text.Length && text[_at] == '>')
        {
            Add(TokenKind.Symbol, _at + 1);
            Raw(raw);
        }
    }

    private void Raw(string? element)
    {
        var end = element is null ? -1 : text.IndexOf("</" + element, _at, StringComparison.OrdinalIgnoreCase);
        while (_at < end)
        {
            Loose();
        }
    }

    private void Quoted()
    {
        var close = text.IndexOf(text[_at], _at + 1);
        Closed &= close > 0;
        Add(TokenKind.String, close < 0 ? text.Length : close + 1);
    }

    private void Plain()
    {
        var (start, sign) = (_at, text[_at]);
        if (sign is '\r' or '\n')
        {
            Add(TokenKind.Newline, sign == '\r' && Next() == '\n' ? start + 2 : start + 1);
        }
        else if (char.IsWhiteSpace(sign) || sign == '\uFEFF')
        {
            Add(TokenKind.Space, While(one => one is not ('\r' or '\n') && (char.IsWhiteSpace(one) || one == '\uFEFF')));
        }
        else if (_index.IsWord(sign))
        {
            Add(char.IsAsciiDigit(sign) ? TokenKind.Number : TokenKind.Word, While(_index.IsWord));
        }
        else
        {
            Add(TokenKind.Symbol, start + 1);
        }
    }

    private int While(Func<char, bool> belongs)
    {
        var end = _at + 1;
        while (end < text.Length && belongs(text[end]))
        {
            end++;
        }

        return end;
    }

    private void Upto(string close, TokenKind kind)
    {
        var end = text.IndexOf(close, _at, StringComparison.Ordinal);
        Closed &= end >= 0;
        Add(kind, end < 0 ? text.Length : end + close.Length);
    }

    private bool Stands(string sign) => string.CompareOrdinal(text, _at, sign, 0, sign.Length) == 0;

    private char Next() => _at + 1 < text.Length ? text[_at + 1] : '\0';

    private void Add(TokenKind kind, int end)
    {
        _tokens.Add(new Token(_at, end - _at, kind));
        _at = end;
    }
}
