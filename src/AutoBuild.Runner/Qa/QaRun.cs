using AutoBuild.Core.Qa;

namespace AutoBuild.Runner.Qa;

/// <summary>Runs the checks of a plan one after another and reports what they showed about one commit.</summary>
public static class QaRun
{
    /// <summary>Runs all steps; a kept report of an equal run that passed is returned instead.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; nothing of the checks is alive then.</exception>
    public static Task<QaReport> RunAsync(QaPlan plan, QaSite site, CancellationToken cancellation = default) =>
        RunAsync(plan, site, QaVerdict.Passed, cancellation);

    /// <summary>Runs the required checks that failed at the base too, and marks those that fail there as <see cref="QaStatus.FailingOnBase"/>.</summary>
    /// <param name="report">Of <paramref name="plan"/>; returned as it is where nothing failed.</param>
    /// <param name="atBase">Gives a tree of the base commit, its setup done; called at most once; null where there is none.</param>
    public static async Task<QaReport> WithBaselineAsync(QaReport report, QaPlan plan, Func<CancellationToken, Task<QaSite?>> atBase,
        CancellationToken cancellation = default)
    {
        if (report.Verdict != QaVerdict.Failed || await atBase(cancellation) is not { } site)
        {
            return report;
        }
        var baseline = await RunAsync(PlanOfBase(report, plan, site.Tree), site, QaVerdict.Failed, cancellation);
        var checks = report.Checks.Select(check => Compare(check, baseline.Checks, site.Commit)).ToList();
        var verdict = QaReport.Judge(checks);
        return report with { Checks = checks, Verdict = verdict, Reason = verdict == QaVerdict.NotRun ? FailingBefore(checks) : report.Reason };
    }

    private static string FailingBefore(IEnumerable<QaCheckResult> checks) =>
        $"Failing on the base already: {string.Join(", ", checks.Where(check => check.Status == QaStatus.FailingOnBase).Select(check => check.Name))}.";

    // A check that the base doesn't have, such as a test script the change brings along, can't have failed there.
    private static QaPlan PlanOfBase(QaReport report, QaPlan plan, string tree)
    {
        var basePlan = plan.Detected ? QaDetection.Detect(tree) with { Basis = plan.Basis } : plan;
        var failed = report.Checks.Where(IsFailure).Select(check => (check.Name, check.Command)).ToHashSet();
        var steps = basePlan.Steps.Where(step => failed.Contains((step.Check.Name, step.Check.Command))).ToList();
        var groups = steps.Select(step => step.Group).ToHashSet();
        return basePlan with { Steps = [.. basePlan.Steps.Where(step => steps.Contains(step) || (step.Setup && groups.Contains(step.Group)))] };
    }

    private static bool IsFailure(QaCheckResult check) => check is { Required: true, Status: QaStatus.Failed };

    private static QaCheckResult Compare(QaCheckResult check, IReadOnlyList<QaCheckResult> baseline, string commit) =>
        IsFailure(check) && baseline.Any(other => other.Name == check.Name && other.Status == QaStatus.Failed)
            ? check with { Status = QaStatus.FailingOnBase, Reason = $"It fails on the base ({Short(commit)}) too. {check.Reason}".TrimEnd() }
            : check;

    private static async Task<QaReport> RunAsync(QaPlan plan, QaSite site, QaVerdict kept, CancellationToken cancellation)
    {
        var report = new QaReport { Verdict = QaVerdict.NotRun, Commit = site.Commit, Tree = site.TreeHash, Source = plan.Source };
        if (plan.Steps.Count == 0)
        {
            return report with { Reason = plan.Reason };
        }
        var run = new QaRunState(site, site.Changed is null ? null : await site.Changed(cancellation));
        var key = run.IsClean && site is { TreeHash: { } tree, Cache: not null } ? QaCache.Key(tree, plan, run.Machine(plan)) : null;
        if (key is not null && site.Cache!.Find(key) is { } found && (found.Verdict == QaVerdict.Passed || found.Verdict == kept))
        {
            return Reuse(found, report, site);
        }
        foreach (var step in plan.Steps)
        {
            await run.StepAsync(step, cancellation);
        }
        report = report with { Checks = run.Results, Verdict = QaReport.Judge(run.Results) };
        if (key is not null && run.IsComplete)
        {
            site.Cache!.Keep(key, report);
        }
        return report;
    }

    private static QaReport Reuse(QaReport found, QaReport report, QaSite site)
    {
        foreach (var check in found.Checks)
        {
            site.CheckEnded?.Invoke(check);
        }
        var reason = $"The same files were checked at commit {Short(found.Commit)}; its results are used.";
        return report with { Checks = found.Checks, Verdict = found.Verdict, Reason = reason };
    }

    private static string Short(string commit) => commit[..Math.Min(8, commit.Length)];
}
