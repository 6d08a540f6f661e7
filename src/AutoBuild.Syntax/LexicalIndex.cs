using System.Globalization;
using WordSet = System.Collections.Generic.HashSet<string>.AlternateLookup<System.ReadOnlySpan<char>>;

namespace AutoBuild.Syntax;

/// <summary>Is a row of the table, arranged for the lexer: what may begin with which sign.</summary>
internal sealed class LexicalIndex
{
    private const int Signs = 128;

    private readonly bool[] _words = new bool[Signs];
    private readonly TokenKind[] _kinds = new TokenKind[Signs];
    private readonly StringForm[]?[] _strings = new StringForm[Signs][];
    private readonly bool[] _comments = new bool[Signs];
    private readonly WordSet _continues;

    public LexicalIndex(Language language)
    {
        for (var sign = (char)0; sign < Signs; sign++)
        {
            _words[sign] = char.IsAsciiLetterOrDigit(sign) || sign == '_' || language.WordSigns.Contains(sign);
            _kinds[sign] = language.Separators.Contains(sign) ? TokenKind.Separator
                : language.Brackets.IndexOf(sign) is var at && at < 0 ? TokenKind.Symbol
                : at % 2 == 0 ? TokenKind.Open : TokenKind.Close;
        }

        foreach (var group in language.Strings.GroupBy(form => form.Open[0]))
        {
            _strings[group.Key] = [.. group.OrderByDescending(form => form.Open.Length)];
        }

        foreach (var open in language.LineComments.Concat(language.BlockComments.Select(form => form.Open)))
        {
            _comments[open[0]] = true;
        }

        _continues = Words(language.Continues);
        Modifiers = Words(language.Modifiers);
        Namespaces = Words(language.Namespaces);
        Types = Words(language.Types);
        Functions = Words(language.Functions);
        Members = Words(language.Members);
        Statements = Words(language.Statements);
    }

    public WordSet Modifiers { get; }

    public WordSet Namespaces { get; }

    public WordSet Types { get; }

    public WordSet Functions { get; }

    public WordSet Members { get; }

    public WordSet Statements { get; }

    public bool Continues(ReadOnlySpan<char> word) => _continues.Contains(word);

    public bool IsWord(char sign) => sign < Signs ? _words[sign] : char.IsLetterOrDigit(sign) || char.IsSurrogate(sign) || char.GetUnicodeCategory(sign) == UnicodeCategory.NonSpacingMark;

    public bool MayComment(char sign) => sign < Signs && _comments[sign];

    public ReadOnlySpan<StringForm> Strings(char sign) => sign < Signs ? _strings[sign] : default(ReadOnlySpan<StringForm>);

    public TokenKind Kind(char sign) => sign < Signs ? _kinds[sign] : TokenKind.Symbol;

    private static WordSet Words(string[] words) =>
        new HashSet<string>(words, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
}
