using System.Globalization;
using System.Text;

namespace AutoBuild.Memory.Changelogs;

/// <summary>Writes a changelog as Markdown: sections in the order of <see cref="ChangeKind"/>, what breaks first.</summary>
internal static class ChangelogText
{
    private const int ShortId = 7;
    private const int MostPlaces = 3;

    public static string Of(Changelog log, string? comparison)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"## {Plain(log.NextVersion ?? log.ToRef)}");
        if (log.Entries.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $" - {log.Entries.Max(entry => entry.At).UtcDateTime:yyyy-MM-dd}");
        }

        text.Append('\n');
        foreach (var section in log.Entries.GroupBy(entry => entry.Kind).OrderBy(section => section.Key))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### {Title(section.Key)}\n\n");
            foreach (var alike in section.OrderBy(entry => entry.Scope, StringComparer.OrdinalIgnoreCase).GroupBy(entry => (entry.Scope, entry.Subject)))
            {
                text.Append(Line([.. alike])).Append('\n');
            }
        }

        if (log.Entries.Count == 0)
        {
            text.Append("\nNothing was changed.\n");
        }

        if (log.Contributors.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### Contributors\n\n{string.Join(", ", log.Contributors.Select(Plain))}\n");
        }

        return comparison is null ? text.ToString() : text.Append(CultureInfo.InvariantCulture, $"\n[All changes]({comparison})\n").ToString();
    }

    // What was done several times under one name is one line.
    private static string Line(IReadOnlyList<ChangeEntry> alike)
    {
        var entry = alike[0];
        var scope = entry.Scope.Length > 0 ? $"**{Plain(entry.Scope)}:** " : "";
        var places = string.Join(", ", alike.Take(MostPlaces).SelectMany(Places).Distinct());
        var more = alike.Count > MostPlaces ? $" and {alike.Count - MostPlaces} more" : "";
        var notes = alike.Select(one => one.Breaks).Where(note => note is { Length: > 0 } && note != entry.Subject).Distinct().Select(note => $"\n  {Plain(note!)}");
        return $"- {scope}{Plain(entry.Subject)} ({places}{more}){string.Concat(notes)}";
    }

    private static IEnumerable<string> Places(ChangeEntry entry) =>
        (entry.PullRequest is { } number ? [Link($"#{number}", entry.PullRequestLink)] : Array.Empty<string>())
        .Append(Link(entry.Commit[..ShortId], entry.CommitLink))
        .Concat(entry.Issues.Where(issue => issue != entry.PullRequest).Select(issue => $"closes #{issue}"));

    private static string Link(string words, string? address) => address is null ? words : $"[{words}]({address})";

    // What people wrote in messages is text, and neither markup nor a mention.
    private static string Plain(string text) => text.Replace("<", "&lt;", StringComparison.Ordinal).Replace("@", "@\u200b", StringComparison.Ordinal).Replace("![", "!\\[", StringComparison.Ordinal);

    private static string Title(ChangeKind kind) => kind switch
    {
        ChangeKind.Breaking => "Breaking changes",
        ChangeKind.Internal => "Behind the scenes",
        ChangeKind.Security or ChangeKind.Added or ChangeKind.Changed or ChangeKind.Deprecated or ChangeKind.Removed or ChangeKind.Fixed
            or ChangeKind.Performance or ChangeKind.Reverted or ChangeKind.Documentation or ChangeKind.Dependencies => kind.ToString(),
    };
}
