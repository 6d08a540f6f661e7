using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Runs;
using static AutoBuild.Tests.Core.JobSamples;

namespace AutoBuild.Tests.Core;

/// <summary>Holds every input against every state.</summary>
public sealed class JobDecisionTests
{
    private static readonly JobState[] Active = [JobState.Dispatched, JobState.Running];

    /// <summary>What follows from an input, by the state it meets; a state that is missing refuses.</summary>
    private static readonly (string Name, JobInput Input, Dictionary<JobState, JobState> To)[] Rules =
    [
        ("released", new JobInput.Released(true), new() { [JobState.Pending] = JobState.Queued }),
        ("released, blocked", new JobInput.Released(false), new() { [JobState.Pending] = JobState.Blocked, [JobState.Queued] = JobState.Blocked, [JobState.RetryWait] = JobState.Blocked }),
        ("dependencies landed", new JobInput.DependenciesLanded(), new() { [JobState.Blocked] = JobState.Queued }),
        ("dependency added", new JobInput.DependencyAdded(), new() { [JobState.Pending] = JobState.Pending, [JobState.Blocked] = JobState.Blocked, [JobState.Queued] = JobState.Blocked, [JobState.RetryWait] = JobState.RetryWait }),
        ("held", new JobInput.Held("claude", Now), new() { [JobState.Queued] = JobState.RetryWait }),
        ("overlapping", new JobInput.Overlapping("A ticket changes it."), new() { [JobState.Queued] = JobState.RetryWait }),
        ("claimed", new JobInput.Claimed("w", 2, Lease), new() { [JobState.Queued] = JobState.Dispatched }),
        ("heartbeat", new JobInput.Heartbeat(Lease), new() { [JobState.Dispatched] = JobState.Running, [JobState.Running] = JobState.Running, [JobState.Cancelling] = JobState.Cancelling }),
        ("launch failed", new JobInput.LaunchFailed("x", "y"), new() { [JobState.Dispatched] = JobState.RetryWait, [JobState.Running] = JobState.RetryWait, [JobState.Cancelling] = JobState.Cancelled }),
        ("lost", new JobInput.Lost("gone", true), new() { [JobState.Dispatched] = JobState.RetryWait, [JobState.Running] = JobState.RetryWait, [JobState.Cancelling] = JobState.Cancelled }),
        ("lease expired", new JobInput.LeaseExpired(), new() { [JobState.Dispatched] = JobState.RetryWait, [JobState.Running] = JobState.RetryWait, [JobState.Cancelling] = JobState.Cancelled }),
        ("overdue", new JobInput.Overdue(), new() { [JobState.Dispatched] = JobState.Cancelling, [JobState.Running] = JobState.Cancelling }),
        ("cancel asked", new JobInput.CancelAsked("no"), new()
        {
            [JobState.Pending] = JobState.Cancelled,
            [JobState.Blocked] = JobState.Cancelled,
            [JobState.Queued] = JobState.Cancelled,
            [JobState.RetryWait] = JobState.Cancelled,
            [JobState.Dispatched] = JobState.Cancelling,
            [JobState.Running] = JobState.Cancelling,
            [JobState.Cancelling] = JobState.Cancelling,
        }),
        ("agent gone", new JobInput.AgentGone(), new() { [JobState.Cancelling] = JobState.Cancelled }),
        ("due", new JobInput.Due(true), new() { [JobState.RetryWait] = JobState.Queued }),
        ("due, blocked", new JobInput.Due(false), new() { [JobState.Pending] = JobState.Blocked, [JobState.Queued] = JobState.Blocked, [JobState.RetryWait] = JobState.Blocked }),
        Report(RunOutcome.Changed, JobState.Completed),
        Report(RunOutcome.NeedsInput, JobState.Completed),
        Report(RunOutcome.NoChanges, JobState.Failed),
        Report(RunOutcome.QaFailed, JobState.Failed),
        Report(RunOutcome.Quota, JobState.RetryWait),
        Report(RunOutcome.TimedOut, JobState.RetryWait),
        Report(RunOutcome.Cancelled, JobState.RetryWait),
        Report(RunOutcome.AgentError, JobState.RetryWait),
    ];

    private static (string, JobInput, Dictionary<JobState, JobState>) Report(RunOutcome outcome, JobState to) =>
        ($"reported {outcome}", Reported(outcome), Active.ToDictionary(from => from, _ => to).Append(new(JobState.Cancelling, JobState.Cancelled)).ToDictionary());

    public static TheoryData<string, JobState> Pairs()
    {
        var pairs = new TheoryData<string, JobState>();
        foreach (var (name, _, _) in Rules)
        {
            foreach (var state in Enum.GetValues<JobState>())
            {
                pairs.Add(name, state);
            }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Every_input_meets_every_state(string name, JobState from)
    {
        var (_, input, to) = Rules.Single(rule => rule.Name == name);

        var job = JobSamples.Job(from);
        var decided = Decision().Decide(input is JobInput.LeaseExpired ? job with { LeaseExpiresAt = job.LeaseExpiresAt - 2 * Lease } : job, input);

        if (to.TryGetValue(from, out var expected))
        {
            job = decided.OrThrow().Job;
            Assert.Equal(expected, job.State);
            Assert.Equal(job.State.IsActive(), job.LeaseExpiresAt is not null);
            Assert.Equal(job.State.IsOver(), job.CompletedAt is not null);
        }
        else
        {
            Assert.Equal(RefusalKind.Conflict, decided.Refusal?.Kind);
            Assert.Equal(from.IsOver() ? "job_already_finished" : "illegal_transition", decided.Refusal?.Code);
        }
    }

    [Fact]
    public void All_inputs_are_covered() =>
        Assert.Equal(
            typeof(JobInput).GetNestedTypes().Select(type => type.Name).Order(),
            Rules.Select(rule => rule.Input.GetType().Name).Distinct().Order());

    [Fact]
    public void A_claim_opens_an_attempt_under_a_new_fence()
    {
        var queued = JobSamples.Job(JobState.Queued, attempt: 1) with { ErrorCode = "lost", ErrorMessage = "gone", QueuedReason = QueuedReason.GlobalCapacity, LateSuccess = true };

        var job = Decide(queued, new JobInput.Claimed("worker", 7, Lease)).Job;

        Assert.Equal((2, 7L, "worker", Now, Now + Lease), (job.Attempt, job.Fence, job.WorkerId, job.DispatchedAt!.Value, job.LeaseExpiresAt!.Value));
        Assert.Equal((null, null, null, false), (job.ErrorCode, job.ErrorMessage, job.QueuedReason, job.LateSuccess));
    }

    [Fact]
    public void The_first_heartbeat_starts_and_later_ones_renew()
    {
        var started = Decide(JobSamples.Job(JobState.Dispatched) with { LaunchFailures = 2 }, new JobInput.Heartbeat(Lease)).Job;
        Assert.Equal((JobState.Running, Now, 0), (started.State, started.StartedAt!.Value, started.LaunchFailures));

        var later = new JobDecision(Options, Now + Lease, 1).Decide(started, new JobInput.Heartbeat(Lease)).OrThrow();
        Assert.Equal((Now, Now + Lease + Lease, null), (later.Job.StartedAt!.Value, later.Job.LeaseExpiresAt!.Value, later.Ended));
    }

    [Fact]
    public void Success_keeps_what_the_runner_told()
    {
        var report = JobSamples.Report(RunOutcome.Changed) with { SessionId = "s", QaRounds = 2, ChangedFiles = ["a"], Usage = new() { InputTokens = 5, CostUsd = 0.5m, Turns = 1 } };
        var before = JobSamples.Job(JobState.Running) with { Usage = new() { InputTokens = 1, OutputTokens = 2, CostUsd = 0.25m, Turns = 3 }, Phase = RunPhase.Reporting };

        var (job, ended) = Decide(before, new JobInput.Reported(report));

        Assert.Equal((JobState.Completed, AttemptOutcome.Completed, "c0ffee", "s", 2), (job.State, ended, job.HeadCommit, job.SessionId, job.QaRounds));
        Assert.Equal(new RunUsage { InputTokens = 6, OutputTokens = 2, CostUsd = 0.75m, Turns = 4 }, job.Usage);
        Assert.Equal((Now, null, null, 1), (job.CompletedAt!.Value, job.Phase, job.ErrorCode, job.Charged));
    }

    [Fact]
    public void A_question_completes_and_is_kept()
    {
        var job = Decide(JobSamples.Job(JobState.Running), Reported(RunOutcome.NeedsInput)).Job;

        Assert.Equal((JobState.Completed, "needs_input", "Which?"), (job.State, job.ErrorCode, job.Question));
    }

    [Theory]
    [InlineData(RunOutcome.NoChanges, "no_changes")]
    [InlineData(RunOutcome.QaFailed, "qa_failed")]
    public void An_end_without_success_names_its_code_and_is_not_tried_again(RunOutcome outcome, string code)
    {
        var (job, ended) = Decide(JobSamples.Job(JobState.Running), Reported(outcome));

        Assert.Equal((JobState.Failed, code, AttemptOutcome.Failed), (job.State, job.ErrorCode, ended));
        Assert.NotNull(job.ErrorMessage);
    }

    [Fact]
    public void A_status_word_follows_from_each_state()
    {
        var words = Enum.GetValues<JobState>().Select(state => (state.ToStatus(false), state.ToStatus(true)));

        Assert.Equal(
            [
                (JobStatus.Pending, JobStatus.Pending), (JobStatus.Queued, JobStatus.Queued), (JobStatus.Pending, JobStatus.Queued),
                (JobStatus.Dispatched, JobStatus.Dispatched), (JobStatus.Running, JobStatus.Running), (JobStatus.Running, JobStatus.Running),
                (JobStatus.Pending, JobStatus.Pending), (JobStatus.Completed, JobStatus.Completed), (JobStatus.Failed, JobStatus.Failed),
                (JobStatus.Cancelled, JobStatus.Cancelled), (JobStatus.Failed, JobStatus.Failed),
            ],
            words);
    }
}
