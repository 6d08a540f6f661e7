using System.Text;

namespace AutoBuild.Workspaces;

/// <summary>One file as a rescue stores it; no bytes are held, they are read when written.</summary>
/// <param name="Path">In the rescue, relative, with slashes.</param>
/// <param name="Source">On disk; null when the file was deleted.</param>
/// <param name="Size">Bytes.</param>
internal sealed record RescueFile(string Path, FileInfo? Source, long Size)
{
    public string Mode => Source!.LinkTarget is not null ? "120000"
        : !OperatingSystem.IsWindows() && (File.GetUnixFileMode(Source.FullName) & UnixFileMode.UserExecute) != 0 ? "100755" : "100644";

    /// <summary>Opens the bytes of the file, of a link where it leads.</summary>
    /// <exception cref="WorkspaceException">rescue_unreadable.</exception>
    public Stream Open()
    {
        if (Source!.LinkTarget is { } link)
        {
            return new MemoryStream(Encoding.UTF8.GetBytes(link));
        }
        // What has no length may be a pipe, and opening that would wait for ever.
        try
        {
            return Source.Length == 0 ? new MemoryStream() : Source.OpenRead();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WorkspaceException("rescue_unreadable", $"'{Source.FullName}' cannot be read: {e.Message} The tree is kept.", e);
        }
    }
}

/// <summary>Finds the files of a tree that differ from the job's HEAD or that git does not know.</summary>
internal static class RescueFiles
{
    public static async Task<IReadOnlyList<RescueFile>> CollectAsync(TreeGit git, GitPatterns cache, CancellationToken cancellation)
    {
        var manifest = IgnoredManifest.Load(git.ManifestFile);
        var files = new List<RescueFile>();
        var modules = (await git.SubmodulesAsync(cancellation)).ToHashSet();
        var found = await git.StatusAsync(true, cancellation);
        // Repositories in the place of a file; the others are listed as folders.
        var replacing = NestedRepositories.Of(git.Tree, found).Intersect(found.Select(entry => entry.Path)).ToHashSet();
        foreach (var path in replacing)
        {
            files.Add(new RescueFile(path, null, 0));
            files.AddRange(Inside(git.Tree, path).Select(file => Take(git.Tree, file)));
        }
        foreach (var (status, path) in found.Where(entry => !replacing.Contains(entry.Path)))
        {
            if (status[1] == 'M' && Directory.Exists(Path.Combine(git.Tree, path)) && new FileInfo(Path.Combine(git.Tree, path)).LinkTarget is null)
            {
                modules.Add(path);
            }
            else if (path.EndsWith('/'))
            {
                files.AddRange(Inside(git.Tree, path).Where(file => !manifest.IsUnchanged(git.Tree, file) && !(status == "!!" && cache.Matches(file))).Select(file => Take(git.Tree, file)));
            }
            else if (status.Contains('D'))
            {
                // Also one that stands in the index alone, as a git leaves it that was killed before the commit; a new file in its place has an entry of its own.
                files.Add(new RescueFile(path, null, 0));
            }
            else if (status != "!!" || (!manifest.IsUnchanged(git.Tree, path) && !cache.Matches(path)))
            {
                files.Add(Take(git.Tree, path));
            }
        }
        foreach (var module in modules)
        {
            var changed = Inside(git.Tree, module).Where(file => !manifest.IsUnchanged(git.Tree, file)).Select(file => Take(git.Tree, file)).ToList();
            // A folder's files can stand in a commit only where the submodule's own entry does not.
            files.AddRange(changed.Select(file => file with { Path = module + ".rescued" + file.Path[module.Length..] }));
        }
        return files;
    }

    private static IEnumerable<string> Inside(string tree, string folder) => IgnoredFiles.Within(tree, [folder]);

    private static RescueFile Take(string tree, string path)
    {
        var source = new FileInfo(Path.Combine(tree, path));
        if (!source.Exists && source.LinkTarget is null && !Directory.Exists(source.FullName))
        {
            throw new WorkspaceException("rescue_unreadable", $"'{path}' in '{tree}' cannot be read (its name may not be UTF-8); the tree is kept. Rename or remove the file.");
        }
        // No commit can hold a .git.
        var stored = string.Join('/', path.Split('/').Select(part => part == ".git" ? ".git-rescued" : part));
        return new RescueFile(stored, source, source.LinkTarget is null && source.Exists ? source.Length : 0);
    }
}
