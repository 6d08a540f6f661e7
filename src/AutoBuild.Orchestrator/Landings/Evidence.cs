using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Decides which proof a merged tree needs before the target moves to it.</summary>
public static class Evidence
{
    /// <summary>What the store writes as approver where the policy queued the landing.</summary>
    public const string Policy = "policy";

    /// <summary>Tells whether a person decided that it lands.</summary>
    public static bool IsPersons(Landing landing) => landing.ApprovedBy is not Policy;

    /// <summary>Returns proof that is there already: checks passed on the very same tree, or there is nothing to run and a person decided.</summary>
    /// <param name="guessed">Whether the merge holds only if checks pass on it.</param>
    public static QaReport? Known(Landing landing, Project project, Job? job, string commit, string tree, bool guessed)
    {
        if (job?.Qa is { Verdict: QaVerdict.Passed } passed && passed.Tree == tree)
        {
            return passed;
        }

        var person = IsPersons(landing) && !guessed;
        if (person && !project.QaEnabled)
        {
            return NotRun(commit, tree, "Checks are switched off for this project; a person landed it.");
        }

        return person && job?.Qa is { Verdict: QaVerdict.NotRun } none && none.Tree == tree
            ? NotRun(commit, tree, none.Reason ?? "No checks were found; a person landed it.")
            : null;
    }

    /// <summary>Judges what a check run found; null lets the target move.</summary>
    /// <param name="person">Whether a person asked for it, who may do without checks where there are none.</param>
    /// <param name="guessed">Whether the merge holds only if checks pass on it.</param>
    public static string? Objection(bool person, QaReport? qa, string? error, bool guessed) => qa?.Verdict switch
    {
        QaVerdict.Passed => null,
        QaVerdict.Failed => $"Checks fail on the merged tree: {string.Join(", ", qa.Checks.Where(check => check is { Required: true, Status: QaStatus.Failed }).Select(check => check.Name))}.",
        QaVerdict.NotRun when guessed => "No check ran on the merged tree, and answers of the merge hold only if checks pass.",
        QaVerdict.NotRun when person => null,
        QaVerdict.NotRun => "No check ran on the merged tree; only a person can land it.",
        null => error ?? "The check of the merged tree broke off without a result.",
    };

    private static QaReport NotRun(string commit, string tree, string reason) => new() { Verdict = QaVerdict.NotRun, Commit = commit, Tree = tree, Reason = reason };
}
