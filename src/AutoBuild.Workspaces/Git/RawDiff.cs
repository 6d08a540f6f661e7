using System.Globalization;

namespace AutoBuild.Workspaces;

/// <summary>Reads <c>git diff-tree -r -z --raw --numstat</c>.</summary>
internal static class RawDiff
{
    public static IReadOnlyList<ChangedFile> Parse(IReadOnlyList<string> fields)
    {
        var files = new Dictionary<string, ChangedFile>();
        var order = new List<string>();
        var at = 0;
        // ":100644 100644 <old> <new> M" path [new path]
        while (at < fields.Count && fields[at].StartsWith(':'))
        {
            var status = fields[at][(fields[at].LastIndexOf(' ') + 1)..];
            var moved = status[0] is 'R' or 'C';
            var path = fields[at + (moved ? 2 : 1)];
            files[path] = new ChangedFile(path, Kind(status[0]), moved ? fields[at + 1] : null);
            order.Add(path);
            at += moved ? 3 : 2;
        }
        // "added\tremoved\tpath", or for a rename "added\tremoved\t" old new
        while (at < fields.Count)
        {
            var parts = fields[at].Split('\t', 3);
            var moved = parts[2].Length == 0;
            var path = moved ? fields[at + 2] : parts[2];
            files[path] = files[path] with { Added = Count(parts[0]), Removed = Count(parts[1]) };
            at += moved ? 3 : 1;
        }
        return [.. order.Select(path => files[path])];
    }

    private static int Count(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out var count) ? count : 0;

    private static ChangeKind Kind(char status) => status switch
    {
        'A' or 'C' => ChangeKind.Added,
        'D' => ChangeKind.Deleted,
        'R' => ChangeKind.Renamed,
        'T' => ChangeKind.TypeChanged,
        'U' => ChangeKind.Unmerged,
        _ => ChangeKind.Modified,
    };
}
