namespace AutoBuild.Workspaces;

/// <summary>A slot of the pool at work: cleaned after a run, or moved to another commit; off every start's path.</summary>
internal static class TreeSlot
{
    /// <summary>Makes a used slot hold exactly its commit's files again.</summary>
    public static async Task CleanAsync(string directory, string repository, DateTimeOffset idleSince, CancellationToken cancellation)
    {
        TreeFiles.Delete(Path.Combine(directory, "git"));
        var git = Open(directory, repository);
        using var held = await git.LockAsync(cancellation);
        var commit = SlotMark.StartOf(git.Slot) ?? JobGitDir.ReadHead(git.Slot)!;
        await ResetAsync(git, commit, cancellation);
        Finish(git, commit, idleSince);
    }

    /// <summary>Checks a commit out, into a new slot too.</summary>
    public static async Task MoveToAsync(string directory, string repository, string commit, DateTimeOffset idleSince, CancellationToken cancellation)
    {
        var slot = Path.Combine(directory, "slot");
        var clean = SlotMark.Read(slot) is not null;
        SlotMark.BeginUse(slot, commit);
        Directory.CreateDirectory(Path.Combine(directory, "tree"));
        if (!File.Exists(Path.Combine(slot, "HEAD")))
        {
            JobGitDir.Create(slot, repository, commit, null);
        }
        var git = Open(directory, repository);
        using var held = await git.LockAsync(cancellation);
        if (clean)
        {
            await EmptySubmodulesAsync(git, cancellation);
            await git.CheckOutAsync(commit, cancellation);
        }
        else
        {
            await ResetAsync(git, commit, cancellation);
        }
        Finish(git, commit, idleSince);
    }

    /// <summary>The bare clone that a slot's objects come from, as we noted it; null when there is no slot.</summary>
    public static string? RepositoryOf(string directory)
    {
        var file = Path.Combine(directory, "slot", "objects", "info", "alternates");
        return File.Exists(file) && File.ReadLines(file).FirstOrDefault() is { Length: > 0 } line ? Path.GetDirectoryName(line) : null;
    }

    private static TreeGit Open(string directory, string repository)
    {
        var slot = Path.Combine(directory, "slot");
        JobGitDir.Borrow(slot, [repository]);
        return new TreeGit(Path.Combine(directory, "tree"), slot, Path.Combine(directory, "git"), repository);
    }

    private static void Finish(TreeGit git, string commit, DateTimeOffset idleSince)
    {
        new SlotMark(commit, idleSince).Write(git.Slot);
        SlotMark.EndPreparation(git.Slot);
    }

    private static async Task ResetAsync(TreeGit git, string commit, CancellationToken cancellation)
    {
        await EmptySubmodulesAsync(git, cancellation);
        // HEAD may name a commit of the job, whose objects are gone.
        JobGitDir.SetHead(git.Slot, commit, null);
        await git.CheckOutAsync(commit, cancellation);
        await git.CleanAsync(cancellation);
        var left = await git.StatusAsync(true, cancellation);
        if (left.Count > 0)
        {
            throw new WorkspaceException("git_failed", $"'{git.Tree}' could not be cleaned: '{left[0].Path}' stays.");
        }
    }

    // Their git dirs went with the job's; a later run fills them anew.
    private static async Task EmptySubmodulesAsync(TreeGit git, CancellationToken cancellation)
    {
        foreach (var path in await git.SubmodulesAsync(cancellation))
        {
            TreeFiles.Delete(Path.Combine(git.Tree, path));
            Directory.CreateDirectory(Path.Combine(git.Tree, path));
        }
    }
}
