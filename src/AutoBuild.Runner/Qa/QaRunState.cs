using System.Globalization;
using AutoBuild.Core.Qa;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Qa;

/// <summary>Is a run of checks on its way: what ended so far, and what the next one has to know of it.</summary>
internal sealed class QaRunState
{
    private readonly QaSite _site;
    private readonly Dictionary<string, string> _environment;
    private readonly Dictionary<string, string> _brokenGroups = [];
    private readonly List<QaCheckResult> _results = [];
    private HashSet<string> _changed;

    internal QaRunState(QaSite site, IReadOnlyList<string>? changed)
    {
        _site = site;
        _changed = [.. changed ?? []];
        IsClean = changed is { Count: 0 };
        _environment = new(site.Environment ?? OwnEnvironment.Read());
        _environment.TryAdd("CI", "true");
        _environment.TryAdd("COREPACK_ENABLE_DOWNLOAD_PROMPT", "0");
        // Compiled Python is found again by second and size of its source: a change can hide behind it, and it litters the tree.
        _environment.TryAdd("PYTHONDONTWRITEBYTECODE", "1");
    }

    internal IReadOnlyList<QaCheckResult> Results => _results;

    /// <summary>The tree is known to be the commit and nothing else, from the first check to the last.</summary>
    internal bool IsClean { get; private set; }

    /// <summary>Every check said something about the tree; a timeout and a missing tool say something about the machine.</summary>
    internal bool IsComplete { get; private set; } = true;

    private string SearchPath => _environment.GetValueOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");

    internal string Machine(QaPlan plan) => MachineImage.Of(plan.Steps.Select(CheckTool.Of).OfType<string>(), SearchPath);

    internal async Task StepAsync(QaStep step, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var result = await ResultAsync(step, cancellation);
        if (step.Setup && result.Status is (QaStatus.Failed or QaStatus.NotRun))
        {
            _brokenGroups[step.Group] = result.Status == QaStatus.Failed
                ? "The install before it failed."
                : $"The install before it did not run: {result.Reason}";
        }
        IsComplete &= IsClean && result.Status is not QaStatus.NotRun;
        _results.Add(result);
        _site.CheckEnded?.Invoke(result);
    }

    private async Task<QaCheckResult> ResultAsync(QaStep step, CancellationToken cancellation)
    {
        var blank = new QaCheckResult { Name = step.Check.Name, Status = QaStatus.NotRun, Required = step.Check.Required, Setup = step.Setup, Command = step.Check.Command };
        if (_brokenGroups.TryGetValue(step.Group, out var broken))
        {
            return blank with { Status = QaStatus.Skipped, Reason = broken };
        }
        var environment = EnvironmentOf(step);
        if (CheckTool.Missing(step, environment["PATH"]) is { } tool)
        {
            return blank with { Reason = $"'{tool}' is not on PATH. Install it on this machine, or name other checks in {Recipe.FileName}." };
        }
        if (step.Stamp?.IsCurrent(_site.Tree, _site.Scratch, step.Check.Command) == true)
        {
            return blank with { Status = QaStatus.Skipped, Reason = "What the lockfile asks for is installed." };
        }
        _site.CheckStarted?.Invoke(step.Check);
        var result = await RunAsync(step, blank, environment, cancellation);
        if (result.Status == QaStatus.Passed)
        {
            step.Stamp?.Write(_site.Tree, _site.Scratch, step.Check.Command);
        }
        return await WithChangesAsync(result, cancellation);
    }

    private Dictionary<string, string> EnvironmentOf(QaStep step)
    {
        var environment = new Dictionary<string, string>(_environment);
        environment.TryAdd("PATH", SearchPath);
        foreach (var (name, value) in step.Environment)
        {
            environment[name] = value.Replace("{tree}", _site.Tree, StringComparison.Ordinal).Replace("{scratch}", _site.Scratch, StringComparison.Ordinal)
                .Replace("{PATH}", SearchPath, StringComparison.Ordinal);
        }
        return environment;
    }

    private async Task<QaCheckResult> RunAsync(QaStep step, QaCheckResult blank, Dictionary<string, string> environment, CancellationToken cancellation)
    {
        var output = new CheckOutput();
        var child = new ChildCommand("/bin/sh", ["-c", step.Check.Command])
        {
            WorkingDirectory = _site.Tree,
            Environment = environment,
            Confinement = _site.Confinement,
            Walls = _site.Walls,
            Marker = _site.Marker,
            WallLimit = TimeSpan.FromSeconds(step.Check.TimeoutSeconds),
            Grace = _site.Grace,
            CaptureLimit = 0,
        };
        var ended = await ChildProcess.RunAsync(child, (chunk, _) =>
        {
            output.Append(chunk);
            _site.Output?.Invoke(chunk);
        }, cancellation);
        cancellation.ThrowIfCancellationRequested();
        IsComplete &= ended.End == ChildEnd.Exited;
        var text = output.Text;
        var (status, reason) = Judge(step, ended, text);
        return blank with
        {
            Status = status,
            Reason = reason,
            ExitCode = ended.End == ChildEnd.Exited ? ended.ExitCode : null,
            Seconds = Math.Round(ended.Elapsed.TotalSeconds, 3),
            LogTail = CheckOutput.Tail(_site.Mask(text)),
        };
    }

    private static (QaStatus Status, string? Reason) Judge(QaStep step, ChildResult ended, string text)
    {
        if (ended.End != ChildEnd.Exited)
        {
            return (QaStatus.Failed, string.Create(CultureInfo.InvariantCulture, $"It timed out after {step.Check.TimeoutSeconds} s."));
        }
        var empty = ended.ExitCode == step.EmptyExit || (ended.ExitCode == 0 && step.EmptyText is { } words && text.Contains(words, StringComparison.Ordinal));
        return empty ? (QaStatus.NotRun, "It found no tests.") : (ended.ExitCode == 0 ? QaStatus.Passed : QaStatus.Failed, null);
    }

    // Evidence is about the commit: what a check changes in the tree is said, and nothing of such a run is kept for others.
    private async Task<QaCheckResult> WithChangesAsync(QaCheckResult result, CancellationToken cancellation)
    {
        if (_site.Changed is null)
        {
            return result;
        }
        var now = await _site.Changed(cancellation);
        var added = now.Where(path => !_changed.Contains(path)).ToList();
        _changed = [.. now];
        if (added.Count == 0)
        {
            return result;
        }
        IsClean = false;
        var more = added.Count > 5 ? $" and {added.Count - 5} more" : "";
        return result with { Reason = $"{result.Reason} It changed files that are not ignored: {string.Join(", ", added.Take(5))}{more}.".TrimStart() };
    }
}
