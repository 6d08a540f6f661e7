using System.Globalization;
using AutoBuild.Memory.Search;

namespace AutoBuild.Memory.Context;

/// <summary>Finds among places that were found and not chosen those that the chosen ones name.</summary>
internal static class UsedSignatures
{
    private const int Longest = 240;

    public static IReadOnlyList<ContextSignature> Among(IReadOnlyList<SearchResult> chosen, IEnumerable<SearchResult> others) =>
    [
        .. from other in others
           let name = NameOf(other)
           where name.Length > 2 && chosen.Any(one => Names(one.Content, name))
           let signature = Of(other, name)
           where signature is not null
           select signature,
    ];

    /// <summary>Returns how a definition that is not shown begins, and its lines; null where it has no name.</summary>
    public static ContextSignature? Whole(SearchResult found) => NameOf(found) is { Length: > 0 } name && Of(found, name) is { } signature
        ? signature with { Text = string.Create(CultureInfo.InvariantCulture, $"{signature.Text} ... lines {found.StartLine}-{found.EndLine}") }
        : null;

    /// <summary>Returns the line in which a definition is named; null where it is in none.</summary>
    public static ContextSignature? Of(SearchResult found, string name)
    {
        foreach (var (index, line) in found.Content.Split('\n').Index())
        {
            if (Names(line, name))
            {
                var text = DataFence.Line(line).TrimEnd('{', ' ');
                return new ContextSignature(found.FilePath, found.StartLine + index, text.Length <= Longest ? text : text[..Longest]);
            }
        }

        return null;
    }

    private static string NameOf(SearchResult found) => found.Symbol[(found.Symbol.LastIndexOfAny(['.', ':', '#']) + 1)..];

    private static bool Names(string text, string name)
    {
        for (var at = text.IndexOf(name, StringComparison.Ordinal); at >= 0; at = text.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            if ((at == 0 || !IsPart(text[at - 1])) && (at + name.Length == text.Length || !IsPart(text[at + name.Length])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsPart(char one) => char.IsLetterOrDigit(one) || one == '_';
}
