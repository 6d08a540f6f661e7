using AutoBuild.Core.Jobs;
using AutoBuild.Core.Runs;
using FsCheck;
using FsCheck.Fluent;
using static AutoBuild.Tests.Core.JobSamples;

namespace AutoBuild.Tests.Core;

/// <summary>Throws arbitrary sequences of inputs at a job and holds what must be true after each.</summary>
public sealed class JobPropertyTests
{
    private static readonly JobInput[] Inputs =
    [
        new JobInput.Released(true), new JobInput.Released(false), new JobInput.DependenciesLanded(), new JobInput.DependencyAdded(),
        new JobInput.Claimed("w", 0, Lease), new JobInput.Claimed("w", 0, Lease), new JobInput.Claimed("w", 0, Lease),
        new JobInput.Heartbeat(Lease), new JobInput.LaunchFailed("x", "y"), new JobInput.Lost("gone", true), new JobInput.Lost("gone", false),
        new JobInput.Held("claude", DateTimeOffset.UnixEpoch), new JobInput.LeaseExpired(), new JobInput.Overdue(), new JobInput.CancelAsked("no"), new JobInput.AgentGone(),
        new JobInput.Due(true), new JobInput.Due(true), new JobInput.Due(true), new JobInput.Due(false),
        .. Enum.GetValues<RunOutcome>().Select(outcome => Reported(outcome)),
        Reported(RunOutcome.AgentError, new RunError("unknown_agent", "?", Retry: false)),
    ];

    private static readonly HashSet<(JobState, JobState)> Steps = JobMachine.Table.Select(row => (row.From, row.To)).ToHashSet();

    /// <summary>Cancels are made rare, else no sequence would get far.</summary>
    private static readonly Gen<JobInput> AnyInput = Gen.Frequency(
        (40, Gen.Elements(Inputs.Where(input => input is not JobInput.CancelAsked).ToArray())),
        (1, Gen.Constant<JobInput>(new JobInput.CancelAsked("no"))));

    [Fact]
    public void Any_sequence_of_inputs_follows_the_table() =>
        Prop.ForAll(AnyInput.ListOf().Resize(400).ToArbitrary(), inputs =>
        {
            var job = JobSamples.Job(JobState.Pending, attempt: 0) with { Fence = 0 };
            foreach (var input in inputs)
            {
                job = Step(job, input);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void A_job_whose_attempts_all_crash_ends()
    {
        var job = JobSamples.Job(JobState.Queued, attempt: 0) with { Fence = 0 };
        for (var attempt = 1; !job.State.IsOver(); attempt++)
        {
            job = Step(job, new JobInput.Claimed("w", 0, Lease));
            job = Step(job, Reported(RunOutcome.AgentError));
            job = job.State.IsOver() ? job : Step(job, new JobInput.Due(true));
            Assert.True(attempt <= Options.MaxAttempts);
        }

        Assert.Equal((JobState.Failed, Options.MaxAttempts, Options.MaxAttempts), (job.State, job.Charged, job.Attempt));
    }

    private static Job Step(Job before, JobInput input)
    {
        var given = input is JobInput.Claimed claim ? claim with { Fence = before.Fence + 1 } : input;
        var decided = Decision().Decide(before, given);
        if (!decided.Done)
        {
            return before;
        }

        var (after, ended) = decided.Value;
        Assert.False(before.State.IsOver(), $"{before.State} changed by {input}.");
        Assert.True(IsPath(before.State, after.State), $"{before.State} to {after.State} by {input} is not in the table.");
        Assert.InRange(after.Charged, 0, after.MaxAttempts);
        Assert.InRange(after.Attempt, before.Attempt, 3 * after.MaxAttempts);
        Assert.True(after.Fence >= before.Fence);
        Assert.Equal(after.State.IsActive(), after.LeaseExpiresAt is not null);
        Assert.Equal(before.State.IsActive() && !after.State.IsActive(), ended is not null);
        Assert.Equal(after.State == JobState.RetryWait, after.RetryAt is not null);
        Assert.Equal(after.State.IsOver(), after.CompletedAt is not null);
        return after;
    }

    // A report that comes before the first heartbeat goes through running in one step.
    private static bool IsPath(JobState from, JobState to) =>
        from == to || Steps.Contains((from, to)) || (from == JobState.Dispatched && Steps.Contains((JobState.Running, to)));
}
