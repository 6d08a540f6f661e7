using System.Security.Cryptography;
using System.Text;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Losses;

/// <summary>Is a user's repository, our clone of it and the trees of some tickets, of which everything that can be reached is known.</summary>
internal sealed class World : IDisposable
{
    private readonly TempFolder _folder = new();

    private World(bool isRemote) => IsRemote = isRemote;

    /// <summary>Whether the source is an address to push to; else the user's checkout is the source.</summary>
    public bool IsRemote { get; }

    public string User => _folder["user"];

    public string Source => IsRemote ? _folder["remote.git"] : User;

    public string Worktrees => _folder["worktrees"];

    public string ClonePath => _folder["repositories/p.git"];

    public BareClone Clone { get; private set; } = null!;

    public TreePool Pool { get; private set; } = null!;

    /// <summary>The tickets' leases of this server.</summary>
    public Dictionary<string, (TreeLease Lease, TreePlan Plan)> Held { get; } = [];

    /// <summary>Every commit that was told to have landed.</summary>
    public List<string> Landed { get; } = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<World> CreateAsync(bool isRemote)
    {
        var world = new World(isRemote);
        Directory.CreateDirectory(world.User);
        await world.GitAsync("init", "-q", "-b", "main");
        await File.WriteAllTextAsync(Path.Combine(world.User, ".gitignore"), "*.log\n/cache/\n.env\n", Stop);
        await File.WriteAllTextAsync(Path.Combine(world.User, ".env"), "SECRET=1\n", Stop);
        await File.WriteAllTextAsync(Path.Combine(world.User, "shared.txt"), "one\n", Stop);
        await world.GitAsync("add", "-A");
        await world.GitAsync("commit", "-q", "-m", "first");
        // The user may rewrite the last commit, and what shares no commit at all cannot be merged.
        await world.GitAsync("commit", "-q", "--allow-empty", "-m", "second");
        if (isRemote)
        {
            await Git.ExpectAsync(world._folder.Path, ["init", "-q", "--bare", "-b", "main", world.Source], null, Stop);
            await world.GitAsync("remote", "add", "origin", world.Source);
            await world.GitAsync("push", "-q", "origin", "main");
        }

        await world.StartAsync();
        return world;
    }

    /// <summary>Begins a server on what the one before left; its leases are nobody's until <see cref="TreePool.SweepAsync"/> took them back.</summary>
    public async Task StartAsync()
    {
        Held.Clear();
        Pool = new TreePool(Worktrees, maxIdle: 2, maxActive: 4);
        Clone = await BareClone.OpenAsync(ClonePath, Source, null, Stop);
        await Clone.FetchAsync(TimeSpan.Zero, Stop);
        await Clone.TakeOriginInAsync("main", Stop);
    }

    public Task<string> GitAsync(params string[] arguments) => Git.TextAsync(User, arguments, null, Stop);

    /// <summary>All objects and file contents that anyone can still get at: by a ref of a repository, or in a file of a tree or of the checkout.</summary>
    /// <returns>By object, where it is.</returns>
    public async Task<Dictionary<string, string>> ReachableAsync()
    {
        var all = new Dictionary<string, string>();
        foreach (var repository in Repositories())
        {
            // Of the stash only the newest is a ref.
            var stashes = Path.Combine(repository, "logs", "refs", "stash");
            var tips = File.Exists(stashes) ? (await File.ReadAllLinesAsync(stashes, Stop)).Select(line => line.Split(' ')[1]).ToArray() : [];
            var objects = await Git.TextAsync(repository, ["--git-dir=" + repository, "rev-list", "--objects", "--no-object-names", "--ignore-missing", "--all", "HEAD", .. tips], null, Stop);
            foreach (var found in objects.Split('\n'))
            {
                all[found] = Path.GetRelativePath(_folder.Path, repository);
            }
        }

        string[] folders = [User, .. Trees()];
        foreach (var file in folders.SelectMany(folder => TreeFiles.Walk(folder, inner => inner.Name != ".git")).Where(file => file.Name != ".git"))
        {
            all[Hash(await File.ReadAllBytesAsync(file.FullName, Stop))] = Path.GetRelativePath(_folder.Path, file.FullName);
        }

        return all;
    }

    /// <summary>Every byte and time of the user's checkout, those of git too.</summary>
    public string Checkout() => Snapshot.Of(User);

    public void Dispose() => _folder.Dispose();

    private IEnumerable<string> Repositories() =>
        ((string[])[ClonePath, Path.Combine(User, ".git"), .. IsRemote ? [Source] : (string[])[], .. Trees().Select(tree => Path.Combine(Path.GetDirectoryName(tree)!, "git"))])
            .Where(path => File.Exists(Path.Combine(path, "HEAD")));

    private IEnumerable<string> Trees() => !Directory.Exists(Worktrees) ? [] :
        Directory.EnumerateDirectories(Worktrees).Where(project => Path.GetFileName(project) != ".work")
            .SelectMany(Directory.EnumerateDirectories).Select(place => Path.Combine(place, "tree")).Where(Directory.Exists);

#pragma warning disable CA5350 // As git names it.
    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {bytes.Length}\0"), .. bytes]));
#pragma warning restore CA5350
}
