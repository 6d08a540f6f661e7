using System.Globalization;

namespace AutoBuild.Workspaces;

// The mirror of the source: moved and pruned with it, and what it throws away is kept.
public sealed partial class BareClone
{
    private const string RefFormat = "--format=%(objectname) %(refname)";
    private const string CommitFormat = "--format=%(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end) %(refname)";

    /// <summary>The mirrored refs as of the last fetch that was carried to its end.</summary>
    private string MirrorFile => System.IO.Path.Combine(Path, "autobuild-mirror");

    /// <summary>Brings refs/remotes/origin/* and the tags up to date, unless that happened less than <paramref name="maxAge"/> ago.</summary>
    /// <remarks>
    /// The default is 5 s. Callers that wait while another one's fetch starts share its result, also with zero.
    /// </remarks>
    /// <exception cref="WorkspaceException">repository_missing, git_failed (offline, no access), git_timeout.</exception>
    public async Task FetchAsync(TimeSpan? maxAge = null, CancellationToken cancellation = default)
    {
        var freshSince = TimeProvider.System.GetUtcNow() - (maxAge ?? TimeSpan.FromSeconds(5));
        if (LastFetch() >= freshSince)
        {
            return;
        }
        using (await LockAsync(cancellation))
        {
            if (LastFetch() < freshSince)
            {
                await FetchOriginAsync(cancellation);
            }
        }
    }

    private async Task FetchOriginAsync(CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetUtcNow();
        await Git.ExpectAsync(Path, ["fetch", "-q", "--prune", "--no-tags", "--update-shallow", "--no-write-fetch-head", "--no-auto-gc",
            "origin", "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"], _remote, cancellation);
        await KeepDroppedAsync(cancellation);
        await WriteTagsAsync(cancellation);
        await FollowHeadAsync(cancellation);
        await File.WriteAllTextAsync(StampFile, started.ToString("O", CultureInfo.InvariantCulture), cancellation);
    }

    // A branch forced elsewhere or deleted at the source takes commits along that a job or a person may have begun on.
    // Cut off before the list is written, the next fetch compares with the older one.
    private async Task KeepDroppedAsync(CancellationToken cancellation)
    {
        var now = await Git.TextAsync(Path, ["for-each-ref", CommitFormat, "refs/remotes/origin/", "refs/tags/"], null, cancellation);
        var dropped = (File.Exists(MirrorFile) ? await File.ReadAllLinesAsync(MirrorFile, cancellation) : []).Except(now.Split('\n')).Where(line => line.Length > 0)
            .Select(line => line.Split(' ', 2)).ToLookup(parts => parts[0], parts => parts[1]);
        foreach (var commit in await UnkeptAsync([.. dropped.Select(group => group.Key)], cancellation: cancellation))
        {
            var name = dropped[commit].First().Split('/')[^1];
            await KeepAsync(commit, $"origin-{name}", $"The source moved or deleted {dropped[commit].First()}; this is what it was before.", cancellation);
        }
        TreeFiles.Replace(MirrorFile, now + "\n");
    }

    // HEAD of the mirror is kept too, so that the default branch is known offline.
    private async Task FollowHeadAsync(CancellationToken cancellation)
    {
        var remote = await Git.RunAsync(Path, ["ls-remote", "--symref", "origin", "HEAD"], _remote, cancellation);
        // "ref: refs/heads/main\tHEAD"
        if (remote.Output.Split('\n')[0].Split('\t')[0] is var line && line.StartsWith("ref: refs/heads/", StringComparison.Ordinal))
        {
            await Git.RunAsync(Path, ["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/" + line["ref: refs/heads/".Length..]], null, cancellation);
        }
        else
        {
            await Git.RunAsync(Path, ["symbolic-ref", "-d", "refs/remotes/origin/HEAD"], null, cancellation);
        }
    }

    private DateTimeOffset LastFetch() => File.Exists(StampFile)
        && DateTimeOffset.TryParse(File.ReadAllText(StampFile), CultureInfo.InvariantCulture, out var at) ? at : DateTimeOffset.MinValue;
}
