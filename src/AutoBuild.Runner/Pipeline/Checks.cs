using System.Globalization;
using AutoBuild.Core.Json;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Runner.Journal;
using AutoBuild.Runner.Qa;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Pipeline;

/// <summary>Checks a commit that stands in the run's tree; what fails is compared with the base.</summary>
internal sealed class Checks(RunContext run, RunSite site)
{
    private readonly RunSpec _spec = run.Spec;
    private TreePlan? _base;

    /// <summary>Runs the checks; a stop of the run comes out as cancellation.</summary>
    public async Task<QaReport> RunAsync(string commit, int round)
    {
        run.Events.Add(RunPhase.Qa, round);
        var plan = QaPlan.Choose(_spec.Qa, site.Recipe, site.Plan.Path);
        var channel = run.Output.Open();
        var before = plan.Steps.Count == 0 ? null : await LooseAsync();
        var here = await SiteAsync(site.Plan, commit, round, channel);
        var report = await JobTree.RecordAroundAsync(site.Plan, () => QaRun.RunAsync(plan, here, run.Cancel), run.Cancel);
        await TidyAsync(before);
        if (report.Verdict == QaVerdict.Failed && commit != _spec.Tree.BaseCommit)
        {
            run.Output.Note("The checks that failed are run on the base.");
            report = await QaRun.WithBaselineAsync(report, plan, cancel => BaseAsync(channel, cancel), run.Cancel);
        }
        channel.Flush();
        run.Cancel.ThrowIfCancellationRequested();
        return report;
    }

    // Files that checks leave behind (caches, reports) are nobody's work: the next commit must not hold them, nor a rescue.
    private async Task TidyAsync(HashSet<string>? before)
    {
        foreach (var path in before is null ? [] : (await LooseAsync()).Except(before).Where(path => !path.EndsWith('/')))
        {
            File.Delete(Path.Combine(site.Plan.Path, path));
        }
    }

    private async Task<HashSet<string>> LooseAsync() =>
        [.. (await JobTree.StatusAsync(site.Plan, run.Cancel)).Where(file => file.Kind == ChangeKind.Untracked).Select(file => file.Path)];

    private async Task<QaSite> SiteAsync(TreePlan plan, string commit, int? round, OutputChannel channel) => new()
    {
        Tree = plan.Path,
        Commit = commit,
        TreeHash = await site.Clone.TreeAsync(commit, run.Cancel),
        Changed = async cancel => [.. (await JobTree.StatusAsync(plan, cancel)).Select(file => file.Path)],
        Environment = site.Environment.ForChecks(),
        Confinement = run.Host.Confinement,
        Walls = site.Walls,
        Marker = run.Marker,
        Grace = TimeSpan.FromSeconds(_spec.Limits.GraceSeconds),
        Cache = _spec.Qa.Cache is { } folder ? new QaCache(folder, _spec.Project.Id) : null,
        Mask = run.Output.Mask,
        CheckStarted = check => Started(check, round),
        CheckEnded = check => Ended(check, round),
        Output = chunk => channel.Push(chunk, isError: false),
    };

    private async Task<QaSite?> BaseAsync(OutputChannel channel, CancellationToken cancel)
    {
        try
        {
            _base ??= await site.BesideAsync(_spec.Tree.BaseCommit, cancel);
            return await SiteAsync(_base, _spec.Tree.BaseCommit, null, channel);
        }
        catch (Exception fault) when (fault is WorkspaceException or RunFault)
        {
            // Without a base to compare with, a failure counts as the change's own.
            run.Events.Add(RunEventKind.Warning, $"The base could not be checked for comparison: {fault.Message}");
            return null;
        }
    }

    private void Started(QaCheck check, int? round)
    {
        run.Output.Note($"$ {check.Command}");
        run.Events.Add(RunEventKind.CheckStarted, round is null ? $"on the base: {check.Command}" : check.Command, check.Name, round);
    }

    private void Ended(QaCheckResult check, int? round)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{SnakeCase.Of(check.Status)} after {check.Seconds:0.0} s {check.Reason}").TrimEnd();
        run.Events.Add(RunEventKind.CheckEnded, round is null ? $"on the base: {text}" : text, check.Name, round);
    }
}
