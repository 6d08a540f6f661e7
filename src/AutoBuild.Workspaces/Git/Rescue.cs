using System.Globalization;

namespace AutoBuild.Workspaces;

/// <summary>Keeps what would be lost, byte for byte, as commits below refs/autobuild/rescue/, and gives it back.</summary>
public static class Rescue
{
    /// <summary>Above this many bytes nothing is saved: the tree has to be kept and a person asked.</summary>
    public const long DefaultLimit = 200L << 20;

    /// <summary>Saves everything in a tree that no commit of the bare clone holds; null when there is nothing.</summary>
    /// <remarks>
    /// Tracked and untracked files as they are on disk, ignored files that changed since setup, repositories within the tree (their .git as
    /// .git-rescued), and every commit of the job's git dir: branches, stashes, a detached HEAD.
    /// </remarks>
    /// <param name="tree">The work tree.</param>
    /// <param name="gitDir">The job's git dir, with our slot folder beside it.</param>
    /// <param name="clone">Where the rescue goes.</param>
    /// <param name="name">&lt;job&gt;-&lt;attempt&gt;; a number is added when it is taken.</param>
    /// <param name="cache">Ignored paths that are left out, as patterns; null takes the list the tree was prepared with. Dependency folders always are.</param>
    /// <param name="limit">Bytes.</param>
    /// <param name="cancellation">Stops before the rescue exists; nothing is half made.</param>
    /// <exception cref="WorkspaceException">rescue_too_large, rescue_unreadable: nothing was saved, keep the tree.</exception>
    public static async Task<RescueEntry?> SaveAsync(string tree, string gitDir, BareClone clone, string name, IReadOnlyList<string>? cache = null,
        long limit = DefaultLimit, CancellationToken cancellation = default)
    {
        var slot = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(gitDir))!, "slot");
        if (!Directory.Exists(tree) || !Directory.EnumerateFileSystemEntries(tree).Any())
        {
            return null;
        }
        if (JobGitDir.ReadHead(slot) is null)
        {
            throw new WorkspaceException("rescue_unreadable", $"'{slot}', where it is noted what '{tree}' began with, is gone, so its files cannot be told from new ones; the tree is kept. Save what you need.");
        }
        JobGitDir.Sanitize(gitDir, clone.Path);
        var git = new TreeGit(tree, slot, gitDir, clone.Path);
        using var held = await git.LockAsync(cancellation);
        JobGitDir.Borrow(slot, Directory.Exists(gitDir) ? [clone.Path, gitDir] : [clone.Path]);
        var (tips, head) = await ReadJobAsync(git, clone, cancellation);
        var files = await RescueFiles.CollectAsync(git, CachePaths.Of(slot, cache), cancellation);
        if (tips.Count == 0 && files.Count == 0)
        {
            return null;
        }
        var size = files.Sum(file => file.Size);
        if (size > limit)
        {
            throw new WorkspaceException("rescue_too_large",
                $"'{tree}' holds {size >> 20} MB of unsaved files, more than the {limit >> 20} MB a rescue takes; the tree is kept. Save what you need, or name caches under 'cache' in .autobuild.yaml.");
        }
        // A rescue holds its commits by itself: an older one that holds them too may go before it.
        tips = await RescueCommits.FindAsync(clone, gitDir, SlotMark.StartOf(slot), byRescues: false, cancellation);
        using var locked = await clone.LockAsync(cancellation);
        await RescueCommits.TakeOverAsync(clone, gitDir, tips, cancellation);
        return await RescueCommits.WriteAsync(clone, name, head, tips, files, cancellation);
    }

    private static async Task<(IReadOnlyList<string> Tips, string Head)> ReadJobAsync(TreeGit git, BareClone clone, CancellationToken cancellation)
    {
        try
        {
            return (await RescueCommits.FindAsync(clone, git.GitDir, SlotMark.StartOf(git.Slot), byRescues: true, cancellation), await git.FollowJobAsync(cancellation));
        }
        catch (WorkspaceException e) when (e.Code is "git_failed" or "not_a_repository")
        {
            throw new WorkspaceException("rescue_unreadable", $"The commits in '{git.GitDir}' cannot be read; the tree is kept. Save what you need of '{git.Tree}'. {e.Message}", e);
        }
    }

    /// <summary>All rescues, newest first.</summary>
    public static async Task<IReadOnlyList<RescueEntry>> ListAsync(BareClone clone, CancellationToken cancellation = default)
    {
        var text = await Git.TextAsync(clone.Path, ["for-each-ref", "--sort=-committerdate",
            "--format=%(refname)%1f%(objectname)%1f%(committerdate:unix)%1f%(contents)%1e", BareClone.RescuePrefix], null, cancellation);
        return [.. text.Split('\x1e').Select(entry => entry.TrimStart('\n').Split('\x1f')).Where(parts => parts.Length == 4).Select(parts =>
            new RescueEntry(parts[0][BareClone.RescuePrefix.Length..], parts[1], DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[2], CultureInfo.InvariantCulture)), parts[3].Trim()))];
    }

    /// <summary>The difference between the commit the tree stood at and what was saved.</summary>
    /// <exception cref="WorkspaceException">rescue_missing.</exception>
    public static async Task<string> DiffAsync(BareClone clone, string name, int maxBytes = 1 << 20, CancellationToken cancellation = default)
    {
        var commit = await FindAsync(clone, name, cancellation);
        return await clone.DiffAsync(commit + "^1", commit, maxBytes, cancellation);
    }

    /// <summary>Writes the saved state as files into an empty or missing directory.</summary>
    /// <exception cref="WorkspaceException">rescue_missing, rescue_unwritable.</exception>
    public static async Task RestoreAsync(BareClone clone, string name, string directory, CancellationToken cancellation = default)
    {
        var commit = await FindAsync(clone, name, cancellation);
        if (File.Exists(directory) || (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any()))
        {
            throw new WorkspaceException("rescue_unwritable", $"'{directory}' is not empty. Name a directory that is empty or does not exist yet.");
        }
        Directory.CreateDirectory(directory);
        await WriteAsync(clone, commit, directory, cancellation);
    }

    private static async Task WriteAsync(BareClone clone, string commit, string directory, CancellationToken cancellation)
    {
        var gitDir = Path.GetFullPath(directory).TrimEnd(Path.DirectorySeparatorChar) + $".git-{Guid.NewGuid():N}";
        try
        {
            JobGitDir.Create(gitDir, clone.Path, commit, null);
            // The bytes were saved as they were; no attribute may translate them on their way back.
            File.WriteAllText(Path.Combine(gitDir, "info", "attributes"), "* -text -ident !eol !filter !working-tree-encoding\n");
            await Git.ExpectAsync(directory, ["--git-dir=" + gitDir, "--work-tree=" + Path.GetFullPath(directory), "checkout", "-q", "-f", "--detach", commit], null, cancellation);
        }
        finally
        {
            TreeFiles.Delete(gitDir);
        }
    }

    /// <summary>Gives a rescue up; what nothing else holds is out of reach afterwards.</summary>
    /// <exception cref="WorkspaceException">rescue_missing.</exception>
    public static async Task DropAsync(BareClone clone, string name, CancellationToken cancellation = default)
    {
        using var held = await clone.LockAsync(cancellation);
        await Git.ExpectAsync(clone.Path, ["update-ref", "-d", BareClone.RescuePrefix + name, await FindAsync(clone, name, cancellation)], null, cancellation);
    }

    /// <summary>What was saved and from where, in words; then the files, at most 200.</summary>
    /// <exception cref="WorkspaceException">rescue_missing.</exception>
    public static async Task<RescueEntry> ShowAsync(BareClone clone, string name, CancellationToken cancellation = default) =>
        (await ListAsync(clone, cancellation)).FirstOrDefault(entry => entry.Name == name) ?? throw Missing(name);

    /// <summary>Lays what was saved over a clean work tree that stands at <see cref="BaseAsync"/>: as it was, uncommitted.</summary>
    /// <exception cref="WorkspaceException">rescue_missing.</exception>
    public static async Task LayOverAsync(BareClone clone, string name, string tree, CancellationToken cancellation = default)
    {
        var commit = await FindAsync(clone, name, cancellation);
        foreach (var gone in (await clone.ChangedFilesAsync(commit + "^1", commit, cancellation)).Where(file => file.Kind == ChangeKind.Deleted || file.OldPath is not null))
        {
            File.Delete(Path.Combine(tree, gone.OldPath ?? gone.Path));
        }
        await WriteAsync(clone, commit, tree, cancellation);
    }

    /// <summary>The commit that the tree stood at when the rescue was made.</summary>
    /// <exception cref="WorkspaceException">rescue_missing.</exception>
    public static async Task<string> BaseAsync(BareClone clone, string name, CancellationToken cancellation = default) =>
        (await clone.ResolveAsync(BareClone.RescuePrefix + name + "^1", cancellation)) ?? throw Missing(name);

    private static async Task<string> FindAsync(BareClone clone, string name, CancellationToken cancellation) =>
        await clone.ResolveAsync(BareClone.RescuePrefix + name, cancellation)
            ?? throw Missing(name);

    private static WorkspaceException Missing(string name) => new("rescue_missing", $"There is no rescue '{name}'. 'autobuild worktree rescue list' lists them.");
}
