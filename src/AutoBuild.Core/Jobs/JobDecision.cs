using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;

namespace AutoBuild.Core.Jobs;

/// <summary>Is the job after something happened to it, and the attempt that ended with it.</summary>
/// <param name="Job">The whole new row.</param>
/// <param name="Ended">How the open attempt ended; null where none did.</param>
public sealed record JobChange(Job Job, AttemptOutcome? Ended);

/// <summary>Chooses the transition for what happened to a job; pure, so that both databases decide alike.</summary>
/// <param name="options">Retries, backoff.</param>
/// <param name="now">The database's clock.</param>
/// <param name="jitter">0.5 to 1.5, spreads retries.</param>
/// <param name="spent">Asked before the machine tries again: the ticket's cap where it is reached; null is one without a cap.</param>
public sealed class JobDecision(QueueOptions options, DateTimeOffset now, double jitter, Func<Job, Cap?>? spent = null)
{
    private const int LaunchFailuresForFree = 2;
    private const int AttemptsPerCharge = 3;
    private const string HeldCode = "agent_held";
    private const string OverlapCode = "overlap_held";

    // A limit is met again within seconds, so a wait begins where the fourth backoff would be.
    private const int FirstWait = 2;
    private const int LongestQuotaWait = 12;

    // The job that met a limit tries first; what it finds decides for the others.
    private static readonly TimeSpan TrialTime = TimeSpan.FromMinutes(1);

    /// <summary>Returns the changed job, or why nothing changes.</summary>
    public Result<JobChange> Decide(Job job, JobInput input) => input switch
    {
        JobInput.Released released => released.Unblocked ? Move(job, JobTrigger.Ready, Enqueued) : Move(job, JobTrigger.ReadyButBlocked, Held),
        JobInput.DependenciesLanded => Move(job, JobTrigger.DependenciesLanded, Enqueued),
        JobInput.DependencyAdded => DependencyAdded(job),
        JobInput.Held held => Move(job, JobTrigger.Hold, moved => Held(moved, held)),
        JobInput.Overlapping overlap => Move(job, JobTrigger.Hold, moved => Overlapping(moved, overlap.Sentence)),
        JobInput.Claimed claimed => Move(job, JobTrigger.Claim, moved => Claimed(moved, claimed)),
        JobInput.Heartbeat beat => Beat(job, beat.Lease),
        JobInput.LaunchFailed failed => LaunchFailed(job, failed),
        JobInput.Reported reported => Reported(job, reported.Report, reported.Elsewhere),
        JobInput.Lost lost => Lost(job, lost),
        JobInput.LeaseExpired => LeaseExpired(job),
        JobInput.Overdue => Move(job, JobTrigger.Stop, moved => Stopping(moved, CancelCause.Timeout, "the attempt took longer than it may")),
        JobInput.CancelAsked asked => CancelAsked(job, asked.Reason),
        JobInput.AgentGone => AgentGone(job.CancelCause == CancelCause.Timeout ? job with { Charged = job.Charged + 1 } : job),
        JobInput.Due due => due.Unblocked ? Move(job, JobTrigger.Due, Again) : Move(job, JobTrigger.ReadyButBlocked, Held),
        _ => throw new AutoBuildException("unknown_input", $"No rule for {input.GetType().Name}."),
    };

    private static Result<JobChange> Move(Job job, JobTrigger trigger, Func<Job, Job> change, AttemptOutcome? ended = null) =>
        JobMachine.After(job.State, trigger) is { } to
            ? new JobChange(change(job with { State = to }), ended)
            : Illegal(job, trigger);

    private static Refusal Illegal(Job job, JobTrigger trigger) => job.State.IsOver()
        ? new Refusal(RefusalKind.Conflict, "job_already_finished", $"The job is already {SnakeCase.Of(job.Status)}; an ended job never changes. Retry it to make a new one.")
        : new Refusal(RefusalKind.Conflict, "illegal_transition", $"A job that is {SnakeCase.Of(job.State)} can't take {SnakeCase.Of(trigger)}.");

    // What waits for its hour or a backoff asks for its dependencies when that is over.
    private static Result<JobChange> DependencyAdded(Job job) => job.State is JobState.Pending or JobState.Blocked or JobState.RetryWait
        ? new JobChange(job, null)
        : Move(job, JobTrigger.ReadyButBlocked, Held);

    private static Job Held(Job job) => job with { RetryAt = null, QueuedReason = null };

    // Who was sent back keeps its age as it keeps its place.
    private Job Again(Job job) => Enqueued(job.ErrorCode is HeldCode or OverlapCode ? job with { ErrorCode = null, ErrorMessage = null } : job) with { QueuedAt = job.QueuedAt ?? now };

    private Job Enqueued(Job job) => job with { QueuedAt = now, RetryAt = null, QueuedReason = null };

    private Job Claimed(Job job, JobInput.Claimed claim) => job with
    {
        Attempt = job.Attempt + 1,
        Fence = claim.Fence,
        WorkerId = claim.WorkerId,
        DispatchedAt = now,
        HeartbeatAt = now,
        LeaseExpiresAt = now + claim.Lease,
        QueuedReason = null,
        Phase = null,
        ErrorCode = null,
        ErrorMessage = null,
        LateSuccess = false,
    };

    private Result<JobChange> Beat(Job job, TimeSpan lease)
    {
        Job Renewed(Job beating) => beating with { HeartbeatAt = now, LeaseExpiresAt = now + lease };
        return job.State switch
        {
            JobState.Dispatched => Move(job, JobTrigger.Heard, moved => Renewed(moved) with { StartedAt = moved.StartedAt ?? now, LaunchFailures = 0 }),
            _ when job.State.IsActive() => new JobChange(Renewed(job), null),
            _ => Illegal(job, JobTrigger.Heard),
        };
    }

    private Result<JobChange> LaunchFailed(Job job, JobInput.LaunchFailed failed)
    {
        var failures = job.LaunchFailures + 1;
        var charged = failures > LaunchFailuresForFree ? job.Charged + 1 : job.Charged;
        var next = job with { LaunchFailures = failures, Charged = charged, ErrorCode = failed.Code, ErrorMessage = failed.Message };
        return job.State == JobState.Cancelling ? AgentGone(next)
            : failed.Retry ? RetryOrFail(next, failures, AttemptOutcome.Failed)
            : Move(next, JobTrigger.Fail, Ended, AttemptOutcome.Failed);
    }

    private Result<JobChange> Reported(Job job, RunReport report, RunElsewhere? elsewhere)
    {
        var told = job with
        {
            HeadCommit = report.Commit ?? (elsewhere is null ? job.HeadCommit : null),
            SessionId = report.SessionId ?? job.SessionId,
            Session = report.Session ?? job.Session,
            Qa = report.Qa ?? job.Qa,
            QaRounds = report.QaRounds,
            ChangedFiles = report.ChangedFiles,
            Usage = job.Usage.Plus(report.Usage),
            Charged = job.Charged + 1,
            Outcome = report.Outcome,
            PrUrl = elsewhere?.PrUrl ?? job.PrUrl,
            PrNumber = elsewhere?.PrNumber ?? job.PrNumber,
            ErrorCode = report.Error?.Code,
            ErrorMessage = report.Error?.Message,
        };
        if (job.State == JobState.Cancelling)
        {
            return AgentGone(told with { LateSuccess = report.Outcome == RunOutcome.Changed });
        }

        // A report is also the first sign of life of a runner that was quicker than its first heartbeat.
        var heard = told.State == JobState.Dispatched ? told with { State = JobState.Running, StartedAt = told.StartedAt ?? now, LaunchFailures = 0 } : told;
        return Concluded(heard, report);
    }

    private Result<JobChange> Concluded(Job job, RunReport report) => report.Outcome switch
    {
        RunOutcome.Changed => Move(job, JobTrigger.Complete, Ended, AttemptOutcome.Completed),
        RunOutcome.NeedsInput => Move(job, JobTrigger.Complete, moved => Ended(moved) with { Question = report.Question, ErrorCode = "needs_input" }, AttemptOutcome.Completed),
        RunOutcome.NoChanges => Failed(job, "no_changes", "The agent ended without changing anything."),
        // What stands in a pull request is there to be looked at.
        RunOutcome.QaFailed when job.PrUrl is not null => Move(job, JobTrigger.Complete, moved => Ended(moved) with { ErrorCode = "qa_failed" }, AttemptOutcome.Completed),
        RunOutcome.QaFailed => Failed(job, "qa_failed", "Required checks still fail after the last fix round."),
        RunOutcome.Quota => Wait(job with { Charged = job.Charged - 1 }, report.ResetAt),
        RunOutcome.TimedOut => RetryOrTimeOut(job),
        RunOutcome.AgentError when report.Error is { Retry: false } error => Failed(job, error.Code, error.Message),
        RunOutcome.AgentError or RunOutcome.Cancelled => RetryOrFail(job with { ErrorCode = job.ErrorCode ?? "agent_error" }, job.Charged, AttemptOutcome.Failed),
    };

    private Result<JobChange> Wait(Job job, DateTimeOffset? reset) => spent?.Invoke(job) is { } cap ? OverBudget(job, cap, AttemptOutcome.Superseded)
        : job.Attempt < AttemptsPerCharge * job.MaxAttempts
        ? Move(job, JobTrigger.Wait, moved => Waiting(moved, reset ?? now + WaitOf(moved)) with { QueuedReason = Jobs.QueuedReason.RateLimit }, AttemptOutcome.Superseded)
        : Failed(job, job.ErrorCode ?? "quota", "The agent's quota ran out at every attempt.");

    // A share comes back after hours, a crowd goes after minutes.
    private TimeSpan WaitOf(Job job)
    {
        var waits = job.Attempt - job.Charged;
        return job.ErrorCode is null or "quota"
            ? options.RetryCap * Math.Min(LongestQuotaWait, Math.Pow(2, waits - 1))
            : options.Backoff(waits + FirstWait, jitter);
    }

    private static Job Held(Job job, JobInput.Held held) => Waiting(job, held.Reset + TrialTime) with
    {
        QueuedReason = Jobs.QueuedReason.RateLimit,
        ErrorCode = HeldCode,
        ErrorMessage = $"Another job met it: {held.Agent}'s share is used up until {held.Reset:yyyy-MM-dd HH:mm} UTC.",
    };

    // The end of the other wakes it before.
    private Job Overlapping(Job job, string sentence) => Waiting(job, now + options.RetryCap) with
    {
        QueuedReason = Jobs.QueuedReason.Overlap,
        ErrorCode = OverlapCode,
        ErrorMessage = sentence,
    };

    private Result<JobChange> Failed(Job job, string code, string sentence) =>
        Move(job, JobTrigger.Fail, moved => Ended(moved) with { ErrorCode = code, ErrorMessage = job.ErrorMessage ?? sentence }, AttemptOutcome.Failed);

    private Result<JobChange> Lost(Job job, JobInput.Lost lost)
    {
        var told = job with
        {
            Charged = lost.AgentStarted ? job.Charged + 1 : job.Charged,
            ErrorCode = "lost",
            ErrorMessage = lost.Message,
        };
        return job.State == JobState.Cancelling ? AgentGone(told) : RetryOrFail(told, Math.Max(1, told.Charged), AttemptOutcome.Lost);
    }

    // Read outside the transaction, an expired lease may have been renewed since.
    private Result<JobChange> LeaseExpired(Job job) => job.LeaseExpiresAt >= now
        ? new Refusal(RefusalKind.Conflict, "lease_renewed", "The lease was renewed meanwhile; whoever holds it answers for the job.")
        : Lost(job, new JobInput.Lost("Nobody renewed its lease.", AgentStarted: true));

    private Result<JobChange> CancelAsked(Job job, string reason) => job.State.IsActive()
        ? job.State == JobState.Cancelling
            ? new JobChange(job with { CancelCause = CancelCause.Asked, CancelReason = reason, CancelRequestedAt = job.CancelRequestedAt ?? now }, null)
            : Move(job, JobTrigger.Stop, moved => Stopping(moved, CancelCause.Asked, reason))
        : Move(job, JobTrigger.Cancel, moved => Ended(moved) with { CancelCause = CancelCause.Asked, CancelReason = reason, CancelRequestedAt = now, RetryAt = null, ErrorCode = "cancelled", ErrorMessage = reason });

    private Result<JobChange> AgentGone(Job job) => job.CancelCause switch
    {
        CancelCause.Asked => Move(job, JobTrigger.Cancel, moved => Ended(moved) with { ErrorCode = "cancelled", ErrorMessage = moved.CancelReason }, AttemptOutcome.Cancelled),
        CancelCause.Timeout => RetryOrTimeOut(job),
        null => Illegal(job, JobTrigger.Cancel),
    };

    private Job Stopping(Job job, CancelCause cause, string reason) => job with
    {
        CancelCause = cause,
        CancelReason = reason,
        CancelRequestedAt = now,
        Phase = RunPhase.Cancelling,
    };

    private Result<JobChange> RetryOrTimeOut(Job job)
    {
        var told = job with { ErrorCode = "timeout", ErrorMessage = job.ErrorMessage ?? "The attempt took longer than it may." };
        if (MayRetry(told) && spent?.Invoke(told) is { } cap)
        {
            told = told with { ErrorMessage = $"{told.ErrorMessage} {cap.Sentence}" };
            return Move(told, JobTrigger.TimeOut, Ended, AttemptOutcome.TimedOut);
        }

        return MayRetry(told)
            ? Move(told with { CancelCause = null, CancelReason = null, CancelRequestedAt = null }, JobTrigger.Retry, moved => Waiting(moved, now + options.Backoff(Math.Max(1, told.Charged), jitter)), AttemptOutcome.TimedOut)
            : Move(told, JobTrigger.TimeOut, Ended, AttemptOutcome.TimedOut);
    }

    private Result<JobChange> RetryOrFail(Job job, int failures, AttemptOutcome outcome) => MayRetry(job)
        ? spent?.Invoke(job) is { } cap ? OverBudget(job, cap, outcome) : Move(job, JobTrigger.Retry, moved => Waiting(moved, now + options.Backoff(failures, jitter)), outcome)
        : Move(job, JobTrigger.Fail, Ended, outcome);

    private Result<JobChange> OverBudget(Job job, Cap cap, AttemptOutcome outcome) => Move(job, JobTrigger.Fail,
        moved => Ended(moved) with { ErrorCode = "budget", ErrorMessage = $"{cap.Sentence} It would have been tried again: {job.ErrorMessage}" }, outcome);

    private static bool MayRetry(Job job) =>
        job.Charged < job.MaxAttempts && job.Attempt < AttemptsPerCharge * job.MaxAttempts;

    // In whole milliseconds, as a store keeps it.
    private static Job Waiting(Job job, DateTimeOffset until) =>
        SlotFreed(job) with { RetryAt = DateTimeOffset.FromUnixTimeMilliseconds(until.ToUnixTimeMilliseconds()) };

    private Job Ended(Job job) => SlotFreed(job) with { CompletedAt = now, QueuedReason = null };

    private static Job SlotFreed(Job job) => job with { LeaseExpiresAt = null, Phase = null };
}
