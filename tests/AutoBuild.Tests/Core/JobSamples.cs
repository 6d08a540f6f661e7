using AutoBuild.Core.Jobs;
using AutoBuild.Core.Runs;

namespace AutoBuild.Tests.Core;

/// <summary>Makes jobs and inputs for the tests of the decision.</summary>
internal static class JobSamples
{
    internal static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    internal static readonly QueueOptions Options = new();
    internal static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    internal static JobDecision Decision(double jitter = 1) => new(Options, Now, jitter);

    internal static Job Job(JobState state, int charged = 0, int attempt = 1) => new()
    {
        Id = Guid.CreateVersion7(),
        TicketId = Guid.CreateVersion7(),
        ProjectId = Guid.CreateVersion7(),
        Prompt = "do it",
        BranchName = "autobuild/x",
        CreatedAt = Now - TimeSpan.FromHours(1),
        State = state,
        MaxAttempts = Options.MaxAttempts,
        Charged = charged,
        Attempt = attempt,
        Fence = attempt,
        CancelCause = state switch
        {
            JobState.Cancelling or JobState.Cancelled => CancelCause.Asked,
            JobState.TimedOut => CancelCause.Timeout,
            _ => null,
        },
        LeaseExpiresAt = state.IsActive() ? Now + Lease : null,
        RetryAt = state == JobState.RetryWait ? Now : null,
        CompletedAt = state.IsOver() ? Now - TimeSpan.FromMinutes(1) : null,
    };

    internal static RunReport Report(RunOutcome outcome, RunError? error = null) => new()
    {
        JobId = Guid.Empty,
        Attempt = 1,
        Outcome = outcome,
        Commit = outcome == RunOutcome.Changed ? "c0ffee" : null,
        Question = outcome == RunOutcome.NeedsInput ? "Which?" : null,
        Error = error,
    };

    internal static JobInput Reported(RunOutcome outcome, RunError? error = null) => new JobInput.Reported(Report(outcome, error));

    internal static JobChange Decide(Job job, JobInput input, double jitter = 1) => Decision(jitter).Decide(job, input).OrThrow();
}
