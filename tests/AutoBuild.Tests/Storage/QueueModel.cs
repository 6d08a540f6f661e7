using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Tickets;

namespace AutoBuild.Tests.Storage;

internal sealed class ModelProject
{
    public required LandingPolicy Policy { get; init; }

    public required int Cap { get; set; }
}

internal sealed class ModelTicket
{
    public required Guid Project { get; init; }

    public TicketState Status { get; set; } = TicketState.Ready;

    public ModelJob? Job { get; set; }

    /// <summary>What a person has to do; calls for help about dependencies are derived.</summary>
    public NeedsYouKind? Needs { get; set; }

    public HashSet<Guid> DependsOn { get; } = [];

    public bool Landed { get; set; }

    public bool Dropped { get; set; }
}

internal sealed class ModelJob
{
    public required Guid Id { get; init; }

    public required Guid Ticket { get; init; }

    public required Guid Project { get; init; }

    public required Priority Priority { get; init; }

    public required DateTimeOffset? RunAt { get; init; }

    /// <summary>What the train sent back to make this job of it.</summary>
    public required ModelLanding? ReworkOf { get; init; }

    public JobState State { get; set; }

    public int Charged { get; set; }

    public int LaunchFailures { get; set; }

    public long Fence { get; set; }

    public DateTimeOffset? QueuedAt { get; set; }

    public DateTimeOffset? RetryAt { get; set; }

    public DateTimeOffset? LeaseEnds { get; set; }

    public CancelCause? Cause { get; set; }

    public string? Code { get; set; }

    public bool Late { get; set; }

    public bool RateLimited { get; set; }

    public decimal Cost { get; set; }

    public RunOutcome? Outcome { get; set; }

    public QaVerdict? Verdict { get; set; }

    public bool HasCommit { get; set; }

    /// <summary>One for each claim; null while it is open.</summary>
    public List<AttemptOutcome?> Attempts { get; } = [];

    public bool IsOver => State is JobState.Completed or JobState.Failed or JobState.Cancelled or JobState.TimedOut;

    public bool HoldsSlot => State is JobState.Dispatched or JobState.Running or JobState.Cancelling;
}

internal sealed class ModelLanding
{
    public required ModelJob Job { get; init; }

    public required string Target { get; init; }

    public LandingState State { get; set; }

    public bool IsOpen => State is LandingState.Queued or LandingState.Merging or LandingState.Testing or LandingState.Moving;

    public bool Rests => State is LandingState.Conflict or LandingState.Red or LandingState.Ejected;
}

/// <summary>
/// Is the queue written down once more, in memory: slow, plain, and from the tables of the design rather than from the code that it judges.
/// Each method returns whether the store has to accept the call.
/// </summary>
internal sealed partial class QueueModel(QueueOptions options, TimeProvider time)
{
    private long _fence;

    public Dictionary<Guid, ModelProject> Projects { get; } = [];

    public Dictionary<Guid, ModelTicket> Tickets { get; } = [];

    /// <summary>In the order they were submitted, which is their order within a lane.</summary>
    public List<ModelJob> Jobs { get; } = [];

    public List<ModelLanding> Landings { get; } = [];

    public bool Paused { get; set; }

    private DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());

    public ModelJob Job(Guid id) => Jobs.Single(job => job.Id == id);

    public bool MaySubmit(Guid project, Guid ticket) => !Tickets.TryGetValue(ticket, out var known)
        || (!known.Dropped && known.Project == project && !IsBusy(ticket) && known.Status != TicketState.Completed);

    /// <summary>Takes in a job that the store has accepted.</summary>
    public void Submitted(Guid id, Guid project, Guid ticket, Priority? priority, DateTimeOffset? runAt, ModelLanding? reworkOf = null)
    {
        var owner = Tickets.TryGetValue(ticket, out var known) ? known : Tickets[ticket] = new ModelTicket { Project = project };
        var job = new ModelJob { Id = id, Ticket = ticket, Project = project, Priority = priority ?? Priority.Normal, RunAt = runAt, ReworkOf = reworkOf };
        Jobs.Add(job);
        foreach (var landing in Landings.Where(landing => landing.Job.Ticket == ticket && landing.Rests))
        {
            landing.State = LandingState.Cancelled;
        }

        (owner.Status, owner.Job, owner.Needs) = (TicketState.InProgress, job, null);
        if (runAt is null || runAt <= Now)
        {
            Enter(job, Now);
        }
    }

    /// <summary>Tells whether the store's choice was lawful, and takes it over.</summary>
    public string? Claimed(Guid id, long fence)
    {
        var heads = Heads();
        var job = heads.SingleOrDefault(head => head.Id == id);
        if (job is null)
        {
            return $"job {id} is no head of a lane with room";
        }

        if (Rank(job) != heads.Min(Rank))
        {
            return $"job {id} of rank {Rank(job)} went before one of rank {heads.Min(Rank)}";
        }

        if (fence <= _fence)
        {
            return $"fence {fence} came after {_fence}";
        }

        (_fence, job.Fence, job.State, job.LeaseEnds) = (fence, fence, JobState.Dispatched, Now + options.Lease);
        (job.Code, job.Late, job.RateLimited) = (null, false, false);
        job.Attempts.Add(null);
        return null;
    }

    /// <summary>Tells whether a claim would find one more.</summary>
    public bool CanClaim() => !Paused && Jobs.Count(job => job.HoldsSlot) < options.MaxParallelJobs && Heads().Count > 0;

    /// <summary>What happened to a job, said by whoever holds the fence; null is a person or a timer.</summary>
    /// <param name="retryAt">When the store tries it again, which is partly chance.</param>
    public bool Apply(Guid id, long? fence, JobInput input, DateTimeOffset? retryAt)
    {
        var job = Job(id);
        if (fence is { } token && token != job.Fence)
        {
            return false;
        }

        var before = job.State;
        var done = input switch
        {
            JobInput.Heartbeat => Beat(job),
            JobInput.LaunchFailed => job.HoldsSlot && LaunchFailed(job),
            JobInput.Reported reported => job.HoldsSlot && Reported(job, reported.Report),
            JobInput.Lost lost => job.HoldsSlot && Lost(job, lost.AgentStarted),
            JobInput.LeaseExpired => job.HoldsSlot && job.LeaseEnds < Now && Lost(job, agentStarted: true),
            JobInput.Overdue => job.State is JobState.Dispatched or JobState.Running && Stop(job, CancelCause.Timeout),
            JobInput.CancelAsked => !job.IsOver && (job.HoldsSlot ? Stop(job, CancelCause.Asked) : End(job, JobState.Cancelled, null, "cancelled")),
            JobInput.AgentGone => job.State == JobState.Cancelling && Gone(job, charge: 1),
            _ => throw new InvalidOperationException($"The model knows no {input}."),
        };
        Follow(job, before);
        if (job.State == JobState.RetryWait && before != JobState.RetryWait)
        {
            Waits(job, retryAt!.Value);
        }

        return done;
    }

    /// <summary>Those whose lease has run out.</summary>
    public IEnumerable<Guid> Expired() => Jobs.Where(job => job.HoldsSlot && job.LeaseEnds < Now).Select(job => job.Id);

    /// <summary>After a jump of the clock everybody gets a fresh lease, and nobody a longer backoff than there is.</summary>
    public void Grace()
    {
        foreach (var job in Jobs)
        {
            job.LeaseEnds = job.HoldsSlot ? Now + options.Lease : null;
            job.RetryAt = job.RetryAt > Now + (1.5 * options.RetryCap) && !job.RateLimited ? Now + (1.5 * options.RetryCap) : job.RetryAt;
        }
    }

    public int PromoteDue()
    {
        var due = Jobs.Where(job => (job.State == JobState.Pending && job.RunAt <= Now) || (job.State == JobState.RetryWait && job.RetryAt <= Now)).ToList();
        foreach (var job in due)
        {
            Enter(job, job.State == JobState.RetryWait ? job.QueuedAt ?? Now : Now);
        }

        return due.Count;
    }

    private bool IsBusy(Guid ticket) => Unfinished(ticket) is not null || Landings.Any(landing => landing.Job.Ticket == ticket && landing.IsOpen);

    private ModelJob? Unfinished(Guid ticket) => Jobs.SingleOrDefault(job => job.Ticket == ticket && !job.IsOver);

    private List<ModelJob> Heads() =>
    [
        .. Jobs.Where(job => job.State == JobState.Queued && Jobs.Count(other => other.Project == job.Project && other.HoldsSlot) < Projects[job.Project].Cap)
            .GroupBy(job => (job.Project, job.Priority)).Select(lane => lane.First()),
    ];

    private int Rank(ModelJob job) => Math.Max(0, 3 - (int)job.Priority - (int)Math.Max(0, (Now - job.QueuedAt!.Value) / options.AgeingStep));

    private void Enter(ModelJob job, DateTimeOffset since)
    {
        (job.RetryAt, job.RateLimited) = (null, false);
        if (Unmet(job.Ticket))
        {
            job.State = JobState.Blocked;
            return;
        }

        (job.State, job.QueuedAt) = (JobState.Queued, since);
        if (Tickets[job.Ticket].Needs == NeedsYouKind.Quota)
        {
            Tickets[job.Ticket].Needs = null;
        }
    }

    private bool Beat(ModelJob job)
    {
        if (!job.HoldsSlot)
        {
            return false;
        }

        job.LeaseEnds = Now + options.Lease;
        if (job.State == JobState.Dispatched)
        {
            (job.State, job.LaunchFailures) = (JobState.Running, 0);
        }

        return true;
    }

    private bool LaunchFailed(ModelJob job)
    {
        job.LaunchFailures++;
        job.Charged += job.LaunchFailures > 2 ? 1 : 0;
        return job.State == JobState.Cancelling ? Gone(job, charge: 0) : RetryOr(job, JobState.Failed, AttemptOutcome.Failed, "agent_missing");
    }

    private bool Lost(ModelJob job, bool agentStarted)
    {
        job.Charged += agentStarted ? 1 : 0;
        return job.State == JobState.Cancelling ? Gone(job, charge: 0) : RetryOr(job, JobState.Failed, AttemptOutcome.Lost, "lost");
    }

    private static bool Stop(ModelJob job, CancelCause cause)
    {
        (job.State, job.Cause) = (JobState.Cancelling, cause);
        return true;
    }

    private bool Gone(ModelJob job, int charge)
    {
        if (job.Cause == CancelCause.Asked)
        {
            return End(job, JobState.Cancelled, AttemptOutcome.Cancelled, "cancelled");
        }

        job.Charged += charge;
        return RetryOr(job, JobState.TimedOut, AttemptOutcome.TimedOut, "timeout");
    }

    private bool Reported(ModelJob job, RunReport report)
    {
        job.Cost += report.Usage.CostUsd ?? 0;
        job.HasCommit |= report.Commit is not null;
        (job.Outcome, job.Verdict) = (report.Outcome, report.Qa?.Verdict ?? job.Verdict);
        if (job.State == JobState.Cancelling)
        {
            job.Late = report.Outcome == RunOutcome.Changed;
            job.Charged += job.Cause == CancelCause.Asked ? 1 : 0;
            return Gone(job, charge: 1);
        }

        job.LaunchFailures = job.State == JobState.Dispatched ? 0 : job.LaunchFailures;
        job.Charged += report.Outcome == RunOutcome.Quota ? 0 : 1;
        return report.Outcome switch
        {
            RunOutcome.Changed => End(job, JobState.Completed, AttemptOutcome.Completed, null),
            RunOutcome.NeedsInput => End(job, JobState.Completed, AttemptOutcome.Completed, "needs_input"),
            RunOutcome.NoChanges => End(job, JobState.Failed, AttemptOutcome.Failed, "no_changes"),
            RunOutcome.QaFailed => End(job, JobState.Failed, AttemptOutcome.Failed, "qa_failed"),
            RunOutcome.Quota => Quota(job),
            RunOutcome.TimedOut => RetryOr(job, JobState.TimedOut, AttemptOutcome.TimedOut, "timeout"),
            RunOutcome.AgentError or RunOutcome.Cancelled => RetryOr(job, JobState.Failed, AttemptOutcome.Failed, "agent_error"),
        };
    }

    private bool Quota(ModelJob job)
    {
        if (job.Attempts.Count >= 3 * options.MaxAttempts)
        {
            return End(job, JobState.Failed, AttemptOutcome.Failed, "quota");
        }

        (job.State, job.RateLimited, job.Code) = (JobState.RetryWait, true, null);
        return EndAttempt(job, AttemptOutcome.Superseded);
    }

    private bool RetryOr(ModelJob job, JobState end, AttemptOutcome outcome, string code)
    {
        if (job.Charged >= options.MaxAttempts || job.Attempts.Count >= 3 * options.MaxAttempts)
        {
            return End(job, end, outcome, code);
        }

        (job.State, job.Code, job.Cause) = (JobState.RetryWait, code, null);
        return EndAttempt(job, outcome);
    }

    private static bool End(ModelJob job, JobState end, AttemptOutcome? outcome, string? code)
    {
        job.Cause = end == JobState.Cancelled ? CancelCause.Asked : job.Cause;
        (job.State, job.Code, job.RetryAt, job.RateLimited) = (end, code, null, false);
        return outcome is null || EndAttempt(job, outcome.Value);
    }

    private static bool EndAttempt(ModelJob job, AttemptOutcome outcome)
    {
        job.LeaseEnds = null;
        job.Attempts[^1] = outcome;
        return true;
    }

    // min(cap, base · 2^(n−1)), half as much again at most; a quota doubles the cap with each wait, twelve times at most.
    private void Waits(ModelJob job, DateTimeOffset retryAt)
    {
        var failures = job is { Code: "agent_missing" } ? job.LaunchFailures : Math.Max(1, job.Charged);
        var seconds = Math.Min(options.RetryCap.TotalSeconds, options.RetryBase.TotalSeconds * Math.Pow(2, failures - 1));
        var quota = options.RetryCap.TotalSeconds * Math.Min(12, Math.Pow(2, job.Attempts.Count - job.Charged - 1));
        var (least, most) = job.RateLimited ? (quota, quota) : (0.5 * seconds, 1.5 * seconds);
        Assert.InRange((retryAt - Now).TotalSeconds, least - 0.002, most + 0.002);
        job.RetryAt = retryAt;
    }
}
