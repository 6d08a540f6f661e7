namespace AutoBuild.Syntax;

/// <summary>Cuts a text into tokens by what the table knows of its language.</summary>
public static class Lexer
{
    /// <summary>The tokens of a text, which cover it without gaps. Linear in time, and never throws, whatever the text is.</summary>
    public static Token[] Tokens(string text, Language language) => Read(text, language).Tokens;

    /// <summary>The tokens, and whether every literal and comment that goes over lines was closed.</summary>
    internal static (Token[] Tokens, bool Closed) Read(string text, Language language)
    {
        if (language.Shape == Shape.Markup)
        {
            var markup = new MarkupLexer(text, language);
            return (markup.Run(), markup.Closed);
        }

        var lexer = new CodeLexer(text, language);
        return (lexer.Run(), lexer.Closed);
    }
}
