using System.Text.RegularExpressions;
using AutoBuild.Syntax;

namespace AutoBuild.Memory.Search;

/// <summary>Is what a query names outright.</summary>
/// <param name="Paths">Paths and names of files, with slashes.</param>
/// <param name="Symbols">Names that only code has: with an inner capital, an underscore, an owner before them, or in back quotes.</param>
/// <param name="Quoted">Texts in double or back quotes that are no names.</param>
/// <param name="IsName">Whether the whole query is one name and no sentence.</param>
internal sealed partial record QueryNames(IReadOnlyList<string> Paths, IReadOnlyList<string> Symbols, IReadOnlyList<string> Quoted, bool IsName)
{
    private const int Most = 24;
    private const int LongestRead = 20_000;

    public static QueryNames Of(string query)
    {
        var text = query.Length > LongestRead ? query[..LongestRead] : query;
        var trimmed = text.Trim();
        var isName = trimmed.Length is > 0 and <= 200 && !trimmed.Any(char.IsWhiteSpace);
        var paths = Take(PathForm().Matches(text).Select(match => match.Value));
        var quoted = QuoteForm().Matches(text).Select(match => match.Groups["text"].Value).ToList();
        var symbols = SymbolForm().Matches(Without(text, paths.Where(IsFile))).Select(match => match.Value)
            .Concat(quoted.Where(inside => WordForm().IsMatch(inside)))
            .Concat(isName && WordForm().IsMatch(trimmed) && !IsFile(trimmed) ? [trimmed] : [])
            .Select(LastPart).Where(symbol => symbol.Length > 1);
        var texts = quoted.Where(inside => !WordForm().IsMatch(inside) && inside.Count(char.IsLetterOrDigit) > 2);
        return new(Take(paths.Select(path => path.Replace('\\', '/').TrimStart('.', '/'))), Take(symbols), Take(texts), isName);
    }

    // The name of a file is no name of the code.
    private static bool IsFile(string path) => Languages.ForPath(path) is not null || path.Contains('/', StringComparison.Ordinal);

    private static string Without(string text, IEnumerable<string> names) => names.Aggregate(text, (rest, name) => rest.Replace(name, " ", StringComparison.Ordinal));

    private static IReadOnlyList<string> Take(IEnumerable<string> names) => [.. names.Distinct(StringComparer.Ordinal).Take(Most)];

    // A definition is known by its own name; who owns it is said by the words.
    private static string LastPart(string symbol) => symbol.TrimEnd('(', ')')[(symbol.LastIndexOfAny(['.', ':', '#']) + 1)..];

    // All are bounded, so that no text takes long.
    [GeneratedRegex(@"(?:[\w@~+.-]{1,100}[/\\]){1,30}[\w@~+.-]{1,100}|(?<![\w.])[\w@~+-]{1,100}(?:\.[\w-]{1,100}){0,5}\.[A-Za-z]\w{0,9}(?![\w(])")]
    private static partial Regex PathForm();

    [GeneratedRegex(@"""(?<text>[^""\n]{1,200})""|`(?<text>[^`\n]{1,200})`", RegexOptions.ExplicitCapture)]
    private static partial Regex QuoteForm();

    [GeneratedRegex(@"\b(?:[A-Za-z_]\w{0,100}(?:\.|::|#)){1,6}[A-Za-z_]\w{1,100}\b|\b[A-Za-z]\w{0,100}?[a-z0-9][A-Z]\w{0,100}\b|\b\w{0,100}?[A-Za-z0-9]_\w{1,100}\b")]
    private static partial Regex SymbolForm();

    [GeneratedRegex(@"^[A-Za-z_]\w{0,100}(?:(?:\.|::|#)[A-Za-z_]\w{0,100}){0,6}(?:\(\))?$")]
    private static partial Regex WordForm();
}
