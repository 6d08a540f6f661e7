namespace AutoBuild.Syntax;

/// <summary>Reads the import statements of a text.</summary>
public static class Imports
{
    // Longer ones are something else, or nothing that a merge should touch.
    private const int MostTokens = 4000;

    /// <summary>The import statements that stand outside of any bracket and block, in order. Of a group of Go each line is one.</summary>
    public static IReadOnlyList<ImportStatement> Of(string text, Language language) =>
        language.Imports == ImportStyle.None ? [] : Of(new SourceText(text, language));

    internal static IReadOnlyList<ImportStatement> Of(SourceText source)
    {
        var found = new List<ImportStatement>();
        var reader = ImportReader.For(source.Language.Imports);
        if (reader is null)
        {
            return found;
        }

        var depth = 0;
        for (var i = 0; i < source.Tokens.Length; i++)
        {
            var kind = source.Tokens[i].Kind;
            if (depth == 0 && kind is TokenKind.Word or TokenKind.Symbol && IsFirstOnLine(source, i) && Statement(source, reader, i) is { } end)
            {
                reader.Read(source, i, end, found);
                i = end - 1;
                continue;
            }

            depth = Math.Max(0, depth + (kind == TokenKind.Open ? 1 : kind == TokenKind.Close ? -1 : 0));
        }

        return found;
    }

    /// <summary>Offset of the line on which a token stands.</summary>
    internal static int LineStart(SourceText source, int token) =>
        token > 0 && source.Tokens[token - 1].Kind == TokenKind.Space ? source.Tokens[token - 1].Start : source.Tokens[token].Start;

    /// <summary>Offset after the line break that follows a token; -1 where other code stands before it.</summary>
    internal static int LineEnd(SourceText source, int token)
    {
        for (; token < source.Tokens.Length; token++)
        {
            if (source.Tokens[token].Kind == TokenKind.Newline)
            {
                return source.Tokens[token].End;
            }

            if (source.IsCode(token) && !source.Is(token, ';'))
            {
                return -1;
            }
        }

        return source.Text.Length;
    }

    // The index after the statement's last token; null where it is no import.
    private static int? Statement(SourceText source, ImportReader reader, int first)
    {
        if (!reader.Begins(source, first))
        {
            return null;
        }

        var depth = 0;
        var most = Math.Min(source.Tokens.Length, first + MostTokens);
        for (var i = first; i < most; i++)
        {
            var kind = source.Tokens[i].Kind;
            depth += kind == TokenKind.Open ? 1 : kind == TokenKind.Close ? -1 : 0;
            if (depth < 0)
            {
                return null;
            }

            if (depth == 0 && reader.Ends(source, first, i))
            {
                var end = kind == TokenKind.Newline ? i : i + 1;
                return LineEnd(source, end) >= 0 ? end : null;
            }
        }

        return most == source.Tokens.Length && depth == 0 && reader.EndsWithText ? most : null;
    }

    private static bool IsFirstOnLine(SourceText source, int token)
    {
        var before = token - 1;
        if (before >= 0 && source.Tokens[before].Kind == TokenKind.Space)
        {
            // Indented: in a block, unless it is no language of blocks.
            if (source.Language.Shape == Shape.Indent && source.Text[source.Tokens[before].Start] != '\uFEFF')
            {
                return false;
            }

            before--;
        }

        return before < 0 || source.Tokens[before].Kind == TokenKind.Newline || (source.Tokens[before].Kind == TokenKind.Separator && source.Tokens[before].Length > 1);
    }
}
