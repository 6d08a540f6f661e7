namespace AutoBuild.Syntax;

/// <summary>Finds what a text defines.</summary>
public static class Definitions
{
    private const int LongestSignature = 200;

    /// <summary>Types, functions and named members, those within others after them; sections of prose and tables too. Empty where the text has no tree.</summary>
    public static IReadOnlyList<Definition> Of(string text, Language language) =>
        BlockTree.Of(text, language) is { } file ? Of(text, file) : [];

    /// <summary>The same of a text whose tree is there already.</summary>
    public static IReadOnlyList<Definition> Of(string text, Block file)
    {
        var found = new List<Definition>();
        var lines = LineStarts(text);
        foreach (var block in file.Children)
        {
            Add(text, lines, block, "", found);
        }

        return found;
    }

    private static void Add(string text, List<int> lines, Block block, string within, List<Definition> found)
    {
        var name = block.Kind is BlockKind.Type or BlockKind.Function or BlockKind.Member or BlockKind.Section ? block.Name : null;
        var qualified = name is null ? within : Qualified(within, block, name);
        if (name is not null)
        {
            found.Add(new Definition(name, qualified, block.Kind, LineOf(lines, block.CodeStart), LineOf(lines, LastSign(text, block)), Signature(text, block)));
        }

        foreach (var child in block.Children)
        {
            Add(text, lines, child, qualified, found);
        }
    }

    // A key says more than the name where it holds the owner: S.F/2 of Go, n::C::g/0 of C++.
    private static string Qualified(string within, Block block, string name)
    {
        var key = block.Kind == BlockKind.Function && block.Key is { } full && full.LastIndexOf('/') is > 0 and var slash ? full[..slash] : name;
        return within.Length == 0 ? key : $"{within}.{key}";
    }

    private static int LastSign(string text, Block block)
    {
        var last = Math.Max(block.CodeStart, block.End - 1);
        while (last > block.CodeStart && char.IsWhiteSpace(text[last]))
        {
            last--;
        }

        return last;
    }

    private static string Signature(string text, Block block)
    {
        var end = block.HasBody ? Math.Max(block.BodyStart, block.CodeStart) : block.End;
        var line = string.Join(' ', text[block.CodeStart..end].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('{', ' ', ';', ',', ':');
        return line.Length > LongestSignature ? line[..LongestSignature] : line;
    }

    private static List<int> LineStarts(string text)
    {
        var starts = new List<int> { 0 };
        for (var at = text.IndexOf('\n', StringComparison.Ordinal); at >= 0; at = text.IndexOf('\n', at + 1))
        {
            starts.Add(at + 1);
        }

        return starts;
    }

    private static int LineOf(List<int> starts, int offset) => starts.BinarySearch(offset) is var at && at >= 0 ? at + 1 : ~at;
}
