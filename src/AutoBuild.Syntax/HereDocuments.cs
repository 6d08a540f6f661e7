namespace AutoBuild.Syntax;

/// <summary>Follows here-documents: opened in a line, they stand below it.</summary>
internal sealed class HereDocuments(string text, Language language)
{
    private readonly Queue<string> _open = new();

    public bool Closed { get; private set; } = true;

    /// <summary>Where the opening that begins at an offset ends, its word included; -1 where none begins.</summary>
    public int Opening(int at) => Read(at).End;

    /// <summary>Expects the document of the opening at an offset below its line.</summary>
    public void Remember(int at) => _open.Enqueue(Read(at).Word);

    /// <summary>Where the documents that begin with this line end, before their last line break; the line itself where none was opened.</summary>
    public int End(int line)
    {
        var end = line;
        while (_open.TryDequeue(out var word))
        {
            end = EndOf(word, end);
        }

        return end;
    }

    private int EndOf(string word, int line)
    {
        while (line < text.Length)
        {
            var length = text.AsSpan(line).IndexOfAny('\r', '\n');
            var end = length < 0 ? text.Length : line + length;
            var content = text.AsSpan(line, end - line).Trim();
            if (content.StartsWith(word) && (content.Length == word.Length || !char.IsLetterOrDigit(content[word.Length])))
            {
                return line + text.AsSpan(line, end - line).IndexOf(word) + word.Length;
            }

            line = end + (end + 1 < text.Length && text[end] == '\r' && text[end + 1] == '\n' ? 2 : 1);
        }

        Closed = false;
        return text.Length;
    }

    private (int End, string Word) Read(int at)
    {
        if (language.HereDocuments.Length == 0 || text[at] != '<' || Array.Find(language.HereDocuments, open => string.CompareOrdinal(text, at, open, 0, open.Length) == 0) is not { } found)
        {
            return (-1, "");
        }

        at += found.Length;
        at += Blanks(at, found);
        var quote = at < text.Length && text[at] is '"' or '\'' ? text[at] : '\0';
        var start = quote == '\0' ? at : at + 1;
        var end = start;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_'))
        {
            end++;
        }

        return end > start && IsWord(start, end, quote) ? (quote == '\0' ? end : end + 1, text[start..end]) : (-1, "");
    }

    // Where brackets count, a << b shifts; documents end with a word in capitals there, or with one in quotes.
    private bool IsWord(int start, int end, char quote) =>
        !char.IsDigit(text[start]) && (quote == '\0' ? !char.IsLower(text[start]) || language.Brackets.Length == 0 : end < text.Length && text[end] == quote);

    // A shell allows blanks before the word.
    private int Blanks(int at, string opening)
    {
        var blanks = text.AsSpan(at).IndexOfAnyExcept(' ');
        return blanks > 0 && language.Shape == Shape.Indent && opening[^1] != '~' && language.Brackets.Length == 0 ? blanks : 0;
    }
}
