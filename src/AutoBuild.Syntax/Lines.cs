namespace AutoBuild.Syntax;

/// <summary>Is a logical line: what brackets, literals and backslashes hold together, with the comments and blank lines before it.</summary>
/// <param name="From">Index of its first token, of the comments before it if it has some.</param>
/// <param name="Code">Index of its first sign; of one that is only a comment, that.</param>
/// <param name="To">Index after its line break.</param>
/// <param name="Indent">Twice the columns before it, and one more for the dash of a list, which may stand below its key without an indent.</param>
internal readonly record struct Line(int From, int Code, int To, int Indent, bool IsComment = false);

/// <summary>Reads a text as logical lines.</summary>
internal sealed class Lines(SourceText source)
{
    private readonly List<Line> _lines = [];

    // Comments whose place is not known before the next line of code: its own ones, or the end of the block above it.
    private readonly List<Line> _comments = [];
    private int _from;

    public List<Line> Read()
    {
        for (var at = 0; at < source.Tokens.Length;)
        {
            var (code, to) = Ends(at);
            if (code < 0)
            {
                at = to;
                continue;
            }

            var indent = Indent(at, code);
            if (source.Tokens[code].Kind == TokenKind.Comment)
            {
                _comments.Add(new Line(at, code, to, indent, IsComment: true));
            }
            else if (!IsDecorator(code))
            {
                Add(code, to, indent);
            }

            at = to;
        }

        if (_comments.Count > 0 || _lines.Count == 0)
        {
            Rest();
        }

        return _lines;
    }

    private void Add(int code, int to, int indent)
    {
        // What is indented deeper than the next line belongs to the block before it.
        var deeper = _comments.FindLastIndex(comment => comment.Indent > indent + 1);
        if (deeper >= 0 && _lines.Count > 0)
        {
            _lines.Add(new Line(_from, _comments[0].Code, _comments[deeper].To, _comments[deeper].Indent, IsComment: true));
            _from = _comments[deeper].To;
        }
        else if (_lines.Count == 0 && _comments.Count > 0 && HeadEnd() is var head and > 0)
        {
            _lines.Add(new Line(0, _comments[0].Code, head, indent, IsComment: true));
            _from = head;
        }

        _comments.Clear();
        _lines.Add(new Line(_from, code, to, indent));
        _from = to;
    }

    private void Rest()
    {
        if (_comments.Count > 0)
        {
            _lines.Add(new Line(_from, _comments[0].Code, source.Tokens.Length, _comments[0].Indent, IsComment: true));
        }
    }

    // Index after the blank line below the comment that a text begins with; 0 where there is none.
    private int HeadEnd()
    {
        for (var i = 0; i < _comments.Count; i++)
        {
            var to = _comments[i].To;
            var next = to;
            while (next < source.Tokens.Length && source.Tokens[next].Kind == TokenKind.Space)
            {
                next++;
            }

            if (next < source.Tokens.Length && source.Tokens[next].Kind == TokenKind.Newline)
            {
                return next + 1;
            }
        }

        return 0;
    }

    // Index of the first sign or comment, -1 of a blank line; and the index after the break that ends it.
    private (int Code, int To) Ends(int at)
    {
        var code = -1;
        for (; at < source.Tokens.Length; at++)
        {
            var kind = source.Tokens[at].Kind;
            if (kind == TokenKind.Newline)
            {
                if (!Continues(at, code))
                {
                    return (code, at + 1);
                }

                continue;
            }

            code = code < 0 && kind != TokenKind.Space ? at : code;
            at = kind == TokenKind.Open ? source.Partner(at) : at;
        }

        return (code, at);
    }

    // After a backslash, and before the document that a line has opened.
    private bool Continues(int newline, int code) =>
        (code >= 0 && source.Is(newline - 1, "\\")) || (newline + 1 < source.Tokens.Length && code >= 0 && source.Language.HereDocuments.Length > 0 && source.Tokens[newline + 1].Kind == TokenKind.String && OpensDocument(code, newline));

    private bool OpensDocument(int from, int to)
    {
        for (; from < to; from++)
        {
            if (source.Tokens[from].Kind == TokenKind.String && source.Text[source.Tokens[from].Start] == '<')
            {
                return true;
            }
        }

        return false;
    }

    private bool IsDecorator(int code) => source.Language.Imports == ImportStyle.Python && source.Is(code, '@');

    private int Indent(int line, int code)
    {
        var columns = 0;
        for (var i = source.Tokens[line].Start; i < source.Tokens[code].Start; i++)
        {
            columns += source.Text[i] == '\t' ? 8 - (columns % 8) : source.Text[i] == '\uFEFF' ? 0 : 1;
        }

        return (2 * columns) + (source.Language.OnlyEntries && source.Is(code, '-') ? 1 : 0);
    }
}
