using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;
using AutoBuild.Core.Store;
using AutoBuild.Storage.Figures;
using AutoBuild.Storage.Sql;

namespace AutoBuild.Storage.Jobs;

/// <summary>Persists what <see cref="JobDecision"/> decides, with the lane, the attempt, the history, the ticket and the event.</summary>
internal sealed class JobMoves(UnitOfWork work)
{
    // So that a long queue behind one limit does not keep the store for long; the next claim goes on.
    private const int MostHeld = 200;

    /// <summary>Applies what happened to the job, if the fence still holds.</summary>
    public Result<Job> Apply(Guid id, long? fence, JobInput input)
    {
        if (work.Jobs.Find(id) is not { } job)
        {
            return new Refusal(RefusalKind.NotFound, "job_not_found", $"There is no job {id}.");
        }

        return fence is { } token && token != job.Fence
            ? new Refusal(RefusalKind.Conflict, "stale_fence", "The job was given to another attempt meanwhile; what this one says counts no more.")
            : Decide(job, input);
    }

    /// <summary>Applies what ends the job, and submits the one that continues it.</summary>
    public Result<Job> End(Guid id, long fence, JobInput input, NewJob continuation)
    {
        var ended = Apply(id, fence, input);
        if (ended.Done && ended.Value.State.IsOver() && ended.Value.State != JobState.Cancelled)
        {
            work.Landings.Withdraw(id, "a message came that its agent had not read");
            work.Submissions.Submit(continuation, null);
        }

        return ended;
    }

    public Result<Job> Decide(Job job, JobInput input)
    {
        var told = input is JobInput.Reported reported ? reported with { Report = reported.Report with { Usage = work.Ledger.CountRest(job, reported.Report) } } : input;
        var decided = new JobDecision(work.Options, work.Now, Jitter(), TicketReached).Decide(job, told);
        return decided.Done ? Persist(job, decided.Value) : decided.Refusal;
    }

    /// <summary>Takes the most urgent jobs of the least served projects, as many as the caps allow.</summary>
    public List<Job> Claim(string workerId, int slots)
    {
        var claimed = new List<Job>();
        var free = work.Jobs.Paused() || work.Ledger.Day().IsReached ? 0 : Math.Min(slots, work.Options.MaxParallelJobs - work.Jobs.SlotsHeld());
        var limits = free > 0 ? work.Limits.All().ToDictionary(limit => (limit.Agent, limit.AgentCommand), limit => limit.Until!.Value) : [];
        for (var held = 0; claimed.Count < free && held < MostHeld && Head() is { } job;)
        {
            if (limits.TryGetValue((job.Agent, job.AgentCommand), out var reset))
            {
                held++;
                Decide(job, new JobInput.Held(job.Agent ?? "the agent", reset)).OrThrow();
            }
            else if (work.Overlaps.Of(job) is { } overlap)
            {
                held++;
                Decide(job, new JobInput.Overlapping(overlap)).OrThrow();
            }
            else if (Take(job, workerId) is { } taken)
            {
                claimed.Add(taken);
            }
        }

        return claimed;
    }

    /// <summary>Adds to a job what an attempt of it used, also to one that is over.</summary>
    /// <param name="source">Whose word the cost of all is.</param>
    public void Used(Job job, RunUsage usage, CostSource? source)
    {
        if (usage != new RunUsage())
        {
            var after = job with { Usage = job.Usage.Plus(usage) with { CostSource = source } };
            work.Session.Run("job_usage", JobRow.Write(after, job));
            work.Events.Job(work.Jobs.Shown(after));
        }
    }

    /// <summary>Records on a job that is being stopped that its result came; one that is over stays as it is.</summary>
    public Job Late(Job job, bool success) => job.State.IsOver() ? job : Persist(job, new JobChange(job with { LateSuccess = success }, null));

    public bool Note(Guid id, long fence, JobNote note)
    {
        if (work.Jobs.Find(id) is not { } job || job.Fence != fence || !job.State.IsActive())
        {
            return false;
        }

        Persist(job, new JobChange(job with
        {
            Phase = job.State == JobState.Cancelling ? job.Phase : note.Phase ?? job.Phase,
            BaseCommit = note.BaseCommit ?? job.BaseCommit,
            BaseBranch = note.BaseBranch ?? job.BaseBranch,
            WorktreeId = note.WorktreeId ?? job.WorktreeId,
            SessionId = note.SessionId ?? job.SessionId,
            QaRounds = note.QaRounds ?? job.QaRounds,
        }, null));
        return true;
    }

    public List<Job> Renew(IReadOnlyCollection<(Guid Id, long Fence)> jobs) =>
    [
        .. from held in jobs
           let renewed = Apply(held.Id, held.Fence, new JobInput.Heartbeat(work.Options.Lease))
           where renewed.Done
           select renewed.Value,
    ];

    public int PromoteDue()
    {
        var due = work.Session.Many("jobs_due", JobRow.Read, ("now", work.Now));
        foreach (var job in due)
        {
            var unblocked = work.Tickets.Row(job.TicketId)!.Ticket.BlockedBy.Count == 0;
            Decide(job, job.State == JobState.Pending ? new JobInput.Released(unblocked) : new JobInput.Due(unblocked)).OrThrow();
            if (!unblocked)
            {
                work.Dependencies.Recheck(job.TicketId);
            }
        }

        return due.Count;
    }

    public bool Pause(bool paused)
    {
        if (work.Jobs.Paused() == paused)
        {
            return false;
        }

        work.Session.Run("counter_set", ("name", "paused"), ("value", paused));
        work.Events.Queue(paused);
        return true;
    }

    public int Tail(Guid id, int attempt, long offset) => work.Session.Run("tail_offset_set", ("id", id), ("attempt", attempt), ("offset", offset));

    /// <summary>Sets right what a jump of the clock has made wrong: every lease begins anew, and no backoff is longer than one can be.</summary>
    public int Grace()
    {
        work.Session.Run("jobs_retry_no_later", ("retry_at", work.Now + (1.5 * work.Options.RetryCap)));
        return work.Session.Run("jobs_grace", ("lease_expires_at", work.Now + work.Options.Lease));
    }

    /// <summary>Writes the job's first row, before any input.</summary>
    public void Insert(Job job)
    {
        work.Session.Run("job_insert", JobRow.WriteNew(job, work.Next("seq")));
        Recorded(job, null);
    }

    // [0.5, 1.5) spreads retries; which value comes is of no consequence to anybody.
#pragma warning disable CA5394
    private static double Jitter() => 0.5 + Random.Shared.NextDouble();
#pragma warning restore CA5394

    /// <summary>Claims a job; null where its ticket has used up what it may cost.</summary>
    private Job? Take(Job job, string workerId)
    {
        var taken = Decide(job, new JobInput.Claimed(workerId, work.Next("fence"), work.Options.Lease)).OrThrow();
        if (TicketReached(taken) is not { } cap)
        {
            return taken;
        }

        Decide(taken, new JobInput.LaunchFailed("budget", cap.Sentence, Retry: false)).OrThrow();
        return null;
    }

    private Cap? TicketReached(Job job) => work.Ledger.TicketReached(job.TicketId, job.ProjectId, job.MaxCostUsd);

    private Job? Head()
    {
        while (Pick() is { } lane)
        {
            if (work.Session.One("claim_head", JobRow.Read, lane) is { } job)
            {
                return job;
            }

            // A lane that counts jobs it has not; it would be picked for ever.
            work.Session.Run("lane_recount", lane);
        }

        return null;
    }

    private (string, object?)[]? Pick() => work.Session.One("claim_pick",
        row => new (string, object?)[] { ("project_id", row.Id("project_id")), ("priority", row.Int("priority")) },
        ("now", work.Now), ("day", work.Ledger.Today), ("project_cost", (long?)(work.Options.Budget.PerProjectPerDay * 1_000_000_000)), ("project_tokens", work.Options.Budget.TokensPerProjectPerDay), ("ageing_ms", Math.Max(1L, (long)work.Options.AgeingStep.TotalMilliseconds)));

    private Job Persist(Job before, JobChange change)
    {
        var after = change.Job;
        if (after == before)
        {
            return work.Jobs.Shown(after);
        }

        if (after == before with { LeaseExpiresAt = after.LeaseExpiresAt, HeartbeatAt = after.HeartbeatAt })
        {
            Guarded("job_beat", JobRow.Write(after, before));
            return after;
        }

        Guarded("job_update", [.. JobRow.Write(after, before), ("updated_at", work.Now)]);
        Attempts(before, change);
        if (after.State != before.State)
        {
            work.Limits.Moved(before, after);
            work.Overlaps.Moved(before, after);
            Lanes(before, after);
            Recorded(after, Heard(before, after));
        }

        var shown = work.Jobs.Shown(after);
        work.Events.Job(shown);
        if (after.State.IsOver())
        {
            work.Outbox.Ended(after);
            work.Lessons.Happened(after.Id);
        }

        if (after.State.IsOver() || after.State == JobState.RetryWait || before.State == JobState.RetryWait)
        {
            work.TicketMoves.JobMoved(after);
        }

        return shown;
    }

    private void Guarded(string statement, (string, object?)[] values)
    {
        if (work.Session.Run(statement, values) != 1)
        {
            throw new AutoBuildException("stale_write", "The job changed under a write; nothing was written. Please report this.");
        }
    }

    private void Attempts(Job before, JobChange change)
    {
        var after = change.Job;
        if (after.Attempt > before.Attempt)
        {
            work.Session.Run("attempt_insert", ("id", after.Id), ("attempt", after.Attempt), ("fence", after.Fence), ("worker_id", after.WorkerId), ("now", work.Now));
        }

        if (change.Ended is { } outcome)
        {
            work.Session.Run("attempt_end", ("id", after.Id), ("attempt", before.Attempt), ("outcome", Words<AttemptOutcome>.Of(outcome)),
                ("error", outcome == AttemptOutcome.Completed ? null : after.ErrorMessage), ("now", work.Now));
            work.Figures.Count(FigureWork.Attempt, Words<AttemptOutcome>.Of(outcome), after.ErrorCode ?? "");
        }
    }

    private void Lanes(Job before, Job after)
    {
        if (after.State == JobState.Queued)
        {
            work.Session.Run("lane_enter", ("project_id", after.ProjectId), ("priority", (int)after.Priority), ("head_at", after.QueuedAt));
        }
        else if (before.State == JobState.Queued)
        {
            work.Session.Run("lane_leave", ("project_id", after.ProjectId), ("priority", (int)after.Priority),
                ("served", after.State == JobState.Dispatched ? work.Next("served") : null));
        }
    }

    /// <summary>Records that a report was the first sign of life, and returns the state it found the job in.</summary>
    private JobState Heard(Job before, Job after)
    {
        if (before.State != JobState.Dispatched || JobMachine.Table.Any(row => row.From == before.State && row.To == after.State))
        {
            return before.State;
        }

        Recorded(before with { State = JobState.Running }, before.State);
        return JobState.Running;
    }

    private void Recorded(Job job, JobState? from)
    {
        work.Session.Run("history_insert", ("id", job.Id), ("now", work.Now), ("from_state", from is { } state ? Words<JobState>.Of(state) : null),
            ("to_state", Words<JobState>.Of(job.State)), ("attempt", job.Attempt), ("fence", job.Fence));
        if (Finished(job.State) is { } counter)
        {
            work.Next(counter);
        }

        if (job is { State: JobState.Completed or JobState.Failed, Outcome: RunOutcome.Changed or RunOutcome.QaFailed })
        {
            work.Figures.Count(FigureWork.Result, Words<QaVerdict>.Of(job.Qa?.Verdict ?? QaVerdict.NotRun));
        }
    }

    private static string? Finished(JobState state) => state switch
    {
        JobState.Completed => "completed",
        JobState.Failed or JobState.TimedOut => "failed",
        JobState.Cancelled => "cancelled",
        JobState.Pending or JobState.Blocked or JobState.Queued or JobState.Dispatched or JobState.Running or JobState.Cancelling or JobState.RetryWait => null,
    };
}
