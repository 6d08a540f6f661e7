namespace AutoBuild.Workspaces;

/// <summary>The files that git does not keep: copied in from the user's checkout, listed for the manifest.</summary>
internal static class IgnoredFiles
{
    private static readonly HashSet<string> Heavy = ["node_modules", ".venv", "venv", "target", "obj", "bin", "dist", "build", ".gradle", "__pycache__", ".git"];

    /// <summary>Copies what the recipe's list and the checkout's .worktreeinclude name, of the ignored files only; nothing there is written over.</summary>
    /// <remarks>.worktreeinclude is read from the user's checkout: from the tree, an agent's branch could ask for more.</remarks>
    public static async Task<IReadOnlyList<string>> CopyAsync(TreePlan plan, List<string> notes, CancellationToken cancellation)
    {
        if (plan.CopyFrom is not { } from || !Directory.Exists(from))
        {
            return [];
        }
        var include = Path.Combine(from, ".worktreeinclude");
        var patterns = new GitPatterns([.. plan.Copy, .. File.Exists(include) ? File.ReadLines(include) : []]);
        if (patterns.IsEmpty)
        {
            return [];
        }
        var copied = new List<string>();
        foreach (var path in await CandidatesAsync(from, patterns, notes, cancellation))
        {
            if (CopyOne(Path.GetFullPath(from), Path.GetFullPath(plan.Path), path) is { } refusal)
            {
                notes.Add(refusal);
            }
            else
            {
                copied.Add(path);
            }
        }
        return copied;
    }

    /// <summary>All files of the tree outside git's care: ignored ones, and those in submodules and repositories within.</summary>
    public static async Task<IReadOnlyList<string>> ListAsync(TreeGit git, CancellationToken cancellation)
    {
        var status = await git.StatusAsync(true, cancellation);
        var ignored = status.Where(entry => entry.Status == "!!").Select(entry => entry.Path).ToList();
        var folders = ignored.Where(path => path.EndsWith('/')).Concat(await git.SubmodulesAsync(cancellation));
        return [.. ignored.Where(path => !path.EndsWith('/')), .. Within(git.Tree, folders)];
    }

    /// <summary>The files below some folders of the tree, as paths relative to the tree.</summary>
    public static IEnumerable<string> Within(string tree, IEnumerable<string> folders) => folders
        .Select(folder => Path.Combine(tree, folder))
        .Where(Directory.Exists)
        .SelectMany(folder => TreeFiles.Walk(folder))
        .Select(file => Path.GetRelativePath(tree, file.FullName));

    private static async Task<List<string>> CandidatesAsync(string from, GitPatterns patterns, List<string> notes, CancellationToken cancellation)
    {
        var listed = await Git.RunAsync(from, ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"],
            new GitOptions { UserConfiguration = true }, cancellation);
        if (!listed.Succeeded)
        {
            notes.Add($"The ignored files of '{from}' could not be listed, none was copied: {listed.Error}");
            return [];
        }
        var files = listed.Fields.Where(path => !path.EndsWith('/') && patterns.Matches(path));
        // A folder that is ignored as a whole comes as one entry.
        var inside = listed.Fields.Where(path => path.EndsWith('/'))
            .SelectMany(folder => patterns.Matches(folder) ? Within(from, [folder])
                : TreeFiles.Walk(Path.Combine(from, folder), inner => !Heavy.Contains(inner.Name)).Select(file => Path.GetRelativePath(from, file.FullName))
                    .Where(path => !Heavy.Contains(Path.GetFileName(folder.TrimEnd('/'))) && patterns.Matches(path)));
        // A folder that holds nothing else comes beside its files.
        return [.. files.Concat(inside).Distinct()];
    }

    // Returns why not, or null.
    private static string? CopyOne(string from, string to, string path)
    {
        var source = new FileInfo(Path.Combine(from, path));
        var target = Path.Combine(to, path);
        if (HasLinkAbove(to, path) || HasLinkAbove(from, path))
        {
            return $"'{path}' was not copied: a folder above it is a link.";
        }
        if (Path.Exists(target) || new FileInfo(target).LinkTarget is not null)
        {
            return $"'{path}' was not copied: the repository has a file there.";
        }
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        if (source.LinkTarget is { } link)
        {
            return CopyLink(from, path, link, target);
        }
        if (source.Length == 0)
        {
            // Also what a pipe or socket looks like, which must not be opened.
            File.Create(target).Dispose();
        }
        else
        {
            source.CopyTo(target);
        }
        return null;
    }

    private static string? CopyLink(string from, string path, string link, string target)
    {
        var resolved = Path.GetFullPath(Path.Combine(from, Path.GetDirectoryName(path)!, link));
        if (Path.IsPathRooted(link) || !resolved.StartsWith(from + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            return $"'{path}' was not copied: it links out of the checkout, to '{link}'.";
        }
        File.CreateSymbolicLink(target, link);
        return null;
    }

    private static bool HasLinkAbove(string root, string path)
    {
        for (var above = Path.GetDirectoryName(path); !string.IsNullOrEmpty(above); above = Path.GetDirectoryName(above))
        {
            if (new DirectoryInfo(Path.Combine(root, above)).LinkTarget is not null)
            {
                return true;
            }
        }
        return false;
    }
}
