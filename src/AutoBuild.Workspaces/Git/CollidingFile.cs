namespace AutoBuild.Workspaces;

/// <summary>Is a file that git could not merge, with the objects of its three versions.</summary>
/// <param name="Base">Null where the side has no such file, or where it is a link or a submodule; likewise for the others.</param>
public sealed record CollidingFile(string Path, string? Base, string? Ours, string? Theirs)
{
    // Of each pair: 1 or 0, the tree, "<mode> <object> <stage>\t<path>" for each side of each file, and an empty field.
    internal static IReadOnlyList<IReadOnlyList<CollidingFile>> Read(IReadOnlyList<string> fields)
    {
        var found = new List<IReadOnlyList<CollidingFile>>();
        for (var at = 0; at + 2 < fields.Count || (at + 1 < fields.Count && fields[at] is "0" or "1");)
        {
            var entries = fields.Skip(at + 2).TakeWhile(field => field.Length > 0).ToList();
            found.Add([.. entries.Select(Entry).GroupBy(entry => entry.Path).Select(File)]);
            at += entries.Count + 3;
        }

        return found;
    }

    private static CollidingFile File(IGrouping<string, (string Path, string Stage, string? Object)> sides)
    {
        return new CollidingFile(sides.Key, Of("1"), Of("2"), Of("3"));

        string? Of(string stage) => sides.FirstOrDefault(side => side.Stage == stage).Object;
    }

    private static (string Path, string Stage, string? Object) Entry(string field)
    {
        var tab = field.IndexOf('\t', StringComparison.Ordinal);
        var words = field[..tab].Split(' ');
        return (field[(tab + 1)..], words[2], words[0].StartsWith("100", StringComparison.Ordinal) ? words[1] : null);
    }
}
