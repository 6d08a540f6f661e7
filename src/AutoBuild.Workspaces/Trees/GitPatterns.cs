using System.Text;
using System.Text.RegularExpressions;

namespace AutoBuild.Workspaces;

/// <summary>Matches paths against patterns written as in .gitignore: the last pattern that matches wins, ! takes back.</summary>
public sealed class GitPatterns
{
    private readonly List<(Regex Regex, bool Negated)> _patterns;

    public GitPatterns(IEnumerable<string> lines) =>
        _patterns = [.. lines.Select(line => line.TrimEnd('\r', '\n', ' ')).Where(line => line.Length > 0 && line[0] != '#').Select(Parse)];

    public bool IsEmpty => _patterns.Count == 0;

    /// <summary>True when the path or a folder above it matches; folders end in a slash, separators are slashes.</summary>
    public bool Matches(string path)
    {
        var matches = false;
        foreach (var (regex, negated) in _patterns)
        {
            if (matches == negated && regex.IsMatch(path))
            {
                matches = !negated;
            }
        }
        return matches;
    }

    private static (Regex, bool) Parse(string line)
    {
        var negated = line[0] == '!';
        var pattern = negated || line.StartsWith("\\!", StringComparison.Ordinal) || line.StartsWith("\\#", StringComparison.Ordinal) ? line[1..] : line;
        var folder = pattern.EndsWith('/');
        pattern = pattern.TrimEnd('/');
        // A slash at the start or in the middle ties the pattern to the root.
        var anchored = pattern.Contains('/', StringComparison.Ordinal);
        var regex = "^" + (anchored ? "" : "(?:.*/)?") + Translate(pattern.TrimStart('/')) + (folder ? "/" : "(?:/|$)");
        return (new Regex(regex, RegexOptions.CultureInvariant | RegexOptions.Singleline, TimeSpan.FromSeconds(1)), negated);
    }

    private static string Translate(string pattern)
    {
        var regex = new StringBuilder();
        for (var at = 0; at < pattern.Length; at++)
        {
            var rest = pattern.AsSpan(at);
            if (rest.StartsWith("**/"))
            {
                regex.Append("(?:.*/)?");
                at += 2;
            }
            else if (rest.StartsWith("**"))
            {
                regex.Append(".*");
                at++;
            }
            else if (rest[0] == '[' && rest.IndexOf(']') is > 1 and var end)
            {
                regex.Append(Class(rest[1..end]));
                at += end;
            }
            else
            {
                regex.Append(rest[0] switch
                {
                    '*' => "[^/]*",
                    '?' => "[^/]",
                    '\\' when rest.Length > 1 => Regex.Escape(pattern[++at].ToString()),
                    var c => Regex.Escape(c.ToString()),
                });
            }
        }
        return regex.ToString();
    }

    private static string Class(ReadOnlySpan<char> inside)
    {
        var negated = inside[0] is '!' or '^';
        var members = (negated ? inside[1..] : inside).ToString().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal);
        return $"[{(negated ? "^/" : "")}{members}]";
    }
}
