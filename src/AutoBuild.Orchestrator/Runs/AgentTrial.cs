using System.Text.RegularExpressions;
using AutoBuild.Core;
using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Runs;

/// <summary>Lets an agent say one word in an empty repository, with all that a run has: its adapter, walls, environment and sign-in.</summary>
public sealed partial class AgentTrial(OrchestratorOptions options, RunSpecs specs, IRunLauncher launcher, TimeProvider time)
{
    private const int MostTurns = 3;
    private const int LongestWords = 300;
    private const string Prompt = "Answer with the one word: ready\nUse no tools and change no files.";
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>What the agent may take.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromSeconds(60);

    /// <summary>What it may cost, in US dollars, where that is known.</summary>
    public const decimal Dearest = 0.5m;

    /// <summary>Runs it, up to its end; a cancelled one is stopped first.</summary>
    /// <param name="model">Null is what the agent takes by itself.</param>
    public async Task<TrialResult> RunAsync(string agent, string? model, CancellationToken cancel)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow());
        var trials = Directory.CreateDirectory(Path.Combine(options.DataDirectory, "trials"));
        Forget(trials);
        var root = Path.Combine(trials.FullName, id.ToString());
        try
        {
            var folder = RunFolder.Of(root, id, 1);
            Directory.CreateDirectory(folder.Path);
            var start = await MakeRepositoryAsync(root, cancel);
            var spec = specs.Trial(new RunAgent { Name = agent, Model = model, MaxTurns = MostTurns }, new RunTicket(id, "Say ready", Prompt), Tree(root, start));
            await File.WriteAllTextAsync(folder.Spec, CoreJson.Write(spec), cancel);
            var report = await EndAsync(folder, launcher.Start(folder, spec), cancel);
            var log = File.Exists(folder.AgentLog) ? await File.ReadAllTextAsync(folder.AgentLog, cancel) : "";
            return new TrialResult(report, Model().Match(log) is { Success: true } told ? told.Groups["name"].Value : model, LastWords(log));
        }
        finally
        {
            TreeFiles.Delete(root);
        }
    }

    // What a server left that died meanwhile: a login may lie in it.
    private void Forget(DirectoryInfo trials)
    {
        foreach (var old in trials.EnumerateDirectories().Where(old => time.GetUtcNow() - old.LastWriteTimeUtc > 2 * (Longest + Margin)))
        {
            TreeFiles.Delete(old.FullName);
        }
    }

    private static async Task<string> MakeRepositoryAsync(string root, CancellationToken cancel)
    {
        var source = Directory.CreateDirectory(Path.Combine(root, "source")).FullName;
        await Git.ExpectAsync(source, ["init", "-q", "-b", "main"], cancellation: cancel);
        await Git.ExpectAsync(source, ["-c", "user.name=AutoBuild", "-c", "user.email=autobuild@localhost", "commit", "-q", "--allow-empty", "-m", "start"], cancellation: cancel);
        var clone = await BareClone.OpenAsync(Clone(root), source, cancellation: cancel);
        await clone.TakeOriginInAsync("main", cancel);
        return await Git.TextAsync(source, ["rev-parse", "HEAD"], cancellation: cancel);
    }

    private static string Clone(string root) => Path.Combine(root, "clone.git");

    private static RunTree Tree(string root, string start) => new()
    {
        Repository = Clone(root),
        Path = Path.Combine(root, "tree", "work"),
        GitDir = Path.Combine(root, "tree", "git"),
        Branch = "trial",
        StartCommit = start.Trim(),
        BaseCommit = start.Trim(),
        TargetBranch = "main",
        Home = Path.Combine(root, "home"),
        Temp = Path.Combine(root, "tmp"),
    };

    private async Task<RunReport> EndAsync(RunFolder folder, ProcessIdentity runner, CancellationToken cancel)
    {
        await using var stopping = cancel.Register(() =>
            File.AppendAllText(folder.Control, CoreJson.Write(new RunControl(RunControlKind.Cancel, time.GetUtcNow(), "Nobody waits for it.")) + "\n"));
        var began = time.GetTimestamp();
        while (runner.IsAlive() && time.GetElapsedTime(began) < Longest + Margin)
        {
            await Task.Delay(Look, time, CancellationToken.None);
        }
        runner.Kill();
        cancel.ThrowIfCancellationRequested();
        return File.Exists(folder.Report)
            ? CoreJson.Read<RunReport>(await File.ReadAllTextAsync(folder.Report, cancel))
            : throw new AutoBuildException("runner_failed", $"The trial's runner ended without a report. {await File.ReadAllTextAsync(folder.RunnerLog, cancel)}");
    }

    private static string? LastWords(string log) => log.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .LastOrDefault(line => !line.StartsWith("[autobuild]", StringComparison.Ordinal)) is { } line ? line[..Math.Min(line.Length, LongestWords)] : null;

    // The agents that tell their model do so with their first event; it is for show.
    [GeneratedRegex("""
        "model"\s*:\s*"(?<name>[^"<]+)"
        """, RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Model();
}

/// <summary>Is what came of a trial.</summary>
/// <param name="Model">As the agent tells it; null where it doesn't.</param>
/// <param name="LastWords">The last line that it printed, secrets masked; null where it printed none.</param>
public sealed record TrialResult(RunReport Report, string? Model, string? LastWords)
{
    /// <summary>Whether the agent answered.</summary>
    public bool Answered => Report.Error is null && Report.Outcome is RunOutcome.NoChanges or RunOutcome.Changed;
}
