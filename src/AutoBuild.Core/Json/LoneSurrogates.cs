using System.Text.RegularExpressions;

namespace AutoBuild.Core.Json;

/// <summary>Mends JSON of programs that cut a text in the midst of a character: <c>"\ud83d"</c> alone parses, and breaks whoever reads it.</summary>
public static partial class LoneSurrogates
{
    /// <summary>Returns the JSON with each half of a pair that stands alone replaced by <c>\ufffd</c>.</summary>
    public static string Replace(string json) => json.Contains(@"\ud", StringComparison.Ordinal) || json.Contains(@"\uD", StringComparison.Ordinal)
        ? Escape().Replace(json, escape => escape.Groups["alone"].Success ? @"\ufffd" : escape.Value)
        : json;

    // Every escape is taken whole, so that the second half of "\\" begins none.
    [GeneratedRegex(@"\\(u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?<alone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", RegexOptions.ExplicitCapture)]
    private static partial Regex Escape();
}
