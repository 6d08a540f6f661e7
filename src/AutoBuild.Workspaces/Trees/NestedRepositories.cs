namespace AutoBuild.Workspaces;

/// <summary>Finds the repositories that someone cloned or began within a tree; submodules are none.</summary>
internal static class NestedRepositories
{
    /// <summary>Their folders, by what git says about the tree: it looks into every other folder it does not know.</summary>
    public static List<string> Of(string tree, IReadOnlyList<(string Status, string Path)> status)
    {
        var around = status.Where(entry => entry.Status == "??").SelectMany(entry => TreeFiles.Above(entry.Path.TrimEnd('/'))).ToHashSet();
        return [.. status.Where(entry => (entry.Status == "??" && entry.Path.EndsWith('/')) || (IsReplaced(tree, entry) && !around.Contains(entry.Path)))
            .Select(entry => entry.Path.TrimEnd('/'))];
    }

    // A folder where a file was.
    private static bool IsReplaced(string tree, (string Status, string Path) entry) => entry.Status[1] is 'D' or 'T'
        && new DirectoryInfo(Path.Combine(tree, entry.Path)) is { Exists: true, LinkTarget: null };
}
