namespace AutoBuild.Workspaces;

/// <summary>Git on a tree through a git dir and an index of our own (the slot), never through what an agent could write.</summary>
internal sealed class TreeGit
{
    private readonly GitOptions _options;

    public TreeGit(string tree, string slot, string gitDir, string repository)
    {
        (Tree, Slot, GitDir, Repository) = (Path.GetFullPath(tree), Path.GetFullPath(slot), Path.GetFullPath(gitDir), repository);
        // Whoever put a link here would have us clean what it leads to.
        if (((string[])[Tree, Slot, Path.GetDirectoryName(Tree)!]).FirstOrDefault(path => new DirectoryInfo(path).LinkTarget is not null) is { } link)
        {
            throw new WorkspaceException("path_escapes", $"'{link}' has been replaced by a link. Remove it by hand; nothing was touched.");
        }
        // What we add to a job goes where its own commits are.
        _options = Directory.Exists(GitDir)
            ? new GitOptions { Environment = new Dictionary<string, string> { ["GIT_OBJECT_DIRECTORY"] = Path.Combine(GitDir, "objects") } }
            : GitOptions.Default;
    }

    public string Tree { get; }

    public string Slot { get; }

    public string GitDir { get; }

    public string Repository { get; }

    public string ManifestFile => Path.Combine(Slot, "manifest");

    public static TreeGit Of(TreePlan plan) => new(plan.Path, plan.SlotDir, plan.GitDir, plan.Repository);

    public Task<GitResult> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation, ReadOnlyMemory<byte> input = default,
        IReadOnlyDictionary<string, string>? environment = null) =>
        Git.ExpectAsync(Tree, ["--git-dir=" + Slot, "--work-tree=" + Tree, .. arguments], _options with
        {
            Input = input,
            Environment = Merge(_options.Environment, environment),
        }, cancellation);

    /// <summary>Lets one at a time use the index; what a killed git left there is gone then.</summary>
    public async Task<FileLock> LockAsync(CancellationToken cancellation)
    {
        var held = await FileLock.AcquireAsync(Path.Combine(Slot, "lock"), cancellation: cancellation);
        try
        {
            await Leftovers.RemoveLocksAsync(Slot, cancellation);
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Makes index and HEAD stand at the job's HEAD, files untouched, and returns that commit.</summary>
    public async Task<string> FollowJobAsync(CancellationToken cancellation)
    {
        var own = JobGitDir.ReadHead(Slot) ?? throw new WorkspaceException("git_failed", $"'{Slot}' has no HEAD; the tree was not prepared.");
        var head = JobGitDir.ReadHead(GitDir) ?? own;
        if (head != own)
        {
            await RunAsync(["read-tree", "--reset", head], cancellation);
            JobGitDir.SetHead(Slot, head, null);
        }
        return head;
    }

    /// <summary>Writes a commit's files over whatever is there; files that git does not know stay.</summary>
    public async Task CheckOutAsync(string commit, CancellationToken cancellation) =>
        await RunAsync(["-c", "checkout.workers=0", "checkout", "-q", "-f", "--no-recurse-submodules", "--detach", commit, "--"], cancellation);

    /// <summary>Removes all that git does not know, ignored files and repositories within too.</summary>
    public async Task CleanAsync(CancellationToken cancellation) => await RunAsync(["clean", "-ffdxq"], cancellation);

    /// <summary>Paths by status: the two letters of porcelain v1 with the path; files one by one, repositories within as folders.</summary>
    public async Task<IReadOnlyList<(string Status, string Path)>> StatusAsync(bool ignored, CancellationToken cancellation)
    {
        string[] more = ignored ? ["--ignored=traditional"] : [];
        var fields = (await RunAsync(["status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=dirty", .. more], cancellation)).Fields;
        return [.. fields.Select(field => (field[..2], field[3..]))];
    }

    /// <summary>The folders of submodules; asks git only where there is a .gitmodules.</summary>
    public async Task<IReadOnlyList<string>> SubmodulesAsync(CancellationToken cancellation)
    {
        if (!File.Exists(Path.Combine(Tree, ".gitmodules")))
        {
            return [];
        }
        var fields = (await RunAsync(["ls-files", "-s", "-z"], cancellation)).Fields;
        return [.. fields.Where(field => field.StartsWith("160000", StringComparison.Ordinal)).Select(field => field[(field.IndexOf('\t', StringComparison.Ordinal) + 1)..])];
    }

    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string>? one, IReadOnlyDictionary<string, string>? other)
    {
        var all = new Dictionary<string, string>(one ?? new Dictionary<string, string>());
        foreach (var (name, value) in other ?? new Dictionary<string, string>())
        {
            all[name] = value;
        }
        return all;
    }
}
