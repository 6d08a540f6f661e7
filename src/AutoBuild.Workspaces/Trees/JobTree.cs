using System.Text;

namespace AutoBuild.Workspaces;

/// <summary>A job's tree in the runner's hands: prepared, looked at, committed.</summary>
/// <remarks>All git here uses a git dir and an index of our own, so that nothing an agent wrote into its git dir runs with our rights or hides a change.</remarks>
public static class JobTree
{
    /// <summary>Makes the tree stand at the plan's start commit with a fresh git dir; what an earlier run left is rescued first.</summary>
    /// <remarks>On a warm slot at the right commit no git process runs.</remarks>
    /// <exception cref="WorkspaceException">git_failed, disk_full, rescue_too_large: the old tree is still as it was.</exception>
    public static async Task<PreparedTree> PrepareAsync(TreePlan plan, CancellationToken cancellation = default)
    {
        var clean = SlotMark.Read(plan.SlotDir);
        var rescued = clean is null && !SlotMark.IsHalfMade(plan.SlotDir)
            ? await Rescue.SaveAsync(plan.Path, plan.GitDir, BareClone.At(plan.Repository), plan.RescueName, plan.Cache, cancellation: cancellation)
            : null;
        var fresh = !Directory.Exists(plan.SlotDir);
        SlotMark.BeginUse(plan.SlotDir, plan.StartCommit);
        Directory.CreateDirectory(plan.Path);
        TreeFiles.Delete(plan.GitDir);
        JobGitDir.Create(plan.GitDir, plan.Repository, plan.StartCommit, plan.Branch);
        var git = OpenSlot(plan);
        using var held = await git.LockAsync(cancellation);
        if (clean?.Commit != plan.StartCommit)
        {
            await git.CheckOutAsync(plan.StartCommit, cancellation);
        }
        if (clean is null && !fresh)
        {
            await git.CleanAsync(cancellation);
        }
        CopyIndex(git);
        File.WriteAllText(Path.Combine(plan.Path, ".git"), "gitdir: ../" + Path.GetFileName(plan.GitDir) + "\n");
        var notes = new List<string>();
        var modules = await Submodules.InitialiseAsync(git, plan, notes, cancellation);
        var copied = await IgnoredFiles.CopyAsync(plan, notes, cancellation);
        IgnoredManifest.Of(plan.Path, copied.Concat(IgnoredFiles.Within(plan.Path, modules))).Save(git.ManifestFile);
        CachePaths.Save(plan.SlotDir, plan.Cache);
        SlotMark.EndPreparation(plan.SlotDir);
        return new PreparedTree(clean?.Commit == plan.StartCommit, copied, notes, rescued);
    }

    /// <summary>Notes size and time of all ignored files; called once after <c>setup</c>, so that a rescue takes only what changed since.</summary>
    public static async Task RecordIgnoredAsync(TreePlan plan, CancellationToken cancellation = default)
    {
        var git = TreeGit.Of(plan);
        (await IgnoredNowAsync(git, cancellation)).Save(git.ManifestFile);
    }

    /// <summary>Runs something of ours in the tree; the ignored files it makes or changes are not the agent's work, so a rescue leaves them out.</summary>
    public static async Task<T> RecordAroundAsync<T>(TreePlan plan, Func<Task<T>> run, CancellationToken cancellation = default)
    {
        var git = TreeGit.Of(plan);
        var before = await IgnoredNowAsync(git, cancellation);
        var result = await run();
        var after = await IgnoredNowAsync(git, cancellation);
        IgnoredManifest.Load(git.ManifestFile).With(after.Except(before)).Save(git.ManifestFile);
        return result;
    }

    /// <summary>True when the tree differs from the job's HEAD; ignored files do not count.</summary>
    public static async Task<bool> IsDirtyAsync(TreePlan plan, CancellationToken cancellation = default) => (await StatusAsync(plan, cancellation)).Count > 0;

    /// <summary>What differs between the tree and the job's HEAD.</summary>
    public static async Task<IReadOnlyList<ChangedFile>> StatusAsync(TreePlan plan, CancellationToken cancellation = default)
    {
        var git = TreeGit.Of(plan);
        using var held = await git.LockAsync(cancellation);
        await git.FollowJobAsync(cancellation);
        return [.. (await git.StatusAsync(false, cancellation)).Select(entry => new ChangedFile(entry.Path, Kind(entry.Status)))];
    }

    /// <summary>Commits everything that is not ignored onto the plan's branch; null when there is nothing to commit.</summary>
    /// <remarks>
    /// The parent is the job's HEAD, so commits the agent made itself stay. The branch is put there even when the agent left it.
    /// Repositories an agent cloned or began in the tree are left out, a rescue keeps them.
    /// </remarks>
    /// <param name="plan">The tree.</param>
    /// <param name="message">The whole message.</param>
    /// <param name="author">"Name &lt;mail&gt;"; null is AutoBuild.</param>
    /// <param name="leftOut">Gets the folders of the repositories within.</param>
    /// <param name="cancellation">Stops git.</param>
    public static async Task<string?> CommitAllAsync(TreePlan plan, string message, string? author = null, ICollection<string>? leftOut = null, CancellationToken cancellation = default)
    {
        if (JobGitDir.ReadHead(plan.GitDir) is null)
        {
            JobGitDir.Create(plan.GitDir, plan.Repository, plan.StartCommit, plan.Branch);
        }
        JobGitDir.Sanitize(plan.GitDir, plan.Repository);
        var git = TreeGit.Of(plan);
        using var held = await git.LockAsync(cancellation);
        var head = await git.FollowJobAsync(cancellation);
        var nested = await StageAsync(git, cancellation);
        var commit = (await git.RunAsync(["diff-index", "--cached", "--name-only", "-z", "--no-renames", head, "--"], cancellation)).Fields.Count > 0
            ? (await git.RunAsync(["commit-tree", (await git.RunAsync(["write-tree"], cancellation)).Output, "-p", head, "-F", "-"],
                cancellation, Encoding.UTF8.GetBytes(message), Author(author))).Output
            : null;
        MoveBranch(plan, commit ?? head);
        JobGitDir.SetHead(git.Slot, commit ?? head, null);
        CopyIndex(git);
        nested.ForEach(path => leftOut?.Add(path));
        return commit;
    }

    /// <summary>The commit that the job's HEAD stands at, the agent's own commits included.</summary>
    public static Task<string> HeadAsync(TreePlan plan, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(JobGitDir.ReadHead(plan.GitDir) ?? plan.StartCommit);
    }

    private static TreeGit OpenSlot(TreePlan plan)
    {
        if (!File.Exists(Path.Combine(plan.SlotDir, "HEAD")))
        {
            JobGitDir.Create(plan.SlotDir, plan.Repository, plan.StartCommit, null);
        }
        return TreeGit.Of(plan);
    }

    // A time newer than the files' would make git trust entries it has to look at again; the copy keeps the index's own time.
    private static void CopyIndex(TreeGit git)
    {
        var copy = Path.Combine(git.GitDir, "index.new");
        File.Copy(Path.Combine(git.Slot, "index"), copy, overwrite: true);
        File.SetLastWriteTimeUtc(copy, File.GetLastWriteTimeUtc(Path.Combine(git.Slot, "index")));
        File.Move(copy, Path.Combine(git.GitDir, "index"), overwrite: true);
    }

    // Git would record a repository within as a submodule that no one can fetch, and fails at one without a commit.
    private static async Task<List<string>> StageAsync(TreeGit git, CancellationToken cancellation)
    {
        var nested = NestedRepositories.Of(git.Tree, await git.StatusAsync(false, cancellation));
        await git.RunAsync(["add", "-A", "--", ":/", .. nested.Select(path => ":(top,exclude,literal)" + path)], cancellation);
        if (nested.Count > 0)
        {
            // Where one stands in place of a file, the file is gone.
            await git.RunAsync(["update-index", "-z", "--force-remove", "--stdin"], cancellation, Encoding.UTF8.GetBytes(string.Join('\0', nested) + "\0"));
        }
        return nested;
    }

    // An agent may have left the branch; what it held and HEAD does not is kept for the rescue.
    private static void MoveBranch(TreePlan plan, string commit)
    {
        if (JobGitDir.ReadRef(plan.GitDir, "refs/heads/" + plan.Branch) is { } old && old != commit)
        {
            JobGitDir.WriteRef(plan.GitDir, $"refs/autobuild/left/{old}", old);
        }
        JobGitDir.SetHead(plan.GitDir, commit, plan.Branch);
    }

    private static Dictionary<string, string>? Author(string? author)
    {
        if (author is null)
        {
            return null;
        }
        var open = author.IndexOf('<', StringComparison.Ordinal);
        var name = (open < 0 ? author : author[..open]).Trim();
        var mail = open < 0 ? "" : author[(open + 1)..].TrimEnd('>', ' ');
        return new() { ["GIT_AUTHOR_NAME"] = name.Length > 0 ? name : "AutoBuild", ["GIT_AUTHOR_EMAIL"] = mail.Length > 0 ? mail : "autobuild@localhost" };
    }

    private static ChangeKind Kind(string status) => status[1] switch
    {
        '?' => ChangeKind.Untracked,
        'D' => ChangeKind.Deleted,
        'T' => ChangeKind.TypeChanged,
        'U' => ChangeKind.Unmerged,
        'A' => ChangeKind.Added,
        _ => ChangeKind.Modified,
    };

    private static async Task<IgnoredManifest> IgnoredNowAsync(TreeGit git, CancellationToken cancellation)
    {
        using var held = await git.LockAsync(cancellation);
        return IgnoredManifest.Of(git.Tree, await IgnoredFiles.ListAsync(git, cancellation));
    }
}
