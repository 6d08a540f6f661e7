using System.Globalization;
using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Benchmarks;

/// <summary>Is a repository with its clone and warm trees, in which agents run bare, or by a runner of ours as the server starts it.</summary>
internal sealed class AgentSite
{
    // The shell's own children are counted when they have ended, to a hundredth of a second; the number of what it becomes stands in a file.
    private const string Counting = "sh -c 'echo $$ >\"$0\"; exec \"$@\"' \"$@\"; code=$?; cat /proc/$$/stat; exit $code";

    private readonly TemporaryDirectory _directory;
    private readonly string _source;
    private readonly BareClone _clone;
    private readonly string _tip;
    private readonly TreePool _pool;
    private int _count;

    private AgentSite(TemporaryDirectory directory, string source, BareClone clone, string tip) =>
        (_directory, _source, _clone, _tip, _pool) = (directory, source, clone, tip, new TreePool(directory.Sub("data/worktrees")));

    /// <summary>The environment of the runner, and of what runs bare.</summary>
    public Dictionary<string, string> Environment { get; } = OwnEnvironment.Read();

    public static async Task<AgentSite> CreateAsync(TemporaryDirectory directory, int files)
    {
        var source = await SampleRepository.CreateAsync(directory.Sub("repository"), files).ConfigureAwait(false);
        var clone = await BareClone.OpenAsync(Path.Combine(directory.Sub("data/repositories"), "clone.git"), source).ConfigureAwait(false);
        await clone.TakeOriginInAsync("main").ConfigureAwait(false);
        return new AgentSite(directory, source, clone, (await clone.ResolveAsync("refs/heads/main").ConfigureAwait(false))!);
    }

    /// <summary>Runs a command in a fresh copy of the repository, with a fresh HOME.</summary>
    public async Task<Cost> RunBareAsync(ChildCommand command)
    {
        var name = Name("bare");
        var tree = Path.Combine(_directory.Path, name);
        await SampleRepository.GitAsync(_source, "worktree", "add", "-q", "--detach", tree).ConfigureAwait(false);
        var environment = new Dictionary<string, string>(Environment) { ["HOME"] = _directory.Sub(name + "-home"), ["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"] = "1", ["DISABLE_AUTOUPDATER"] = "1" };
        var cost = await RunAsync(name, command with { WorkingDirectory = tree, Environment = environment }, watchMemory: false).ConfigureAwait(false);
        if (!File.Exists(Path.Combine(tree, "made.txt")))
        {
            throw new InvalidOperationException("The bare command line made nothing.");
        }

        await SampleRepository.GitAsync(_source, "worktree", "remove", "--force", tree).ConfigureAwait(false);
        return cost;
    }

    /// <summary>Runs an attempt by a runner of ours, with walls where this machine has them.</summary>
    public async Task<Cost> RunAsync(RunAgent agent, bool watchMemory)
    {
        var name = Name("run");
        var folder = new RunFolder(_directory.Sub($"data/runs/{name}/1"));
        var lease = await _pool.LeaseAsync("bench", name, _clone, _tip).ConfigureAwait(false);
        await File.WriteAllTextAsync(folder.Spec, CoreJson.Write(Spec(agent, name, lease))).ConfigureAwait(false);
        string[] options = ProcessIsolation.Finding is { } finding ? [ProcessIsolation.Argument + finding] : [];
        var runner = new ChildCommand("dotnet", [ServerUnderTest.Binary, "runner", "--spec", folder.Spec, .. options]) { WorkingDirectory = folder.Path, Environment = Environment };
        var cost = await RunAsync(name, runner, watchMemory).ConfigureAwait(false);
        var report = CoreJson.Read<RunReport>(await File.ReadAllTextAsync(folder.Report).ConfigureAwait(false));
        if (report.Outcome != RunOutcome.Changed)
        {
            throw new InvalidOperationException($"{report.Outcome}: {report.Error?.Message}");
        }

        await _pool.ReturnAsync(lease, name).ConfigureAwait(false);
        return cost;
    }

    private string Name(string kind) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{++_count}");

    private async Task<Cost> RunAsync(string name, ChildCommand command, bool watchMemory)
    {
        var number = Path.Combine(_directory.Path, name + ".pid");
        var child = ChildProcess.Start(command with { FileName = "/bin/sh", Arguments = ["-c", Counting, "sh", number, command.FileName, .. command.Arguments] });
        await using (child.ConfigureAwait(false))
        {
            var peak = watchMemory ? await PeakAsync(number, child.Completion).ConfigureAwait(false) : 0;
            var result = await child.Completion.ConfigureAwait(false);
            var counters = result.Output.TrimEnd().Split('\n')[^1].Split(' ');
            return result.Succeeded
                ? new Cost(result.Elapsed.TotalMilliseconds, (Ticks(counters[15]) + Ticks(counters[16])) * 10, peak)
                : throw new InvalidOperationException($"{command.FileName} ended with {result.ExitCode}: {result.Error} {result.Output}");
        }
    }

    private static async Task<double> PeakAsync(string number, Task end)
    {
        var peak = 0.0;
        while (!end.IsCompleted)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
            try
            {
                var line = File.ReadLines($"/proc/{(await File.ReadAllTextAsync(number).ConfigureAwait(false)).Trim()}/smaps_rollup").First(line => line.StartsWith("Pss:", StringComparison.Ordinal));
                peak = Math.Max(peak, Ticks(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1e3);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                // Not begun yet, or over.
                continue;
            }
        }

        return peak;
    }

    private static double Ticks(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private RunSpec Spec(RunAgent agent, string name, TreeLease lease) => new()
    {
        Kind = RunKind.Agent,
        JobId = Guid.NewGuid(),
        Attempt = 1,
        Project = new RunProject(Guid.NewGuid(), "sample"),
        Ticket = new RunTicket(Guid.NewGuid(), "Make a file", "Make a file."),
        Tree = new RunTree
        {
            Repository = _clone.Path,
            Path = lease.Tree,
            GitDir = lease.GitDir,
            Branch = "autobuild/" + name,
            StartCommit = _tip,
            BaseCommit = _tip,
            TargetBranch = "main",
            Home = _directory.Sub($"data/homes/{name}"),
            Temp = _directory.Sub($"data/temp/{name}"),
        },
        Agent = agent,
        Qa = new RunQa { Checks = [] },
        Walls = new RunWalls { Hidden = [_directory.Sub("data")] },
        AllowedEnvironment = ["ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY"],
    };
}
