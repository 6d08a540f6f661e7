namespace AutoBuild.Syntax;

/// <summary>Is a slice of a text with what the lexer took it for; the tokens of a text cover it without gaps.</summary>
/// <param name="Start">Offset of the first character.</param>
/// <param name="Length">In characters, at least 1.</param>
public readonly record struct Token(int Start, int Length, TokenKind Kind)
{
    public int End => Start + Length;
}

public enum TokenKind : byte
{
    /// <summary>Blanks and tabs.</summary>
    Space,

    /// <summary>One line break: LF, CRLF or CR.</summary>
    Newline,

    /// <summary>A name or keyword.</summary>
    Word,
    Number,

    /// <summary>A whole literal with its quotes; of one that interpolates, everything.</summary>
    String,

    /// <summary>A whole comment, without the line break that ends it.</summary>
    Comment,

    /// <summary>An opening bracket.</summary>
    Open,

    /// <summary>A closing bracket.</summary>
    Close,

    /// <summary>What parts items: a comma, a semicolon.</summary>
    Separator,

    /// <summary>Any other sign.</summary>
    Symbol,
}
