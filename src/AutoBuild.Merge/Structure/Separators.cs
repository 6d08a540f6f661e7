using AutoBuild.Syntax;

namespace AutoBuild.Merge.Structure;

/// <summary>Sees to it that the items of a list in brackets are parted: a comma after each, after the last one as the side has it that changed that.</summary>
internal sealed class Separators(Container[] containers, Language language)
{
    private readonly bool _used = containers.Any(container => container.Units.Any(unit => EndsWithComma(unit.Text, language)));

    /// <summary>Puts texts of units after each other.</summary>
    /// <param name="toTheEnd">Whether nothing of the container follows.</param>
    public string Apply(List<string> texts, bool toTheEnd) => _used && containers[1].Block.Kind is not BlockKind.File
        ? string.Concat(texts.Select((text, i) => i == texts.Count - 1 && toTheEnd && !ClosedByComma() ? Without(text) : With(text)))
        : string.Concat(texts);

    /// <summary>Whether the last item has a comma too: as the side has it that changed that, or as all have it.</summary>
    private bool ClosedByComma()
    {
        bool?[] closed = [.. containers.Select(container => container.Units is { Count: > 0 } units ? EndsWithComma(units[^1].Text, language) : (bool?)null)];
        return closed[1] == closed[2] || closed[1] is null || closed[2] is null ? closed[1] ?? closed[2] ?? false : !(closed[0] ?? false);
    }

    private string With(string text) => CodeEnd(text, language) is var end && (end == 0 || text[end - 1] is ',' or ';') ? text : text[..end] + "," + text[end..];

    private string Without(string text) => CodeEnd(text, language) is var end && end > 0 && text[end - 1] == ',' ? text[..(end - 1)] + text[end..] : text;

    private static bool EndsWithComma(string text, Language language) => CodeEnd(text, language) is var end && end > 0 && text[end - 1] == ',';

    private static int CodeEnd(string text, Language language)
    {
        var last = Lexer.Tokens(text, language).LastOrDefault(token => token.Kind is not (TokenKind.Space or TokenKind.Newline or TokenKind.Comment));
        return last.Length == 0 ? 0 : last.End;
    }
}
