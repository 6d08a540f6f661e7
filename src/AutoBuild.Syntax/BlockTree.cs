namespace AutoBuild.Syntax;

/// <summary>Takes a text apart into items that stand in items.</summary>
public static class BlockTree
{
    /// <summary>Deeper items are leaves.</summary>
    internal const int MostNested = 100;

    /// <summary>The file as a block; null where brackets, literals or elements are not closed. Linear in time, and never throws, whatever the text is.</summary>
    public static Block? Of(string text, Language language) => Of(new SourceText(text, language));

    internal static Block? Of(SourceText source) => source.IsBalanced ? source.Language.Shape switch
    {
        Shape.Braces => File(source, new BraceTree(source).Items(new Span(0, source.Tokens.Length), Container.File(source.Language))),
        Shape.Indent => File(source, new IndentTree(source).Items()),
        Shape.Tables => File(source, new TableTree(source).Items()),
        Shape.Markup => new MarkupTree(source).Items() is { } items ? File(source, items) : null,
        Shape.Prose => File(source, ProseTree.Items(source.Text, source.Language)),
    }
    : null;

    private static Block File(SourceText source, IReadOnlyList<Block> items) => new()
    {
        Kind = BlockKind.File,
        Start = 0,
        End = source.Text.Length,
        CodeStart = items.Count > 0 ? items[0].CodeStart : 0,
        BodyStart = 0,
        BodyEnd = source.Text.Length,
        Children = items,
    };
}

/// <summary>Is a run of tokens.</summary>
internal readonly record struct Span(int From, int To)
{
    public bool IsEmpty => From >= To;
}

/// <summary>Is what items stand in, as far as it tells what they are.</summary>
/// <param name="Owner">What the container is the body of.</param>
/// <param name="Bracket">What opens it; <c>\0</c> of a file or an indented block.</param>
/// <param name="IsList">Whether commas part its items.</param>
/// <param name="LinesEnd">Whether an item may end with its line.</param>
/// <param name="Items">What each item is where a word before the bracket says so, as in <c>const ( … )</c>.</param>
internal readonly record struct Container(BlockKind Owner, char Bracket, bool IsList, bool LinesEnd, BlockKind? Items = null)
{
    public static Container File(Language language) => new(BlockKind.File, '\0', language.OnlyEntries, language.LinesEnd && !language.OnlyEntries);

    /// <summary>Whether definitions stand in it.</summary>
    public bool Defines => Owner is BlockKind.File or BlockKind.Namespace or BlockKind.Type or BlockKind.Member && Bracket is '{' or '\0';
}
