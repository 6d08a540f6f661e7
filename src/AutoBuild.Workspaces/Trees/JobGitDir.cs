namespace AutoBuild.Workspaces;

/// <summary>Makes git dirs by hand: a few files instead of git processes. Their objects are borrowed from the bare clone, their refs are their own.</summary>
internal static class JobGitDir
{
    // Only we write this file; what an agent put into it (filters, monitors, includes) is gone before we run git with it.
    private const string Config = """
        [core]
        	repositoryformatversion = 0
        	filemode = true
        	bare = false
        	logallrefupdates = true
        [gc]
        	auto = 0
        [user]
        	name = AutoBuild
        	email = autobuild@localhost

        """;

    /// <summary>Creates a git dir whose HEAD is a branch at a commit, or with no branch a detached commit.</summary>
    public static void Create(string gitDir, string repository, string commit, string? branch)
    {
        Directory.CreateDirectory(Path.Combine(gitDir, "objects", "info"));
        Directory.CreateDirectory(Path.Combine(gitDir, "objects", "pack"));
        Directory.CreateDirectory(Path.Combine(gitDir, "refs", "heads"));
        Directory.CreateDirectory(Path.Combine(gitDir, "info"));
        File.WriteAllText(Path.Combine(gitDir, "config"), Config);
        Borrow(gitDir, [repository]);
        CopyShallow(repository, gitDir);
        SetHead(gitDir, commit, branch);
    }

    /// <summary>Points HEAD at a branch at a commit, or at the commit itself.</summary>
    public static void SetHead(string gitDir, string commit, string? branch)
    {
        if (branch is not null)
        {
            var file = Path.Combine(gitDir, "refs", "heads", branch);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, commit + "\n");
        }
        File.WriteAllText(Path.Combine(gitDir, "HEAD"), (branch is null ? commit : $"ref: refs/heads/{branch}") + "\n");
    }

    /// <summary>Makes the objects of other repositories readable.</summary>
    public static void Borrow(string gitDir, IEnumerable<string> repositories) =>
        File.WriteAllText(Path.Combine(gitDir, "objects", "info", "alternates"), string.Concat(repositories.Select(path => Path.GetFullPath(path) + "/objects\n")));

    /// <summary>Undoes what could run someone's code or lead elsewhere when we use the git dir.</summary>
    public static void Sanitize(string gitDir)
    {
        if (!Directory.Exists(gitDir))
        {
            return;
        }
        foreach (var name in (string[])["config", "config.worktree", "commondir", "info/attributes", "info/grafts", "info/sparse-checkout"])
        {
            File.Delete(Path.Combine(gitDir, name));
        }
        File.WriteAllText(Path.Combine(gitDir, "config"), Config);
    }

    // Alternates lend objects but not the boundary of a shallow history.
    private static void CopyShallow(string from, string to)
    {
        if (File.Exists(Path.Combine(from, "shallow")))
        {
            File.Copy(Path.Combine(from, "shallow"), Path.Combine(to, "shallow"), overwrite: true);
        }
    }
}
