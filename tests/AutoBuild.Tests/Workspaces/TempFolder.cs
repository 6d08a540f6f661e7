using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Workspaces;

/// <summary>A directory of a test's own, gone when the test ends.</summary>
public sealed class TempFolder : IDisposable
{
    public TempFolder() => Path = Directory.CreateTempSubdirectory("autobuild-test-").FullName;

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => TreeFiles.Delete(Path);
}

/// <summary>A user's repository with a work tree.</summary>
public sealed class UserRepository
{
    private UserRepository(string path) => Path = path;

    public string Path { get; }

    public static async Task<UserRepository> CreateAsync(string path, params (string Name, string Text)[] files)
    {
        Directory.CreateDirectory(path);
        var repository = new UserRepository(path);
        await repository.GitAsync("init", "-q", "-b", "main");
        if (files.Length > 0)
        {
            await repository.CommitAsync(files);
        }
        return repository;
    }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public Task<string> GitAsync(params string[] arguments) => Git.TextAsync(Path, arguments);

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
    }

    public async Task<string> CommitAsync(params (string Name, string Text)[] files)
    {
        foreach (var (name, text) in files)
        {
            Write(name, text);
        }
        await GitAsync("add", "-A");
        await GitAsync("commit", "-q", "--allow-empty", "-m", "change");
        return await GitAsync("rev-parse", "HEAD");
    }
}

/// <summary>A user's repository, its bare clone and a ticket's place: what most tests start from.</summary>
public sealed class Bench : IDisposable
{
    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Bench(TempFolder folder, UserRepository user, BareClone clone, string start)
    {
        (Folder, User, Clone, Start) = (folder, user, clone, start);
        Plan = new TreePlan
        {
            Repository = clone.Path,
            Path = folder["worktrees/p/t1/tree"],
            GitDir = folder["worktrees/p/t1/git"],
            Branch = "autobuild/t1-work",
            StartCommit = start,
            BaseCommit = start,
            RescueName = "job1-1",
        };
    }

    public TempFolder Folder { get; }

    public UserRepository User { get; }

    public BareClone Clone { get; }

    public string Start { get; }

    public TreePlan Plan { get; }

    public string this[string name] => Path.Combine(Plan.Path, name);

    public static async Task<Bench> CreateAsync(params (string Name, string Text)[] files)
    {
        var folder = new TempFolder();
        var user = await UserRepository.CreateAsync(folder["user"], files.Length > 0 ? files : [("a.txt", "one\n"), (".gitignore", "*.log\n/cache/\n.env\n")]);
        var clone = await BareClone.OpenAsync(folder["repositories/p.git"], user.Path, null, Stop);
        return new Bench(folder, user, clone, (await clone.TakeOriginInAsync("main", Stop)).Tip);
    }

    public Task<string> JobGitAsync(params string[] arguments) => Git.TextAsync(Plan.Path, arguments);

    public Task<RescueEntry?> RescueAsync(string name = "job1-1", IReadOnlyList<string>? cache = null) =>
        Rescue.SaveAsync(Plan.Path, Plan.GitDir, Clone, name, cache, cancellation: Stop);

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
    }

    public void Dispose() => Folder.Dispose();
}
