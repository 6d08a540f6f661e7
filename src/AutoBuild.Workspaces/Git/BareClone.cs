namespace AutoBuild.Workspaces;

/// <summary>AutoBuild's own bare clone of a project's repository; shares no object file with the user's.</summary>
/// <remarks>
/// Refs: the source's branches are mirrored to refs/remotes/origin/* and nowhere else, its tags to refs/tags/*; refs/heads/&lt;target&gt; is the integration tip;
/// job branches live below refs/heads/autobuild/, rescues below refs/autobuild/rescue/. Writers of all processes take one file lock per clone.
/// </remarks>
public sealed partial class BareClone
{
    private readonly GitOptions _remote;

    private BareClone(string path, IReadOnlyDictionary<string, string>? remoteEnvironment)
    {
        Path = System.IO.Path.GetFullPath(path);
        _remote = new GitOptions { UserConfiguration = true, Environment = remoteEnvironment };
    }

    /// <summary>The bare repository's directory.</summary>
    public string Path { get; }

    /// <summary>Names an existing clone without touching it.</summary>
    public static BareClone At(string path) => new(path, null);

    /// <summary>Opens a project's clone and makes it first if it is missing.</summary>
    /// <param name="path">Where the clone is.</param>
    /// <param name="source">The path of a repository (bare or not) or a URL; a changed one is taken over.</param>
    /// <param name="remoteEnvironment">Added to git's environment for fetch and push: how credentials that are no one else's come in.</param>
    /// <param name="cancellation">Stops waiting; a clone half made is not kept.</param>
    /// <exception cref="WorkspaceException">repository_missing, not_a_repository, repository_not_trusted, object_format_unsupported, git_missing, git_failed, disk_full.</exception>
    public static async Task<BareClone> OpenAsync(string path, string source, IReadOnlyDictionary<string, string>? remoteEnvironment = null,
        CancellationToken cancellation = default)
    {
        var clone = new BareClone(path, remoteEnvironment);
        var origin = await CheckSourceAsync(source, cancellation);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(clone.Path)!);
        using (await clone.LockAsync(cancellation))
        {
            if (!File.Exists(System.IO.Path.Combine(clone.Path, "HEAD")))
            {
                await clone.CreateAsync(origin, cancellation);
                return clone;
            }
            await Leftovers.RemoveObjectsAsync(clone.Path, cancellation);
            var configured = await Git.RunAsync(clone.Path, ["config", "remote.origin.url"], null, cancellation);
            if (configured.Output != origin)
            {
                await Git.ExpectAsync(clone.Path, ["config", "remote.origin.url", origin], null, cancellation);
                File.Delete(clone.StampFile);
            }
        }
        return clone;
    }

    /// <summary>The branch that the source's HEAD names; where HEAD is detached: main, master, trunk, develop or the first there is.</summary>
    /// <exception cref="WorkspaceException">repository_empty.</exception>
    public async Task<string> DefaultBranchAsync(CancellationToken cancellation = default)
    {
        const string Prefix = "refs/remotes/origin/";
        var head = await Git.RunAsync(Path, ["symbolic-ref", "-q", Prefix + "HEAD"], null, cancellation);
        if (head.Succeeded && await ResolveAsync(Prefix + "HEAD", cancellation) is not null)
        {
            return head.Output[Prefix.Length..];
        }
        var all = (await Git.TextAsync(Path, ["for-each-ref", "--format=%(refname)", Prefix], null, cancellation))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(name => name[Prefix.Length..]).Where(name => name != "HEAD").ToList();
        return ((string[])["main", "master", "trunk", "develop"]).FirstOrDefault(all.Contains) ?? all.FirstOrDefault() ?? throw Empty();
    }

    /// <summary>Makes refs/heads/&lt;target&gt; from origin's branch, or fast-forwards it.</summary>
    /// <exception cref="WorkspaceException">branch_missing, repository_empty.</exception>
    public async Task<TipResult> TakeOriginInAsync(string target, CancellationToken cancellation = default)
    {
        using var held = await LockAsync(cancellation);
        var putBack = await PutRightAsync(target, cancellation);
        return await TakeInAsync(target, cancellation) with { PutBack = putBack };
    }

    private async Task<TipResult> TakeInAsync(string target, CancellationToken cancellation)
    {
        var origin = await ResolveAsync($"refs/remotes/origin/{target}", cancellation);
        var tip = await ResolveAsync($"refs/heads/{target}", cancellation);
        if (origin is null)
        {
            return tip is not null ? new TipResult(tip, null, false, false) : throw await MissingAsync(target, cancellation);
        }
        if (tip == origin || (tip is not null && await ContainsAsync(origin, tip, cancellation)))
        {
            return new TipResult(tip, origin, false, false);
        }
        if (tip is not null && !await ContainsAsync(tip, origin, cancellation))
        {
            return new TipResult(tip, origin, false, true);
        }
        return await MoveKnownAsync(target, origin, tip ?? Nothing, cancellation)
            ? new TipResult(origin, origin, true, false)
            : throw new WorkspaceException("git_failed", $"The branch '{target}' of '{Path}' could not be moved to {origin}.");
    }

    /// <summary>Moves refs/heads/&lt;target&gt; if it is still where it was expected; an empty <paramref name="expected"/> means: must not exist.</summary>
    /// <remarks>A move that is no step forward keeps what the branch held as a rescue named after it.</remarks>
    public async Task<bool> MoveTipAsync(string target, string expected, string next, CancellationToken cancellation = default)
    {
        using var held = await LockAsync(cancellation);
        await PutRightAsync(target, cancellation);
        if (expected.Length > 0 && await ResolveAsync($"refs/heads/{target}", cancellation) == expected && !await ContainsAsync(expected, next, cancellation))
        {
            await KeepAsync(expected, target, $"'{target}' was moved to {next}; this is what it was before.", cancellation);
        }
        return await MoveKnownAsync(target, next, expected.Length == 0 ? Nothing : expected, cancellation);
    }

    internal const string Nothing = "0000000000000000000000000000000000000000";

    private string StampFile => System.IO.Path.Combine(Path, "autobuild-fetched");

    internal async Task<FileLock> LockAsync(CancellationToken cancellation)
    {
        var held = await FileLock.AcquireAsync(Path + ".lock", cancellation: cancellation);
        try
        {
            await Leftovers.RemoveLocksAsync(Path, cancellation);
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    internal async Task<bool> UpdateRefAsync(string name, string next, string expected, CancellationToken cancellation) =>
        (await Git.RunAsync(Path, ["update-ref", "--create-reflog", name, next, expected], null, cancellation)).Succeeded;

    private async Task CreateAsync(string origin, CancellationToken cancellation)
    {
        var fresh = Path + ".new";
        TreeFiles.Delete(fresh);
        await Git.ExpectAsync(System.IO.Path.GetDirectoryName(Path)!, ["init", "-q", "--bare", "--template=", fresh], null, cancellation);
        // Objects of a job's base must stay for as long as a job may borrow them: nothing here is ever pruned by itself.
        File.AppendAllText(System.IO.Path.Combine(fresh, "config"), $"""
            [gc]
            	auto = 0
            	pruneExpire = never
            [core]
            	logAllRefUpdates = always
            [remote "origin"]
            	url = {Quote(origin)}

            """);
        await new BareClone(fresh, _remote.Environment).FetchOriginAsync(cancellation);
        Directory.Move(fresh, Path);
    }

    private static string Quote(string value) =>
        $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static async Task<string> CheckSourceAsync(string source, CancellationToken cancellation)
    {
        if (IsUrl(source))
        {
            return source;
        }
        var path = System.IO.Path.GetFullPath(source);
        if (!Directory.Exists(path))
        {
            throw new WorkspaceException("repository_missing", $"There is no directory '{path}'. Give the path of a git repository or a URL.");
        }
        var inside = await Git.RunAsync(path, ["rev-parse", "--git-dir"], new GitOptions { UserConfiguration = true }, cancellation);
        return inside.Succeeded ? path
            : throw Git.Distrust(path, inside) ?? new WorkspaceException("not_a_repository", $"'{path}' is not a git repository: {inside.Error} Run 'git init' there, or give another path.");
    }

    /// <summary>True for what git fetches over a transport: scheme://… or the short host:path.</summary>
    public static bool IsUrl(string source) => source.Contains("://", StringComparison.Ordinal)
        || (source.IndexOf(':', StringComparison.Ordinal) is > 1 and var colon && source.IndexOf('/', StringComparison.Ordinal) is var slash
            && (slash < 0 || slash > colon) && !Directory.Exists(source));

    private async Task<WorkspaceException> MissingAsync(string target, CancellationToken cancellation)
    {
        var any = await Git.TextAsync(Path, ["for-each-ref", "--count=1", "refs/remotes/origin/"], null, cancellation);
        return any.Length == 0 ? Empty()
            : new WorkspaceException("branch_missing", $"The repository has no branch '{target}'. Name an existing branch as base.");
    }

    private static WorkspaceException Empty() =>
        new("repository_empty", "The repository has no commit yet. Make a first commit, then try again.");
}
