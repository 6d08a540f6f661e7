using AutoBuild.Core.Jobs;
using AutoBuild.Core.Runs;
using static AutoBuild.Tests.Core.JobSamples;

namespace AutoBuild.Tests.Core;

/// <summary>Holds retries, backoff, what is charged, cancels and timeouts.</summary>
public sealed class JobRetryTests
{
    private static readonly JobInput Crash = Reported(RunOutcome.AgentError, new RunError("agent_crashed", "It crashed."));

    [Theory]
    [InlineData(1, 1, 5)]
    [InlineData(2, 1, 10)]
    [InlineData(3, 1, 20)]
    [InlineData(7, 1, 300)]
    [InlineData(1000, 1, 300)]
    [InlineData(1, 0.5, 2.5)]
    [InlineData(1000, 1.5, 450)]
    public void Backoff_doubles_up_to_the_cap_and_is_spread(int failures, double jitter, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Options.Backoff(failures, jitter));

    [Fact]
    public void A_long_base_does_not_overflow()
    {
        var options = new QueueOptions { RetryBase = TimeSpan.FromHours(5), RetryCap = TimeSpan.FromHours(6) };

        Assert.Equal(TimeSpan.FromHours(6), options.Backoff(200, 1));
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 10)]
    [InlineData(2, 20)]
    public void A_crash_is_charged_and_tried_again_after_the_backoff(int chargedBefore, double seconds)
    {
        var (job, ended) = Decide(JobSamples.Job(JobState.Running, chargedBefore), Crash);

        Assert.Equal((JobState.RetryWait, chargedBefore + 1, AttemptOutcome.Failed, "agent_crashed"), (job.State, job.Charged, ended, job.ErrorCode));
        Assert.Equal(Now + TimeSpan.FromSeconds(seconds), job.RetryAt);
    }

    [Fact]
    public void The_last_charged_attempt_fails_the_job()
    {
        var (job, ended) = Decide(JobSamples.Job(JobState.Running, Options.MaxAttempts - 1), Crash);

        Assert.Equal((JobState.Failed, Options.MaxAttempts, AttemptOutcome.Failed, "It crashed."), (job.State, job.Charged, ended, job.ErrorMessage));
        Assert.Equal(Options.RetryAttempts, job.RetryCount);
    }

    [Fact]
    public void A_retry_keeps_the_age_it_had_in_its_lane()
    {
        var waiting = JobSamples.Job(JobState.RetryWait) with { QueuedAt = Now - TimeSpan.FromMinutes(20) };

        Assert.Equal(waiting.QueuedAt, Decide(waiting, new JobInput.Due(true)).Job.QueuedAt);
        Assert.Equal(Now, Decide(waiting with { QueuedAt = null }, new JobInput.Due(true)).Job.QueuedAt);
    }

    [Fact]
    public void What_trying_again_cannot_mend_fails_at_once() =>
        Assert.Equal(JobState.Failed, Decide(JobSamples.Job(JobState.Running), Reported(RunOutcome.AgentError, new RunError("unknown_agent", "?", Retry: false))).Job.State);

    [Fact]
    public void A_failure_always_has_a_code() =>
        Assert.Equal("agent_error", Decide(JobSamples.Job(JobState.Running), Reported(RunOutcome.AgentError)).Job.ErrorCode);

    [Fact]
    public void Launch_failures_are_charged_from_the_third_in_a_row()
    {
        var job = JobSamples.Job(JobState.Dispatched);
        var charged = new List<int>();
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            job = Decide(job with { State = JobState.Dispatched, Attempt = attempt }, new JobInput.LaunchFailed("no_runner", "No runner.")).Job;
            charged.Add(job.Charged);
        }

        Assert.Equal([0, 0, 1], charged);
        Assert.Equal(Now + TimeSpan.FromSeconds(20), job.RetryAt);
    }

    [Fact]
    public void A_launch_that_only_a_person_can_mend_fails_at_once()
    {
        var (job, ended) = Decide(JobSamples.Job(JobState.Dispatched), new JobInput.LaunchFailed("branch_missing", "No such branch.", Retry: false));

        Assert.Equal((JobState.Failed, AttemptOutcome.Failed, "branch_missing", "No such branch."), (job.State, ended, job.ErrorCode, job.ErrorMessage));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public void A_lost_attempt_is_charged_if_its_agent_had_started(bool started, int charged)
    {
        var (job, ended) = Decide(JobSamples.Job(JobState.Running), new JobInput.Lost("The runner ended.", started));

        Assert.Equal((JobState.RetryWait, charged, AttemptOutcome.Lost, "lost"), (job.State, job.Charged, ended, job.ErrorCode));
    }

    [Fact]
    public void A_lease_that_ran_out_gives_the_attempt_up()
    {
        var (job, ended) = Decide(JobSamples.Job(JobState.Running) with { LeaseExpiresAt = Now - TimeSpan.FromSeconds(1) }, new JobInput.LeaseExpired());

        Assert.Equal((JobState.RetryWait, 1, AttemptOutcome.Lost, "lost"), (job.State, job.Charged, ended, job.ErrorCode));
    }

    [Fact]
    public void Attempts_that_are_never_charged_are_bounded_too()
    {
        var last = 3 * Options.MaxAttempts;

        Assert.Equal(JobState.RetryWait, Decide(JobSamples.Job(JobState.Dispatched, attempt: last - 1), new JobInput.Lost("gone", false)).Job.State);
        Assert.Equal(JobState.Failed, Decide(JobSamples.Job(JobState.Dispatched, attempt: last), new JobInput.Lost("gone", false)).Job.State);
    }

    [Fact]
    public void A_quota_waits_for_its_reset_and_charges_nothing()
    {
        var reset = Now + TimeSpan.FromHours(3);

        var (job, _) = Decide(JobSamples.Job(JobState.Running, charged: 1), new JobInput.Reported(JobSamples.Report(RunOutcome.Quota) with { ResetAt = reset }));

        Assert.Equal((JobState.RetryWait, 1, reset, QueuedReason.RateLimit, JobStatus.Pending), (job.State, job.Charged, job.RetryAt!.Value, job.QueuedReason, job.Status));
        Assert.Equal(Now + Options.RetryCap, Decide(JobSamples.Job(JobState.Running), Reported(RunOutcome.Quota)).Job.RetryAt);
    }

    /// <summary>Without an hour, waits grow: a used-up share's by the longest backoff, a crowd's from that of some failures on. None is charged.</summary>
    [Theory]
    [InlineData("quota", 5, 10, 60)]
    [InlineData("rate_limit", 1 / 3.0, 2 / 3.0, 5)]
    [InlineData("agent_provider_overloaded", 1 / 3.0, 2 / 3.0, 5)]
    [InlineData("agent_provider_unreachable", 1 / 3.0, 2 / 3.0, 5)]
    public void Waits_without_an_hour_grow(string code, double first, double second, double longest)
    {
        double Minutes(int attempt)
        {
            var (job, _) = Decide(JobSamples.Job(JobState.Running, attempt: attempt, charged: 0), new JobInput.Reported(JobSamples.Report(RunOutcome.Quota) with { Error = new RunError(code, "Later.", Retry: false) }));
            Assert.Equal((JobState.RetryWait, 0, QueuedReason.RateLimit, code), (job.State, job.Charged, job.QueuedReason, job.ErrorCode));
            return (job.RetryAt!.Value - Now).TotalMinutes;
        }

        Assert.Equal(first, Minutes(1), 3);
        Assert.Equal(second, Minutes(2), 3);
        Assert.Equal(longest, Minutes(11), 3);
        Assert.Equal((JobState.Failed, code), Ended(code));
    }

    private static (JobState, string?) Ended(string code)
    {
        var job = Decide(JobSamples.Job(JobState.Running, attempt: 3 * Options.MaxAttempts), new JobInput.Reported(JobSamples.Report(RunOutcome.Quota) with { Error = new RunError(code, "Later.") })).Job;
        return (job.State, job.ErrorCode);
    }

    /// <summary>Another's limit holds a job that has not begun; it keeps its place, and the one that met the limit tries first.</summary>
    [Fact]
    public void A_limit_of_another_job_is_waited_out()
    {
        var reset = Now + TimeSpan.FromHours(3);
        var waiting = JobSamples.Job(JobState.Queued) with { QueuedAt = Now - TimeSpan.FromMinutes(5) };

        var held = Decide(waiting, new JobInput.Held("claude", reset)).Job;

        Assert.Equal((JobState.RetryWait, reset + TimeSpan.FromMinutes(1), QueuedReason.RateLimit, "agent_held"), (held.State, held.RetryAt!.Value, held.QueuedReason, held.ErrorCode));
        Assert.Contains("claude's share is used up until", held.ErrorMessage, StringComparison.Ordinal);
        var free = Decide(held, new JobInput.Due(Unblocked: true)).Job;
        Assert.Equal((JobState.Queued, waiting.QueuedAt, null, null), (free.State, free.QueuedAt, free.ErrorCode, free.QueuedReason));
    }

    [Fact]
    public void A_quota_that_never_ends_fails_at_the_bound()
    {
        var job = Decide(JobSamples.Job(JobState.Running, attempt: 3 * Options.MaxAttempts), Reported(RunOutcome.Quota)).Job;

        Assert.Equal((JobState.Failed, "quota"), (job.State, job.ErrorCode));
    }

    [Fact]
    public void A_running_job_is_cancelled_once_nothing_of_it_is_alive()
    {
        var stopping = Decide(JobSamples.Job(JobState.Running), new JobInput.CancelAsked("changed my mind"));
        Assert.Equal((JobState.Cancelling, RunPhase.Cancelling, null), (stopping.Job.State, stopping.Job.Phase, stopping.Ended));

        var (job, ended) = Decide(stopping.Job, new JobInput.AgentGone());
        Assert.Equal((JobState.Cancelled, AttemptOutcome.Cancelled, "cancelled", "changed my mind"), (job.State, ended, job.ErrorCode, job.ErrorMessage));
    }

    [Fact]
    public void A_waiting_job_is_cancelled_at_once()
    {
        var (job, ended) = Decide(JobSamples.Job(JobState.RetryWait) with { ErrorCode = "lost" }, new JobInput.CancelAsked("no"));

        Assert.Equal((JobState.Cancelled, null, "cancelled", null), (job.State, ended, job.ErrorCode, job.RetryAt));
    }

    [Fact]
    public void Success_after_a_cancel_is_remembered_and_stays_cancelled()
    {
        var job = Decide(JobSamples.Job(JobState.Cancelling), Reported(RunOutcome.Changed)).Job;

        Assert.Equal((JobState.Cancelled, true, "c0ffee"), (job.State, job.LateSuccess, job.HeadCommit));
        Assert.False(Decide(JobSamples.Job(JobState.Cancelling), Reported(RunOutcome.NoChanges)).Job.LateSuccess);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_timeout_is_charged_once_however_it_ends(bool reported)
    {
        var stopping = Decide(JobSamples.Job(JobState.Running), new JobInput.Overdue()).Job;
        Assert.Equal((JobState.Cancelling, CancelCause.Timeout), (stopping.State, stopping.CancelCause));

        var (job, ended) = Decide(stopping, reported ? Reported(RunOutcome.TimedOut) : new JobInput.AgentGone());

        Assert.Equal((JobState.RetryWait, 1, "timeout", AttemptOutcome.TimedOut), (job.State, job.Charged, job.ErrorCode, ended));
        Assert.Equal((null, null, null), (job.CancelCause, job.CancelReason, job.CancelRequestedAt));
    }

    [Fact]
    public void The_last_timeout_ends_the_job()
    {
        var stopping = Decide(JobSamples.Job(JobState.Running, Options.MaxAttempts - 1), new JobInput.Overdue()).Job;

        var job = Decide(stopping, new JobInput.AgentGone()).Job;

        Assert.Equal((JobState.TimedOut, JobStatus.Failed, "timeout", Options.MaxAttempts), (job.State, job.Status, job.ErrorCode, job.Charged));
    }

    [Fact]
    public void A_person_who_cancels_during_a_timeout_wins()
    {
        var stopping = Decide(JobSamples.Job(JobState.Running), new JobInput.Overdue()).Job;

        var asked = Decide(stopping, new JobInput.CancelAsked("enough")).Job;

        Assert.Equal(JobState.Cancelled, Decide(asked, new JobInput.AgentGone()).Job.State);
    }

    [Fact]
    public void A_report_counts_as_the_first_sign_of_life()
    {
        var job = Decide(JobSamples.Job(JobState.Dispatched) with { LaunchFailures = 2 }, Crash).Job;

        Assert.Equal((JobState.RetryWait, Now, 0), (job.State, job.StartedAt!.Value, job.LaunchFailures));
    }
}
