using System.IO.Enumeration;

namespace AutoBuild.Runner.Pipeline;

/// <summary>Tells which changed files a recipe protects.</summary>
/// <remarks>A pattern is a path, a folder, or a glob; <c>*</c> stays within a folder, <c>**</c> does not; without a slash it fits at any depth.</remarks>
internal static class Protected
{
    public static IReadOnlyList<string> Changed(IReadOnlyList<string> patterns, IReadOnlyList<string> files) =>
        patterns.Count == 0 ? [] : [.. files.Where(file => patterns.Any(pattern => Fits(pattern.Trim().TrimStart('/').TrimEnd('/'), file)))];

    private static bool Fits(string pattern, string file)
    {
        var parts = file.Split('/');
        if (!pattern.Contains('/', StringComparison.Ordinal))
        {
            return parts.Any(part => FileSystemName.MatchesSimpleExpression(pattern, part, ignoreCase: false));
        }
        return FitsParts(pattern.Split('/'), parts);
    }

    // A pattern that ends inside a path names a folder and with it all below.
    private static bool FitsParts(ReadOnlySpan<string> pattern, ReadOnlySpan<string> parts) => pattern switch
    {
        [] => true,
        ["**", .. var rest] => FitsParts(rest, parts) || (parts.Length > 0 && FitsParts(pattern, parts[1..])),
        [var first, .. var rest] => parts.Length > 0 && FileSystemName.MatchesSimpleExpression(first, parts[0], ignoreCase: false) && FitsParts(rest, parts[1..]),
    };
}
