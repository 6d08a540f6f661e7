using System.Text;

namespace AutoBuild.Workspaces;

// Job branches coming in and going out.
public sealed partial class BareClone
{
    internal const string RescuePrefix = "refs/autobuild/rescue/";

    /// <summary>Takes a job's branch over into refs/heads/&lt;branch&gt; and returns its commit.</summary>
    /// <remarks>When the job rewrote its branch, the old tip is first kept as a rescue named after the branch.</remarks>
    /// <exception cref="WorkspaceException">branch_missing, disk_full, git_failed.</exception>
    public async Task<string> ImportAsync(string jobGitDir, string branch, CancellationToken cancellation = default)
    {
        JobGitDir.Sanitize(jobGitDir, Path);
        var incoming = $"refs/autobuild/import/{Guid.NewGuid():N}";
        var name = $"refs/heads/{branch}";
        using var held = await LockAsync(cancellation);
        var fetched = await Git.RunAsync(Path, ["fetch", "-q", "--no-tags", "--update-shallow", "--no-write-fetch-head", "--no-auto-gc", "--refmap=",
            jobGitDir, $"{name}:{incoming}"], null, cancellation);
        if (!fetched.Succeeded)
        {
            var failure = Git.Failure(Path, ["fetch"], fetched);
            throw failure.Code == "disk_full" ? failure
                : new WorkspaceException("branch_missing", $"The branch '{branch}' could not be taken over from '{jobGitDir}': {fetched.Error}");
        }
        // Once the commits are here they get their branch, whatever is cancelled.
        var next = (await ResolveAsync(incoming, CancellationToken.None))!;
        var current = await ResolveAsync(name, CancellationToken.None);
        if (current is not null && !await ContainsAsync(current, next, CancellationToken.None))
        {
            await KeepAsync(current, branch, $"The job rewrote {branch}; this is what it was before.", CancellationToken.None);
        }
        await Git.ExpectAsync(Path, ["update-ref", "--create-reflog", name, next], null, CancellationToken.None);
        await Git.ExpectAsync(Path, ["update-ref", "-d", incoming], null, CancellationToken.None);
        return next;
    }

    /// <summary>Moves a job's branch on to a commit that contains it, if it is still where it was expected.</summary>
    public async Task<bool> AdvanceBranchAsync(string branch, string expected, string next, CancellationToken cancellation = default)
    {
        using var held = await LockAsync(cancellation);
        return await ContainsAsync(expected, next, cancellation) && await UpdateRefAsync($"refs/heads/{branch}", next, expected, cancellation);
    }

    /// <summary>Pushes a commit to a branch of the source if that is still at <paramref name="expectedRemote"/>; one that is there already counts as pushed.</summary>
    /// <param name="branch">The source's branch.</param>
    /// <param name="commit">What it is to stand at.</param>
    /// <param name="expectedRemote">The commit the remote must be at; null or empty: the branch must not exist there.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="WorkspaceException">git_failed: no access, offline. A moved branch is an outcome.</exception>
    public async Task<PushOutcome> PushAsync(string branch, string commit, string? expectedRemote, CancellationToken cancellation = default)
    {
        if (!string.IsNullOrEmpty(expectedRemote) && !await ContainsAsync(expectedRemote, commit, cancellation))
        {
            return new PushOutcome.Refused($"{branch} does not contain the remote's {expectedRemote}; merge it first.");
        }
        string[] arguments = ["push", "--porcelain", "--no-verify", "--no-follow-tags", $"--force-with-lease=refs/heads/{branch}:{expectedRemote}", "origin", $"{commit}:refs/heads/{branch}"];
        var result = await Git.RunAsync(Path, arguments, _remote, cancellation);
        if (result.Succeeded)
        {
            return new PushOutcome.Pushed(commit);
        }
        // "!\tref:ref\t[rejected] (stale info)": the remote answered and said no.
        var refusal = result.Output.Split('\n').FirstOrDefault(line => line.StartsWith("!\t", StringComparison.Ordinal));
        return refusal is not null ? new PushOutcome.Refused($"{refusal.Split('\t')[^1]} {result.Error}".Trim()) : throw Git.Failure(Path, arguments, result);
    }

    /// <summary>Deletes a job's branch if it is still at <paramref name="expected"/> and its commits are kept elsewhere; false when it moved.</summary>
    /// <exception cref="WorkspaceException">branch_unsaved: neither another branch nor a rescue contains it.</exception>
    public async Task<bool> DeleteBranchAsync(string branch, string expected, CancellationToken cancellation = default)
    {
        using var held = await LockAsync(cancellation);
        var name = $"refs/heads/{branch}";
        var keepers = await Git.TextAsync(Path, ["for-each-ref", "--format=%(refname)", "--contains", expected, "refs/heads/", "refs/remotes/", RescuePrefix], null, cancellation);
        if (!keepers.Split('\n', StringSplitOptions.RemoveEmptyEntries).Any(keeper => keeper != name && !keeper.StartsWith("refs/heads/autobuild/", StringComparison.Ordinal)))
        {
            throw new WorkspaceException("branch_unsaved", $"'{branch}' holds commits that are nowhere else. Land it first.");
        }
        return (await Git.RunAsync(Path, ["update-ref", "-d", name, expected], null, cancellation)).Succeeded;
    }

    /// <summary>The job branches and their commits.</summary>
    public async Task<IReadOnlyDictionary<string, string>> JobBranchesAsync(CancellationToken cancellation = default)
    {
        var text = await Git.TextAsync(Path, ["for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", "refs/heads/autobuild/"], null, cancellation);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', 2)).ToDictionary(parts => parts[1], parts => parts[0]);
    }

    /// <summary>Those of some commits that no ref of the clone leads to.</summary>
    /// <param name="commits">Tags count as what they name; what is no commit is left out.</param>
    /// <param name="objects">Where else objects may lie.</param>
    /// <param name="byRescues">Whether a rescue counts as a keeper.</param>
    /// <param name="cancellation">Stops git.</param>
    internal async Task<IReadOnlyList<string>> UnkeptAsync(IReadOnlyList<string> commits, string? objects = null, bool byRescues = true, CancellationToken cancellation = default)
    {
        if (commits.Count == 0)
        {
            return [];
        }
        // A commit is unkept when it is itself among those that the commits lead to and the refs do not.
        // What a take-over left half done is listed nowhere, so it keeps nothing.
        var unkept = await Git.ExpectAsync(Path, ["rev-list", "--ignore-missing", "--stdin", "--not", "--exclude=refs/autobuild/import/*", .. byRescues ? (string[])[] : [$"--exclude={RescuePrefix}*"], "--all"], new GitOptions
        {
            Input = Encoding.UTF8.GetBytes(string.Join('\n', commits) + "\n"),
            Environment = objects is null ? null : new Dictionary<string, string> { ["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = objects },
        }, cancellation);
        return [.. commits.Intersect(unkept.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))];
    }

    // A commit of our own on top, so that a rescue is as old as its making and not as the work in it.
    private async Task<string> KeepAsync(string commit, string name, string message, CancellationToken cancellation)
    {
        var kept = await Git.TextAsync(Path, ["commit-tree", commit + "^{tree}", "-p", commit, "-m", message], null, cancellation);
        var rescue = await FreeRescueAsync(name, cancellation);
        await Git.ExpectAsync(Path, ["update-ref", rescue, kept, Nothing], null, cancellation);
        return rescue[RescuePrefix.Length..];
    }

    // name, name-2, name-3 …: a rescue is never written over.
    internal async Task<string> FreeRescueAsync(string name, CancellationToken cancellation)
    {
        var safe = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-'));
        for (var n = 1; ; n++)
        {
            var candidate = RescuePrefix + safe + (n == 1 ? "" : $"-{n}");
            if (!(await Git.RunAsync(Path, ["show-ref", "-q", "--verify", candidate], null, cancellation)).Succeeded)
            {
                return candidate;
            }
        }
    }
}
