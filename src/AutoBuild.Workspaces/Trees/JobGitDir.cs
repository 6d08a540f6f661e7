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

    /// <summary>Creates a git dir whose HEAD is a branch at a commit and which has the source's tags, or with no branch a detached commit.</summary>
    public static void Create(string gitDir, string repository, string commit, string? branch)
    {
        Directory.CreateDirectory(Path.Combine(gitDir, "objects", "info"));
        Directory.CreateDirectory(Path.Combine(gitDir, "objects", "pack"));
        Directory.CreateDirectory(Path.Combine(gitDir, "refs", "heads"));
        Directory.CreateDirectory(Path.Combine(gitDir, "info"));
        File.WriteAllText(Path.Combine(gitDir, "config"), Config);
        Borrow(gitDir, [repository]);
        CopyShallow(repository, gitDir);
        if (branch is not null && File.Exists(BareClone.TagsFile(repository)))
        {
            File.Copy(BareClone.TagsFile(repository), Path.Combine(gitDir, "packed-refs"), overwrite: true);
        }
        SetHead(gitDir, commit, branch);
    }

    /// <summary>Points HEAD at a branch at a commit, or at the commit itself.</summary>
    public static void SetHead(string gitDir, string commit, string? branch)
    {
        if (branch is not null)
        {
            WriteRef(gitDir, "refs/heads/" + branch, commit);
        }
        TreeFiles.Replace(Path.Combine(gitDir, "HEAD"), (branch is null ? commit : $"ref: refs/heads/{branch}") + "\n");
    }

    public static void WriteRef(string gitDir, string name, string commit)
    {
        var file = Path.Combine(gitDir, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        TreeFiles.Replace(file, commit + "\n");
    }

    /// <summary>The commit that HEAD stands at, read without git; null when there is none.</summary>
    public static string? ReadHead(string gitDir)
    {
        var head = Path.Combine(gitDir, "HEAD");
        if (!File.Exists(head))
        {
            return null;
        }
        var text = File.ReadAllText(head).Trim();
        return text.StartsWith("ref: ", StringComparison.Ordinal) ? ReadRef(gitDir, text["ref: ".Length..]) : text;
    }

    /// <summary>The commit of a ref, loose or packed; null when there is none.</summary>
    public static string? ReadRef(string gitDir, string name)
    {
        var loose = Path.Combine(gitDir, name);
        if (File.Exists(loose))
        {
            return File.ReadAllText(loose).Trim();
        }
        var packed = Path.Combine(gitDir, "packed-refs");
        return File.Exists(packed)
            ? File.ReadLines(packed).Where(line => line.EndsWith(" " + name, StringComparison.Ordinal)).Select(line => line.Split(' ')[0]).FirstOrDefault()
            : null;
    }

    /// <summary>Makes the objects of other repositories readable.</summary>
    public static void Borrow(string gitDir, IEnumerable<string> repositories) =>
        TreeFiles.Replace(Path.Combine(gitDir, "objects", "info", "alternates"), string.Concat(repositories.Select(path => Path.GetFullPath(path) + "/objects\n")));

    /// <summary>Undoes what could run someone's code or lead elsewhere when we use the git dir; the bare clone's objects are readable afterwards.</summary>
    public static void Sanitize(string gitDir, string repository)
    {
        if (new DirectoryInfo(gitDir).LinkTarget is not null)
        {
            // What it leads to is not ours to write in.
            File.Delete(gitDir);
        }
        if (!Directory.Exists(gitDir))
        {
            return;
        }
        foreach (var name in (string[])["config", "config.worktree", "commondir", "info/attributes", "info/grafts", "info/sparse-checkout"])
        {
            File.Delete(Path.Combine(gitDir, name));
        }
        File.WriteAllText(Path.Combine(gitDir, "config"), Config);
        Directory.CreateDirectory(Path.Combine(gitDir, "objects", "info"));
        var alternates = Path.Combine(gitDir, "objects", "info", "alternates");
        var own = Path.GetFullPath(repository) + "/objects";
        // An agent may borrow from more repositories; its commits need them.
        var others = File.Exists(alternates) ? File.ReadAllLines(alternates).Where(line => line != own) : [];
        File.WriteAllLines(alternates, [own, .. others]);
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
