namespace AutoBuild.Syntax;

/// <summary>Is a text with its tokens and the partner of each bracket.</summary>
internal sealed class SourceText
{
    private readonly int[] _partners;

    public SourceText(string text, Language language)
    {
        (Text, Language) = (text, language);
        (Tokens, var closed) = Lexer.Read(text, language);
        _partners = new int[Tokens.Length];
        IsBalanced = Pair() && closed;
    }

    public string Text { get; }

    public Language Language { get; }

    public Token[] Tokens { get; }

    /// <summary>Whether each bracket has its partner and each literal its end.</summary>
    public bool IsBalanced { get; }

    /// <summary>Index of the bracket that answers the one at an index; -1 of one without.</summary>
    public int Partner(int token) => _partners[token];

    /// <summary>Offset at which a token begins; the text's end for the index after the last.</summary>
    public int StartOf(int token) => token < Tokens.Length ? Tokens[token].Start : Text.Length;

    public ReadOnlySpan<char> Span(int token) => Text.AsSpan(Tokens[token].Start, Tokens[token].Length);

    public ReadOnlySpan<char> Span(Token token) => Text.AsSpan(token.Start, token.Length);

    public bool Is(int token, char sign) => token < Tokens.Length && Tokens[token].Length == 1 && Text[Tokens[token].Start] == sign;

    public bool Is(int token, ReadOnlySpan<char> sign) => token >= 0 && token < Tokens.Length && Span(token).SequenceEqual(sign);

    public bool IsCode(int token) => Tokens[token].Kind is not (TokenKind.Space or TokenKind.Newline or TokenKind.Comment);

    /// <summary>Index of the next token that is no blank, line break or comment, from one on; the end where there is none.</summary>
    public int NextCode(int from, int end)
    {
        while (from < end && !IsCode(from))
        {
            from++;
        }

        return from;
    }

    private bool Pair()
    {
        Array.Fill(_partners, -1);
        var open = new Stack<int>();
        for (var i = 0; i < Tokens.Length; i++)
        {
            if (Tokens[i].Kind == TokenKind.Open)
            {
                open.Push(i);
            }
            else if (Tokens[i].Kind == TokenKind.Close)
            {
                if (!open.TryPop(out var partner) || !Answers(Text[Tokens[partner].Start], Text[Tokens[i].Start]))
                {
                    return false;
                }

                (_partners[partner], _partners[i]) = (i, partner);
            }
        }

        return open.Count == 0;
    }

    private static bool Answers(char open, char close) => (open, close) is ('(', ')') or ('[', ']') or ('{', '}');
}
