using System.Runtime.InteropServices;

namespace AutoBuild.Merge.Tokens;

/// <summary>Is a chunk cut into what an edit replaces as a whole: words, numbers with their dots, literals of one line, line breaks, single signs.</summary>
/// <remarks>A chunk may begin within a comment or a literal, so nothing here needs to know the language.</remarks>
internal sealed class TokenText
{
    private const string Quotes = "\"'`";

    private readonly string _text;

    private TokenText(string text, List<Slice> tokens, int[] ids) => (_text, Tokens, Ids) = (text, tokens, ids);

    public List<Slice> Tokens { get; }

    /// <summary>A number for each token; equal ones of one merge have the same, whatever blanks stand before them.</summary>
    public int[] Ids { get; }

    public int Count => Ids.Length;

    /// <summary>The blanks before a token.</summary>
    public ReadOnlySpan<char> Lead(int index) => _text.AsSpan(Tokens[index].Lead, Tokens[index].Start - Tokens[index].Lead);

    public ReadOnlySpan<char> this[int index] => _text.AsSpan(Tokens[index].Start, Tokens[index].End - Tokens[index].Start);

    public bool IsNewline(int index) => this[index] is [.., '\n'];

    /// <summary>Whether a token is more than a bracket or what parts items.</summary>
    public bool HasMeaning(int index) => this[index] is [var first, ..] && !"()[]{}<>,;.:=\r\n".Contains(first, StringComparison.Ordinal);

    /// <summary>Whether a token is the first of its line, so that the blanks before it are an indent.</summary>
    public bool BeginsLine(int index) => index == 0 || IsNewline(index - 1);

    /// <summary>Cuts the texts of one merge, so that their tokens can be compared by number; null where one has more tokens than are allowed.</summary>
    public static TokenText[]? Cut(int most, params ReadOnlySpan<string> texts)
    {
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        var cut = new TokenText[texts.Length];
        for (var i = 0; i < texts.Length; i++)
        {
            if (Slices(texts[i], most) is not { } tokens)
            {
                return null;
            }

            cut[i] = new TokenText(texts[i], tokens, Number(texts[i], tokens, known));
        }

        return cut;
    }

    private static int[] Number(string text, List<Slice> tokens, Dictionary<string, int> known)
    {
        var byText = known.GetAlternateLookup<ReadOnlySpan<char>>();
        var ids = new int[tokens.Count];
        for (var i = 0; i < ids.Length; i++)
        {
            ref var id = ref CollectionsMarshal.GetValueRefOrAddDefault(byText, text.AsSpan(tokens[i].Start, tokens[i].End - tokens[i].Start), out var exists);
            id = exists ? id : known.Count;
            ids[i] = id;
        }

        return ids;
    }

    private static List<Slice>? Slices(string text, int most)
    {
        var tokens = new List<Slice>();
        for (var at = 0; at < text.Length;)
        {
            if (tokens.Count == most)
            {
                return null;
            }

            var start = at;
            while (start < text.Length && text[start] is ' ' or '\t')
            {
                start++;
            }

            var end = start == text.Length ? start : End(text, start);
            tokens.Add(new Slice(at, start, end));
            at = end;
        }

        return tokens;
    }

    private static int End(string text, int start)
    {
        var first = text[start];
        return first == '\r' && start + 1 < text.Length && text[start + 1] == '\n' ? start + 2
            : char.IsAsciiDigit(first) ? EndOfNumber(text, start)
            : IsWordPart(first) ? EndOfWord(text, start)
            : Quotes.Contains(first, StringComparison.Ordinal) && EndOfLiteral(text, start) is { } end ? end
            : start + 1;
    }

    private static int EndOfWord(string text, int at)
    {
        while (at < text.Length && IsWordPart(text[at]))
        {
            at++;
        }

        return at;
    }

    /// <summary>The end of a number; a version such as 1.2.3-beta.1 is one, a range such as 0..9 is not.</summary>
    private static int EndOfNumber(string text, int at)
    {
        at = EndOfWord(text, at);
        while (at + 1 < text.Length && text[at] is '.' or '-' or '+' && IsWordPart(text[at + 1]))
        {
            at = EndOfWord(text, at + 1);
        }

        return at;
    }

    private static int? EndOfLiteral(string text, int start)
    {
        for (var at = start + 1; at < text.Length && text[at] != '\n'; at++)
        {
            if (text[at] == text[start])
            {
                return at + 1;
            }

            at += text[at] == '\\' ? 1 : 0;
        }

        return null;
    }

    private static bool IsWordPart(char sign) => char.IsAsciiLetterOrDigit(sign) || sign is '_' or >= '\u0080';
}

/// <summary>Is a token with the blanks before it, as offsets; without a character where a text ends in blanks.</summary>
internal readonly record struct Slice(int Lead, int Start, int End);
