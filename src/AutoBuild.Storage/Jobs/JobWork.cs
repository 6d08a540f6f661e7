using AutoBuild.Core.Jobs;
using AutoBuild.Core.Spending;
using AutoBuild.Core.Store;
using AutoBuild.Storage.Sql;

namespace AutoBuild.Storage.Jobs;

/// <summary>Reads jobs within one transaction, each with the reason why it waits.</summary>
internal sealed class JobWork(UnitOfWork work)
{
    private static readonly string[] Invariants =
    [
        "i1_ends", "i2_project_cap", "i2_global_cap", "i3_attempts", "i4_fences", "i5_leases", "i6_lanes", "i6_heads", "i7_dependencies", "i8_callbacks", "i9_charges",
        "i12_path", "i12_end", "counters_true", "tickets_true", "landings_true", "ledger_true", "tallies_true", "ledger_days_true",
    ];

    /// <summary>Returns the job as it is stored, without its attempts.</summary>
    public Job? Find(Guid id) => work.Session.One("job", JobRow.Read, ("id", id));

    public Job? FindWithAttempts(Guid id) => Find(id) is { } job
        ? Shown(job) with { Attempts = work.Session.Many("job_attempts", JobRow.ReadAttempt, ("id", id)) }
        : null;

    public Job? UnfinishedOf(Guid ticketId) => work.Session.One("job_of_ticket_unfinished", JobRow.Read, ("ticket_id", ticketId));

    public Page<Job> List(JobFilter filter, PageRequest page)
    {
        var load = Load();
        var statement = filter switch
        {
            { TicketId: not null } => "jobs_page_of_ticket",
            { Status: not null } => "jobs_page_of_status",
            { ProjectId: not null } => "jobs_page_of_project",
            _ => "jobs_page",
        };
        var rows = work.Session.Many(statement, row => (Job: JobRow.Read(row), Seq: JobRow.Seq(row)),
            ("ticket_id", filter.TicketId), ("project_id", filter.ProjectId),
            ("status", filter.Status is { } status ? Words<JobStatus>.Of(status) : null), ("full", load.Paused || load.Full),
            ("before_seq", Cursor.Of("jobs", page)?.At ?? long.MaxValue), ("limit", Cursor.Limit(page) + 1));
        var cut = Cursor.Page(rows, page, row => new Cursor("jobs", row.Seq, "seq"));
        return new Page<Job>([.. cut.Items.Select(row => Shown(row.Job, load))], cut.NextCursor);
    }

    public IReadOnlyList<Job> Active() => work.Session.Many("jobs_active", JobRow.Read);

    public IReadOnlyList<Job> Expired() => work.Session.Many("jobs_expired", JobRow.Read, ("now", work.Now));

    public bool Paused() => work.Session.Number("counter", ("name", "paused")) != 0;

    public int SlotsHeld() => (int)work.Session.Number("jobs_active_count");

    /// <summary>Adds why the job waits, which follows from the others.</summary>
    public Job Shown(Job job) => job.State is JobState.Queued or JobState.Blocked ? Shown(job, Load()) : job;

    public long TailOffset(Guid id, int attempt) => work.Session.Number("tail_offset", ("id", id), ("attempt", attempt));

    public QueueStats Stats()
    {
        var rows = work.Session.Many("stats_unfinished", row => new Unfinished(
            row.Id("project_id"), row.Word<JobState>("state"), (Priority)row.Int("priority"), row.Int("jobs"), row.Time("oldest")));
        var counters = work.Session.Many("counters", row => (Name: row.Text("name"), Value: (int)row.Long("value"))).ToDictionary(row => row.Name, row => row.Value);
        var waiting = rows.Where(row => !row.State.IsActive()).ToList();
        return new QueueStats
        {
            TotalJobs = rows.Sum(row => row.Jobs) + counters["completed"] + counters["failed"] + counters["cancelled"],
            PendingJobs = waiting.Sum(row => row.Jobs),
            RunningJobs = rows.Where(row => row.State.IsActive()).Sum(row => row.Jobs),
            CompletedJobs = counters["completed"],
            FailedJobs = counters["failed"],
            CancelledJobs = counters["cancelled"],
            JobsByProject = rows.GroupBy(row => row.ProjectId).ToDictionary(group => group.Key, group => group.Sum(row => row.Jobs)),
            ByPriority = waiting.GroupBy(row => row.Priority).ToDictionary(group => group.Key, group => group.Sum(row => row.Jobs)),
            OldestPendingSeconds = waiting.Count == 0 ? null : Math.Max(0, (work.Now - waiting.Min(row => row.Oldest)).TotalSeconds),
            MaxWorkers = work.Options.MaxParallelJobs,
            Limits = work.Limits.All(),
            Paused = counters["paused"] != 0,
        };
    }

    /// <summary>Returns a sentence for each invariant that doesn't hold.</summary>
    public IReadOnlyList<string> Violations() =>
    [
        .. from name in Invariants
           from sentence in work.Session.Many(name, row => row.Text("violation"), ("global_cap", work.Options.MaxParallelJobs))
           select sentence,
        .. from move in work.Session.Many("history_moves", row => (From: row.TextOrNull("from_state"), To: row.Text("to_state")))
           where !Legal(move.From, move.To)
           select $"I12: a job went from {move.From ?? "nothing"} to {move.To}",
    ];

    private static bool Legal(string? from, string to) => from is null
        ? Words<JobState>.Parse(to) == JobState.Pending
        : JobMachine.Table.Any(row => row.From == Words<JobState>.Parse(from) && row.To == Words<JobState>.Parse(to));

    private static Job Shown(Job job, QueueLoad load) => job.State switch
    {
        JobState.Blocked => job with { QueuedReason = QueuedReason.Dependency },
        JobState.Queued when load.Paused => job with { QueuedReason = QueuedReason.Paused },
        JobState.Queued when load.Spent(job.ProjectId) is { } cap => job with { QueuedReason = QueuedReason.Budget, QueuedDetail = cap.Sentence },
        JobState.Queued when load.Full => job with { QueuedReason = QueuedReason.GlobalCapacity },
        JobState.Queued when load.Saturated.Contains(job.ProjectId) => job with { QueuedReason = QueuedReason.ProjectCapacity },
        JobState.Queued or JobState.Pending or JobState.Dispatched or JobState.Running or JobState.Cancelling or JobState.RetryWait
            or JobState.Completed or JobState.Failed or JobState.Cancelled or JobState.TimedOut => job,
    };

    private QueueLoad Load() => new(
        Paused(),
        SlotsHeld() >= work.Options.MaxParallelJobs,
        [.. work.Session.Many("projects_saturated", row => row.Id("project_id"))],
        work.Ledger.Day(),
        work.Ledger.ProjectsReached());

    private sealed record QueueLoad(bool Paused, bool Full, HashSet<Guid> Saturated, Cap Day, Dictionary<Guid, Cap> Projects)
    {
        public Cap? Spent(Guid project) => Day.IsReached ? Day : Projects.GetValueOrDefault(project);
    }

    private sealed record Unfinished(Guid ProjectId, JobState State, Priority Priority, int Jobs, DateTimeOffset Oldest);
}
