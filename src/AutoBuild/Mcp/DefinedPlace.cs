using AutoBuild.Memory.Search;
using AutoBuild.Syntax;

namespace AutoBuild.Mcp;

/// <summary>Finds a definition in a place that was found: a chunk is called after its first one, and small ones stand together.</summary>
internal static class DefinedPlace
{
    /// <summary>Returns the lines that define a name; none where the place only speaks of it.</summary>
    /// <param name="name">Qualified or not.</param>
    public static IEnumerable<SearchResult> In(SearchResult place, string name)
    {
        if (Ends(place.Symbol, name))
        {
            return [place];
        }

        return Languages.ForPath(place.FilePath) is { } language
            ? Definitions.Of(place.Content, language).Where(known => IsNamed(known, place.Symbol, name)).Take(1).Select(known => Cut(place, known))
            : [];
    }

    private static bool Ends(string symbol, string name) => symbol == name || symbol.EndsWith($".{name}", StringComparison.Ordinal);

    // The head of a type may stand in an earlier chunk; then what stands here is a neighbour of its members.
    private static bool IsNamed(Definition known, string symbol, string name) =>
        Ends(known.QualifiedName, name)
        || (name.LastIndexOf('.') is > 0 and var dot && known.Name == name[(dot + 1)..] && symbol.LastIndexOf('.') is > 0 and var end && Ends(symbol[..end], name[..dot]));

    private static SearchResult Cut(SearchResult place, Definition known) => place with
    {
        Content = string.Join('\n', place.Content.Split('\n')[(known.FirstLine - 1)..Math.Min(known.LastLine, place.Content.Count(sign => sign == '\n') + 1)]),
        StartLine = place.StartLine + known.FirstLine - 1,
        EndLine = place.StartLine + known.LastLine - 1,
        Symbol = known.QualifiedName,
    };
}
