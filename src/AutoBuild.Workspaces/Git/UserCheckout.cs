namespace AutoBuild.Workspaces;

/// <summary>The user's own checkout, which is never written save by this fast-forward they asked for.</summary>
public static class UserCheckout
{
    private static readonly GitOptions User = new() { UserConfiguration = true };

    /// <summary>Fast-forwards the checkout's branch to the integration tip.</summary>
    /// <remarks>Refuses, as a value, whatever would touch uncommitted, untracked or ignored files. A branch that is not checked out is only moved.</remarks>
    /// <exception cref="WorkspaceException">not_a_repository, branch_missing, git_failed.</exception>
    public static async Task<SyncOutcome> SyncAsync(string checkout, BareClone clone, string target, CancellationToken cancellation = default)
    {
        var tip = await clone.ResolveAsync($"refs/heads/{target}", cancellation)
            ?? throw new WorkspaceException("branch_missing", $"Nothing has landed on '{target}' yet.");
        var name = $"refs/heads/{target}";
        var current = await ResolveAsync(checkout, name, cancellation);
        if (current == tip)
        {
            return new SyncOutcome.UpToDate(tip);
        }
        await Git.ExpectAsync(checkout, ["fetch", "-q", "--no-tags", "--no-write-fetch-head", "--no-auto-gc", "--no-recurse-submodules", "--refmap=", clone.Path, name], User, cancellation);
        if (current is not null && await IsAncestorAsync(checkout, tip, current, cancellation))
        {
            return new SyncOutcome.UpToDate(current);
        }
        if (current is not null && !await IsAncestorAsync(checkout, current, tip, cancellation))
        {
            return new SyncOutcome.Refused("diverged", $"'{target}' in '{checkout}' has commits that did not land. {MergeByHand(clone, target)}", []);
        }
        var bare = await Git.TextAsync(checkout, ["rev-parse", "--is-bare-repository"], User, cancellation) == "true";
        var head = await Git.RunAsync(checkout, ["symbolic-ref", "-q", "HEAD"], User, cancellation);
        return !bare && head.Output == name
            ? await UpdateFilesAsync(checkout, current, tip, cancellation)
            : await MoveBranchAsync(checkout, name, current, tip, cancellation);
    }

    /// <summary>Says how a person merges the integration tip; after that a sync is a fast-forward again.</summary>
    public static string MergeByHand(BareClone clone, string target) =>
        $"Merge it where '{target}' is checked out: git fetch {Quoted(clone.Path)} {Quoted(target)} && git merge FETCH_HEAD. Mend and commit what is left to do, then sync again.";

    // For a shell.
    private static string Quoted(string word) =>
        word.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_') ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static async Task<SyncOutcome> UpdateFilesAsync(string checkout, string? current, string tip, CancellationToken cancellation)
    {
        var blocked = await InTheWayAsync(checkout, current, tip, cancellation);
        if (blocked.Count > 0)
        {
            return new SyncOutcome.Refused("dirty_checkout",
                $"{blocked.Count} uncommitted or untracked file(s) in '{checkout}' would be written over, first '{blocked[0]}'. Commit, stash or move them, then sync again.", blocked);
        }
        // Git would look at the lock only after it has noted where it came from.
        var locked = Path.GetFullPath(await Git.TextAsync(checkout, ["rev-parse", "--git-path", "index.lock"], User, cancellation), checkout);
        if (File.Exists(locked))
        {
            return new SyncOutcome.Refused("busy_checkout", $"Another git is at work in '{checkout}'. When it is done, sync again; if there is none, remove '{locked}'.", []);
        }
        // Git checks once more by itself; --no-overwrite-ignore makes it count ignored files too.
        var merged = await Git.RunAsync(checkout, ["merge", "-q", "--ff-only", "--no-overwrite-ignore", "--no-verify", "--no-autostash", tip], User, cancellation);
        return merged.Succeeded
            ? new SyncOutcome.FastForwarded(current, tip, true)
            : new SyncOutcome.Refused("busy_checkout", $"Git refused to fast-forward '{checkout}': {merged.Error}", []);
    }

    // Files that differ between the two commits and are changed, untracked or ignored here.
    private static async Task<IReadOnlyList<string>> InTheWayAsync(string checkout, string? current, string tip, CancellationToken cancellation)
    {
        var before = current ?? (await Git.TextAsync(checkout, ["hash-object", "-t", "tree", "/dev/null"], User, cancellation));
        var incoming = (await Git.ExpectAsync(checkout, ["diff-tree", "-r", "-z", "--name-only", "--no-renames", before, tip, "--"], User, cancellation)).Fields.ToHashSet();
        var status = (await Git.ExpectAsync(checkout, ["status", "--porcelain", "-z", "--untracked-files=all", "--ignored=traditional", "--no-renames", "--ignore-submodules=dirty"], User, cancellation)).Fields;
        var folders = incoming.SelectMany(TreeFiles.Above).ToHashSet();
        // Also a file where a folder comes, a file below what becomes a file, and a repository within ("path/").
        return [.. status.Select(field => field[3..].TrimEnd('/')).Where(path => incoming.Contains(path) || folders.Contains(path) || TreeFiles.Above(path).Any(incoming.Contains))];
    }

    private static async Task<SyncOutcome> MoveBranchAsync(string checkout, string name, string? current, string tip, CancellationToken cancellation)
    {
        var trees = await Git.TextAsync(checkout, ["worktree", "list", "--porcelain"], User, cancellation);
        if (trees.Split('\n').Contains("branch " + name))
        {
            return new SyncOutcome.Refused("checked_out_elsewhere", $"'{name}' is checked out in another worktree of '{checkout}'. Sync that one.", []);
        }
        var moved = await Git.RunAsync(checkout, ["update-ref", "-m", "autobuild: fast-forward", name, tip, current ?? BareClone.Nothing], User, cancellation);
        return moved.Succeeded
            ? new SyncOutcome.FastForwarded(current, tip, false)
            : new SyncOutcome.Refused("busy_checkout", $"'{name}' in '{checkout}' could not be moved: {moved.Error}", []);
    }

    private static async Task<string?> ResolveAsync(string checkout, string name, CancellationToken cancellation)
    {
        var result = await Git.RunAsync(checkout, ["rev-parse", "-q", "--verify", name + "^{commit}"], User, cancellation);
        return result.Succeeded ? result.Output
            : result.Error.Length == 0 ? null : throw Git.Failure(checkout, ["rev-parse"], result);
    }

    private static async Task<bool> IsAncestorAsync(string checkout, string ancestor, string descendant, CancellationToken cancellation) =>
        (await Git.RunAsync(checkout, ["merge-base", "--is-ancestor", ancestor, descendant], User, cancellation)).Succeeded;
}
