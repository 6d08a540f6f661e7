using AutoBuild.Syntax;

namespace AutoBuild.Memory.Index;

/// <summary>Takes a text apart into chunks and definitions.</summary>
public static class Outline
{
    /// <summary>The outline of a text. Definitions that fit stay whole, small neighbours share a chunk, large ones are cut between their parts, else at blank lines.</summary>
    /// <param name="text">Decoded, secrets taken out.</param>
    /// <param name="language">Null for plain text, which is cut at blank lines.</param>
    /// <param name="limits">How large chunks are.</param>
    public static TextOutline Of(string text, Language? language, OutlineLimits? limits = null)
    {
        var file = language is null ? null : BlockTree.Of(text, language);
        IReadOnlyList<Definition> definitions = file is null ? [] : Definitions.Of(text, file);
        var lines = new LineTable(text);
        var cutter = new ChunkCutter(lines, limits ?? OutlineLimits.Default);
        return new TextOutline(text, new ChunkNames(definitions).Named(text, lines, cutter.Cut(file)), definitions);
    }
}
