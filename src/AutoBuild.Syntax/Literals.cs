namespace AutoBuild.Syntax;

/// <summary>Finds where literals and comments end.</summary>
internal sealed class Literals(string text, Language language)
{
    private const int MostNested = 24;
    private const int LongestName = 64;

    private readonly LexicalIndex _index = language.Index;
    private readonly Dictionary<StringForm, int> _unclosed = [];
    private int _holesUnclosed = -1;

    /// <summary>Whether everything that may go over lines was closed so far.</summary>
    public bool Closed { get; private set; } = true;

    /// <summary>Where the comment that begins at an offset ends; -1 where none does.</summary>
    public int CommentEnd(int at)
    {
        if (!_index.MayComment(text[at]))
        {
            return -1;
        }

        foreach (var form in language.BlockComments)
        {
            if (Stands(form.Open, at) && (!form.AtLineStart || IsLineStart(at)))
            {
                return BlockEnd(form, at + form.Open.Length);
            }
        }

        return Array.Exists(language.LineComments, open => Stands(open, at)) && MayStandHere(at) && !IsAttribute(at) ? LineEnd(at) : -1;
    }

    /// <summary>Where the literal that begins at an offset ends; -1 where none does.</summary>
    public int StringEnd(int at, int depth = 0)
    {
        foreach (var form in _index.Strings(text[at]))
        {
            if (Stands(form.Open, at) && form.Kind switch
            {
                StringKind.Quoted => QuotedEnd(form, at, at + form.Open.Length, depth),
                StringKind.Counted => CountedEnd(at + form.Open.Length - 3, at + form.Open.Length),
                StringKind.Hashed => HashedEnd(form, at),
                StringKind.Named => NamedEnd(form, at),
                StringKind.Bracketed => BracketedEnd(at + form.Open.Length),
            } is var end and > 0)
            {
                return end;
            }
        }

        return -1;
    }

    /// <summary>Where <c>'a'</c> ends; -1 where <c>'a</c> is a name.</summary>
    public int CharacterEnd(int at)
    {
        if (at + 2 >= text.Length)
        {
            return -1;
        }

        if (text[at + 1] == '\\')
        {
            var close = text.IndexOf('\'', Math.Min(at + 3, text.Length), Math.Max(0, Math.Min(12, text.Length - at - 3)));
            return close > 0 && text.AsSpan(at, close - at).IndexOfAny('\r', '\n') < 0 ? close + 1 : -1;
        }

        var width = char.IsHighSurrogate(text[at + 1]) ? 2 : 1;
        return at + 1 + width < text.Length && text[at + 1 + width] == '\'' && text[at + 1] is not ('\r' or '\n' or '\'') ? at + width + 2 : -1;
    }

    /// <summary>Where a regular expression ends, flags included; -1 where the line has no end for it.</summary>
    public int RegexEnd(int at)
    {
        if (_unclosed.GetValueOrDefault(RegexForm, -1) > at)
        {
            return -1;
        }

        var inClass = false;
        for (var i = at + 1; i < text.Length && text[i] is not ('\r' or '\n'); i++)
        {
            switch (text[i])
            {
                case '\\':
                    i++;
                    break;
                case '[':
                    inClass = true;
                    break;
                case ']':
                    inClass = false;
                    break;
                case '/' when !inClass:
                    return SkipWord(i + 1);
                default:
                    break;
            }
        }

        _unclosed[RegexForm] = LineEnd(at);
        return -1;
    }

    public int LineEnd(int at)
    {
        var length = text.AsSpan(at).IndexOfAny('\r', '\n');
        return length < 0 ? text.Length : at + length;
    }

    public bool IsLineStart(int at) => at == 0 || text[at - 1] is '\n' or '\r';

    private static readonly StringForm RegexForm = new("/", "/");

    private bool Stands(string sign, int at) => string.CompareOrdinal(text, at, sign, 0, sign.Length) == 0;

    private bool MayStandHere(int at) => !language.CommentsStandApart || at == 0 || text[at - 1] is ' ' or '\t' or '\n' or '\r' or ';' or '(' or ')' or '|' or '&';

    // #[…] of PHP.
    private bool IsAttribute(int at) => language.CodeOpening is not null && Stands("#[", at);

    private int BlockEnd(CommentForm form, int at)
    {
        var close = -1;
        for (var depth = 1; at < text.Length;)
        {
            close = close < at ? text.IndexOf(form.Close, at, StringComparison.Ordinal) : close;
            if (close < 0)
            {
                break;
            }

            var inner = form.Nests ? text.IndexOf(form.Open, at, close - at, StringComparison.Ordinal) : -1;
            depth += inner >= 0 ? 1 : form.AtLineStart && !IsLineStart(close) ? 0 : -1;
            at = inner >= 0 ? inner + form.Open.Length : close + form.Close.Length;
            if (depth == 0)
            {
                return at;
            }
        }

        Closed = false;
        return text.Length;
    }

    private int QuotedEnd(StringForm form, int start, int at, int depth)
    {
        if (!form.Lines && _unclosed.GetValueOrDefault(form, -1) > start)
        {
            return -1;
        }

        for (; at < text.Length; at++)
        {
            var sign = text[at];
            if (sign is '\r' or '\n' && !form.Lines)
            {
                break;
            }

            if (HoleEnd(form, at, depth) is var end and > 0)
            {
                at = end - 1;
            }
            else if (sign == form.Escape && sign != '\0')
            {
                at += Stands("\r\n", at + 1) ? 2 : 1;
            }
            else if (sign == form.Close[0] && Stands(form.Close, at))
            {
                if (!form.Doubled || !Stands(form.Close, at + form.Close.Length))
                {
                    return at + form.Close.Length;
                }

                at += form.Close.Length;
            }
        }

        return Unclosed(form, start);
    }

    private int Unclosed(StringForm form, int start)
    {
        if (!form.Lines)
        {
            _unclosed[form] = LineEnd(start);
            return -1;
        }

        Closed = false;
        return text.Length;
    }

    // After the code that stands in a literal; -1 where none begins here or it doesn't end.
    private int HoleEnd(StringForm form, int at, int depth)
    {
        if (at < _holesUnclosed || depth >= MostNested)
        {
            return -1;
        }

        foreach (var hole in form.Holes)
        {
            if (!Stands(hole, at))
            {
                continue;
            }

            if (hole == "{" && Stands("{{", at))
            {
                return at + 2;
            }

            var open = hole[^1] == '$' ? '{' : hole[^1];
            var end = CodeEnd(at + hole.Length, open, form.Lines, depth + 1);
            if (end < 0)
            {
                _holesUnclosed = form.Lines ? text.Length : LineEnd(at);
            }

            return end;
        }

        return -1;
    }

    private int CodeEnd(int at, char open, bool lines, int depth)
    {
        var close = open == '(' ? ')' : '}';
        for (var nested = 1; at < text.Length;)
        {
            var sign = text[at];
            if (sign is '\r' or '\n' && !lines)
            {
                return -1;
            }

            var end = StringEnd(at, depth);
            end = end < 0 && lines ? CommentEnd(at) : end;
            end = end < 0 && sign == '/' && BeginsRegex(at) ? RegexEnd(at) : end;
            if (end > 0)
            {
                at = end;
                continue;
            }

            nested += sign == open ? 1 : sign == close ? -1 : 0;
            at = _index.IsWord(sign) ? SkipWord(at) : at + 1;
            if (nested == 0)
            {
                return at;
            }
        }

        return -1;
    }

    private bool BeginsRegex(int at) => language.RegexLiterals && "(,=:[!&|?{".Contains(text[at - 1]);

    // The quotes are counted from the first; one run at least as long closes.
    private int CountedEnd(int quotes, int at)
    {
        while (at < text.Length && text[at] == '"')
        {
            at++;
        }

        var length = at - quotes;
        for (var run = 0; at < text.Length; at++)
        {
            run = text[at] == '"' ? run + 1 : 0;
            if (run >= length && (at + 1 == text.Length || text[at + 1] != '"'))
            {
                return at + 1;
            }
        }

        Closed = false;
        return text.Length;
    }

    private int HashedEnd(StringForm form, int start)
    {
        var at = start + form.Open.Length - (form.Open == "#" ? 1 : 0);
        var hashes = text.AsSpan(at).IndexOfAnyExcept('#');
        if (hashes < 0 || at + hashes >= text.Length || text[at + hashes] != '"' || (hashes == 0 && form.Open == "#"))
        {
            return -1;
        }

        at += hashes;
        var quotes = Stands("\"\"\"", at) && form.Open == "#" ? "\"\"\"" : "\"";
        var close = text.IndexOf(quotes + new string('#', hashes), at + quotes.Length, StringComparison.Ordinal);
        if (close < 0)
        {
            Closed = false;
        }

        return close < 0 ? text.Length : close + quotes.Length + hashes;
    }

    private int NamedEnd(StringForm form, int start)
    {
        var at = start + form.Open.Length;
        var open = form.Open == "$" ? '$' : '(';
        while (at < text.Length && at - start < LongestName && text[at] != open && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '-'))
        {
            at++;
        }

        if (at >= text.Length || text[at] != open || (open == '$' && at > start + 1 && char.IsDigit(text[start + 1])))
        {
            return -1;
        }

        var name = text[(start + form.Open.Length)..at];
        var closing = open == '$' ? $"${name}$" : $"){name}\"";
        var close = text.IndexOf(closing, at + 1, StringComparison.Ordinal);
        if (close < 0)
        {
            Closed = false;
        }

        return close < 0 ? text.Length : close + closing.Length;
    }

    private int BracketedEnd(int at)
    {
        if (at >= text.Length || "([{<|!/".IndexOf(text[at]) is var which && which < 0)
        {
            return -1;
        }

        var (open, close) = (text[at], ")]}>|!/"[which]);
        var depth = 0;
        for (; at < text.Length; at++)
        {
            depth += text[at] == close && (open != close || depth > 0) ? -1 : text[at] == open ? 1 : 0;
            if (depth == 0)
            {
                return at + 1;
            }

            at += text[at] == '\\' ? 1 : 0;
        }

        Closed = false;
        return text.Length;
    }

    private int SkipWord(int at)
    {
        while (at < text.Length && _index.IsWord(text[at]))
        {
            at++;
        }

        return at;
    }
}
