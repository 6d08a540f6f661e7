using System.Text;
using AutoBuild.Core.Json;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Runner;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Runner;

/// <summary>Runs attempts as the launcher does: a real repository, a run folder, real agents; only the runner itself is in this process.</summary>
internal sealed class RunBench : IAsyncDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("autobuild-run-").FullName;

    private RunBench() => Folder = new RunFolder(Path.Combine(_root, "runs", "1"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public RunFolder Folder { get; private set; }

    public RunSpec Spec { get; set; } = null!;

    public Dictionary<string, string> Secrets { get; } = [];

    /// <summary>How agents and checks are contained; Sweep is a machine without namespaces.</summary>
    public Confinement Confinement { get; set; } = Confinement.Namespace;

    /// <summary>The environment of the runner's process.</summary>
    public Dictionary<string, string> Environment { get; } = new() { ["HOST_SECRET"] = "not-for-agents", ["HOST_ALLOWED"] = "yes" };

    public string Tree => Spec.Tree.Path;

    public string Root => _root;

    public static IReadOnlyList<string> Self { get; } = ["dotnet", Path.Combine(AppContext.BaseDirectory, "autobuild.dll")];

    public string Log => File.ReadAllText(Folder.AgentLog);

    public IReadOnlyList<RunEvent> Events => [.. Lines().Select(CoreJson.Read<RunEvent>)];

    public BareClone Clone => BareClone.At(Spec.Tree.Repository);

    /// <summary>Makes a repository of one commit, its bare clone, and the spec of a first run of agent scripted.</summary>
    public static async Task<RunBench> CreateAsync(string script, params (string Path, string Text)[] files)
    {
        var bench = new RunBench();
        var source = Path.Combine(bench._root, "source");
        foreach (var (path, text) in files.Prepend(("readme.md", "# Sample\n")))
        {
            var full = Path.Combine(source, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            await File.WriteAllTextAsync(full, text, Token);
        }
        await GitAsync(source, "init", "-q", "-b", "main");
        await GitAsync(source, "add", "-A");
        await GitAsync(source, "commit", "-q", "-m", "start");
        var clone = await BareClone.OpenAsync(Path.Combine(bench._root, "repositories", "p.git"), source, cancellation: Token);
        await clone.TakeOriginInAsync("main", Token);
        var commit = (await clone.ResolveAsync("refs/heads/main", Token))!;
        bench.Spec = bench.SpecOf(script, commit);
        return bench;
    }

    public static RunAgent Command(string line) => new() { Name = "command", Command = line };

    public static RunQa Check(string command, int fixRounds = 3) => new() { FixRounds = fixRounds, Checks = [new QaCheck { Name = "test", Command = command }] };

    public void Control(RunControlKind kind, string? text = null)
    {
        Directory.CreateDirectory(Folder.Path);
        File.AppendAllText(Folder.Control, CoreJson.Write(new RunControl(kind, DateTimeOffset.UnixEpoch, text)) + "\n");
    }

    public Task<RunReport> RunAsync() => RunUntilAsync(CancellationToken.None);

    /// <summary>Runs an attempt; the token is the signal that the runner's process gets.</summary>
    public async Task<RunReport> RunUntilAsync(CancellationToken cancel)
    {
        Directory.CreateDirectory(Folder.Path);
        await File.WriteAllTextAsync(Folder.Spec, CoreJson.Write(Spec), Token);
        var complaints = new StringBuilder();
        var host = new RunnerHost
        {
            Environment = Environment,
            Self = Self,
            Secrets = Secrets,
            Confinement = Confinement,
            Complain = line => complaints.AppendLine(line),
        };
        var code = await RunnerProcess.RunAsync(Folder.Spec, host, cancel).WaitAsync(TimeSpan.FromMinutes(2), Token);
        Assert.True(code == 0, complaints.ToString());
        return Report();
    }

    /// <summary>Starts the attempt's runner as a process of its own, as the launcher does.</summary>
    public ProcessIdentity StartRunner(Confinement confinement, params string[] options)
    {
        Directory.CreateDirectory(Folder.Path);
        File.WriteAllText(Folder.Spec, CoreJson.Write(Spec));
        string[] sweep = confinement == Confinement.Sweep ? ["--sweep"] : [];
        var command = new ChildCommand(Self[0], [.. Self.Skip(1), "runner", "--spec", Folder.Spec, .. sweep, .. options]) { WorkingDirectory = Folder.Path, Marker = Spec.JobId.ToString() };
        return DetachedProcess.Start(command, Folder.RunnerLog);
    }

    /// <summary>Waits until something is so.</summary>
    public static async Task UntilAsync(Func<bool> isSo)
    {
        var waited = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(waited) < TimeSpan.FromMinutes(1), "It never came so.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }
    }

    public RunReport Report() => CoreJson.Read<RunReport>(File.ReadAllText(Folder.Report));

    /// <summary>Turns to the next attempt of the same ticket, which starts where the branch stands.</summary>
    public async Task NextAttemptAsync()
    {
        var branch = await Clone.ResolveAsync("refs/heads/" + Spec.Tree.Branch, Token);
        var attempt = Spec.Attempt + 1;
        Folder = new RunFolder(Path.Combine(_root, "runs", $"{attempt}"));
        Spec = Spec with { Attempt = attempt, Tree = Spec.Tree with { StartCommit = branch ?? Spec.Tree.StartCommit } };
    }

    public async Task<string?> FileAsync(string path) =>
        await Clone.ReadFileAsync("refs/heads/" + Spec.Tree.Branch, path, Token) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>Waits until an event is written.</summary>
    public async Task<RunEvent> WaitForAsync(Func<RunEvent, bool> wanted)
    {
        while (true)
        {
            if (Lines().Select(CoreJson.Read<RunEvent>).FirstOrDefault(wanted) is { } found)
            {
                return found;
            }
            Assert.False(File.Exists(Folder.Report), "The run ended before the event came.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ProcessSweep.KillAsync(Spec.JobId.ToString());
        Directory.Delete(_root, recursive: true);
    }

    public static async Task GitAsync(string directory, params string[] arguments) => await Git.ExpectAsync(directory, arguments, cancellation: Token);

    private List<string> Lines()
    {
        if (!File.Exists(Folder.Events))
        {
            return [];
        }
        using var file = new FileStream(Folder.Events, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        var text = reader.ReadToEnd();
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private RunSpec SpecOf(string script, string commit) => new()
    {
        Kind = RunKind.Agent,
        JobId = Guid.NewGuid(),
        Attempt = 1,
        Project = new RunProject(Guid.NewGuid(), "sample"),
        Ticket = new RunTicket(Guid.NewGuid(), "Do it", "Do it\n\nplease"),
        Tree = new RunTree
        {
            Repository = Path.Combine(_root, "repositories", "p.git"),
            Path = Path.Combine(_root, "worktrees", "t", "tree"),
            GitDir = Path.Combine(_root, "worktrees", "t", "git"),
            Branch = "autobuild/1-do-it",
            StartCommit = commit,
            BaseCommit = commit,
            TargetBranch = "main",
            Home = Path.Combine(_root, "home"),
            Temp = Path.Combine(_root, "temp"),
        },
        Agent = new RunAgent { Name = "scripted", Script = script },
        Qa = new RunQa { Checks = [] },
        AllowedEnvironment = ["HOST_ALLOWED"],
        Limits = new RunLimits { GraceSeconds = 1 },
    };
}
