using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Tickets;

namespace AutoBuild.Storage.Tickets;

/// <summary>Words what a person has to do after a job or a landing moved; pure.</summary>
internal static class Needs
{
    /// <summary>Returns what an ended job asks for; null where nothing is asked.</summary>
    public static NeedsYou? AfterJob(Job job, LandingPolicy policy) => job.State switch
    {
        JobState.Completed => AfterCompletion(job, policy),
        JobState.Failed or JobState.TimedOut => AfterFailure(job),
        // A crowd or a rate limit is over in minutes and nobody's matter.
        JobState.RetryWait when job is { QueuedReason: QueuedReason.RateLimit, ErrorCode: null or "quota" } =>
            new(NeedsYouKind.Quota, $"The share of {job.Agent ?? "the agent"} is used up; the job goes on by itself at {job.RetryAt:yyyy-MM-dd HH:mm} UTC."),
        JobState.Cancelled or JobState.RetryWait or JobState.Pending or JobState.Blocked or JobState.Queued
            or JobState.Dispatched or JobState.Running or JobState.Cancelling => null,
    };

    /// <summary>Returns what a landing asks for; null while it is at work and once it has landed.</summary>
    public static NeedsYou? AfterLanding(Landing landing) => landing.State switch
    {
        LandingState.Conflict => new(NeedsYouKind.Conflict, $"Conflict with {landing.TargetBranch} in {Files(landing)}. Resolve it, or let the agent do it."),
        LandingState.Red => new(NeedsYouKind.Red, $"Merged into {landing.TargetBranch}, the checks fail: {landing.Error}"),
        LandingState.Ejected => new(NeedsYouKind.Land, $"Taken off the way to {landing.TargetBranch}: {landing.Error} Land it again when it may go."),
        LandingState.Cancelled => new(NeedsYouKind.Land, $"The landing was cancelled: {landing.Error}"),
        LandingState.Queued or LandingState.Merging or LandingState.Testing or LandingState.Moving or LandingState.Landed => null,
    };

    private static NeedsYou AfterCompletion(Job job, LandingPolicy policy)
    {
        if (job.Outcome == RunOutcome.NeedsInput)
        {
            return new(NeedsYouKind.Question, job.Question ?? "The agent asks something.");
        }

        return job.Qa?.Verdict switch
        {
            QaVerdict.Passed or QaVerdict.NotRun or null when job.PrUrl is { } url => new(NeedsYouKind.Review, $"Its pull request is open: {url}. Review and merge it."),
            QaVerdict.Passed => new(NeedsYouKind.Land, policy == LandingPolicy.PullRequest ? "The checks passed. Open its pull request." : "The checks passed. Look at the change and land it."),
            QaVerdict.Failed => new(NeedsYouKind.QaFailed, "Required checks fail. Look at the change."),
            QaVerdict.NotRun or null => new(NeedsYouKind.Review, $"No check covers this change{Reason(job)}. Review it, then land it."),
        };
    }

    private static NeedsYou AfterFailure(Job job) => job.ErrorCode switch
    {
        "qa_failed" => new(NeedsYouKind.QaFailed, job.ErrorMessage ?? "Required checks fail."),
        "budget" or "agent_budget" => new(NeedsYouKind.Budget, job.ErrorMessage ?? "What it may cost is used up."),
        "agent_max_turns" or "agent_permission_denied" => new(NeedsYouKind.Question, job.ErrorMessage ?? "The agent needs a word from you."),
        "quota" => new(NeedsYouKind.Quota, job.ErrorMessage ?? "The agent's quota is used up."),
        _ => new(NeedsYouKind.Error, job.ErrorMessage ?? "The job failed."),
    };

    private static string Reason(Job job) => job.Qa?.Reason is { Length: > 0 } reason ? $" ({reason})" : "";

    private static string Files(Landing landing) => landing.Conflicts.Count == 0
        ? "unnamed files"
        : string.Join(", ", landing.Conflicts.Select(conflict => conflict.Path));
}
