using AutoBuild.Core.Jobs;
using AutoBuild.Core.Json;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Storage.Sql;

namespace AutoBuild.Storage.Jobs;

/// <summary>Maps a job to its columns.</summary>
internal static class JobRow
{
    public static long Seq(Row row) => row.Long("seq");

    public static Job Read(Row row) => ReadRun(row, new Job
    {
        Id = row.Id("id"),
        TicketId = row.Id("ticket_id"),
        ProjectId = row.Id("project_id"),
        Priority = (Priority)row.Int("priority"),
        Prompt = row.Text("prompt"),
        BranchName = row.Text("branch_name"),
        BaseBranch = row.TextOrNull("base_branch"),
        CallbackUrl = row.TextOrNull("callback_url"),
        CallbackSecret = row.TextOrNull("callback_secret"),
        MaxAttempts = row.Int("max_attempts"),
        CreatedAt = row.Time("created_at"),
        RunAt = row.TimeOrNull("run_at"),
        Agent = row.TextOrNull("agent"),
        AgentCommand = row.TextOrNull("agent_command"),
        AgentScript = row.TextOrNull("agent_script"),
        Model = row.TextOrNull("model"),
        Executor = row.Word<Executor>("executor"),
        RetryOf = row.IdOrNull("retry_of"),
        Continues = row.IdOrNull("continues"),
        ReworkOf = row.IdOrNull("rework_of"),
        Message = row.TextOrNull("message"),
        MaxCostUsd = row.MoneyOrNull("max_cost_usd"),
        CreatedBy = row.TextOrNull("created_by"),
        Trace = row.TextOrNull("trace"),
    });

    public static Attempt ReadAttempt(Row row) => new()
    {
        Number = row.Int("attempt"),
        WorkerId = row.TextOrNull("worker_id"),
        Fence = row.Long("fence"),
        StartedAt = row.Time("started_at"),
        FinishedAt = row.TimeOrNull("finished_at"),
        Outcome = row.WordOrNull<AttemptOutcome>("outcome"),
        Error = row.TextOrNull("error"),
    };

    /// <summary>Gives what is frozen at submit.</summary>
    public static (string, object?)[] WriteNew(Job job, long seq) =>
    [
        .. Write(job, job),
        ("seq", seq),
        ("ticket_id", job.TicketId),
        ("project_id", job.ProjectId),
        ("priority", (int)job.Priority),
        ("prompt", job.Prompt),
        ("branch_name", job.BranchName),
        ("callback_url", job.CallbackUrl),
        ("callback_secret", job.CallbackSecret),
        ("max_attempts", job.MaxAttempts),
        ("created_at", job.CreatedAt),
        ("updated_at", job.CreatedAt),
        ("agent", job.Agent),
        ("agent_command", job.AgentCommand),
        ("agent_script", job.AgentScript),
        ("model", job.Model),
        ("executor", Words<Executor>.Of(job.Executor)),
        ("retry_of", job.RetryOf),
        ("continues", job.Continues),
        ("rework_of", job.ReworkOf),
        ("message", job.Message),
        ("max_cost_usd", job.MaxCostUsd),
        ("created_by", job.CreatedBy),
        ("trace", job.Trace),
    ];

    /// <summary>Gives what may change, guarded by the state and fence before.</summary>
    public static (string, object?)[] Write(Job job, Job before) =>
    [
        ("id", job.Id),
        ("old_state", Words<JobState>.Of(before.State)),
        ("old_fence", before.Fence),
        ("state", Words<JobState>.Of(job.State)),
        ("phase", Word(job.Phase)),
        ("queued_reason", Word(job.QueuedReason)),
        ("worktree_id", job.WorktreeId),
        ("worker_id", job.WorkerId),
        ("base_branch", job.BaseBranch),
        ("base_commit", job.BaseCommit),
        ("head_commit", job.HeadCommit),
        ("attempt", job.Attempt),
        ("charged", job.Charged),
        ("launch_failures", job.LaunchFailures),
        ("fence", job.Fence),
        ("lease_expires_at", job.LeaseExpiresAt),
        ("heartbeat_at", job.HeartbeatAt),
        ("error_message", job.ErrorMessage),
        ("error_code", job.ErrorCode),
        ("queued_at", job.QueuedAt),
        ("dispatched_at", job.DispatchedAt),
        ("started_at", job.StartedAt),
        ("completed_at", job.CompletedAt),
        ("session_id", job.SessionId),
        ("session", job.Session is { } session ? Words<RunSession>.Of(session) : null),
        ("retry_at", job.RetryAt),
        ("run_at", job.RunAt),
        ("cancel_cause", Word(job.CancelCause)),
        ("cancel_reason", job.CancelReason),
        ("cancel_requested_at", job.CancelRequestedAt),
        ("outcome", Word(job.Outcome)),
        ("late_success", job.LateSuccess),
        ("question", job.Question),
        ("usage", CoreJson.Write(job.Usage)),
        ("qa", job.Qa is { } qa ? CoreJson.Write(qa) : null),
        ("qa_rounds", job.QaRounds),
        ("changed_files", CoreJson.Write(job.ChangedFiles)),
        ("pr_url", job.PrUrl),
        ("pr_number", job.PrNumber),
    ];

    private static Job ReadRun(Row row, Job job) => ReadTimes(row, job) with
    {
        State = row.Word<JobState>("state"),
        Phase = row.WordOrNull<RunPhase>("phase"),
        QueuedReason = row.WordOrNull<QueuedReason>("queued_reason"),
        WorktreeId = row.IdOrNull("worktree_id"),
        WorkerId = row.TextOrNull("worker_id"),
        BaseCommit = row.TextOrNull("base_commit"),
        HeadCommit = row.TextOrNull("head_commit"),
        Attempt = row.Int("attempt"),
        Charged = row.Int("charged"),
        LaunchFailures = row.Int("launch_failures"),
        Fence = row.Long("fence"),
        ErrorMessage = row.TextOrNull("error_message"),
        ErrorCode = row.TextOrNull("error_code"),
        SessionId = row.TextOrNull("session_id"),
        Session = row.WordOrNull<RunSession>("session"),
        CancelCause = row.WordOrNull<CancelCause>("cancel_cause"),
        CancelReason = row.TextOrNull("cancel_reason"),
        Outcome = row.WordOrNull<RunOutcome>("outcome"),
        LateSuccess = row.Flag("late_success"),
        Question = row.TextOrNull("question"),
        Usage = row.Document<RunUsage>("usage"),
        Qa = row.DocumentOrNull<QaReport>("qa"),
        QaRounds = row.Int("qa_rounds"),
        ChangedFiles = row.Document<IReadOnlyList<string>>("changed_files"),
        PrUrl = row.TextOrNull("pr_url"),
        PrNumber = row.IntOrNull("pr_number"),
    };

    private static Job ReadTimes(Row row, Job job) => job with
    {
        LeaseExpiresAt = row.TimeOrNull("lease_expires_at"),
        HeartbeatAt = row.TimeOrNull("heartbeat_at"),
        QueuedAt = row.TimeOrNull("queued_at"),
        DispatchedAt = row.TimeOrNull("dispatched_at"),
        StartedAt = row.TimeOrNull("started_at"),
        CompletedAt = row.TimeOrNull("completed_at"),
        RetryAt = row.TimeOrNull("retry_at"),
        CancelRequestedAt = row.TimeOrNull("cancel_requested_at"),
    };

    private static string? Word<T>(T? value)
        where T : struct, Enum => value is { } word ? Words<T>.Of(word) : null;
}
