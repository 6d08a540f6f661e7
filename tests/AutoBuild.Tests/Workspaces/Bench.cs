using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Workspaces;

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
