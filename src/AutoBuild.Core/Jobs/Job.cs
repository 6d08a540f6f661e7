using System.Text.Json.Serialization;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;

namespace AutoBuild.Core.Jobs;

/// <summary>Is one submission of a ticket to the queue; serialised, it is the job of the wire.</summary>
public sealed record Job
{
    public required Guid Id { get; init; }

    public required Guid TicketId { get; init; }

    public required Guid ProjectId { get; init; }

    public Priority Priority { get; init; } = Priority.Normal;

    [JsonIgnore]
    public JobState State { get; init; }

    public JobStatus Status => State.ToStatus(QueuedReason is Jobs.QueuedReason.ProjectCapacity or Jobs.QueuedReason.GlobalCapacity or Jobs.QueuedReason.Paused);

    /// <summary>What a running job is at.</summary>
    public RunPhase? Phase { get; init; }

    /// <summary>Why it waits; for a queued job the store derives it at read.</summary>
    public QueuedReason? QueuedReason { get; init; }

    /// <summary>The same in words, where there is more to say; made when it is shown, never stored.</summary>
    public string? QueuedDetail { get; init; }

    public Guid? WorktreeId { get; init; }

    public string? WorkerId { get; init; }

    /// <summary>The ticket's text, frozen at submit.</summary>
    public required string Prompt { get; init; }

    public required string BranchName { get; init; }

    /// <summary>The branch it starts from and lands on; null is the project's default branch.</summary>
    public string? BaseBranch { get; init; }

    /// <summary>The commit it started from, recorded at dispatch.</summary>
    public string? BaseCommit { get; init; }

    /// <summary>Head of the branch as last reported.</summary>
    public string? HeadCommit { get; init; }

    /// <summary>Is told of the job's end.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>What signs that call and is shown in it, sealed with the server's key; never shown.</summary>
    [JsonIgnore]
    public string? CallbackSecret { get; init; }

    public int RetryCount => Math.Max(0, Charged - 1);

    /// <summary>Grows at each claim, never given back.</summary>
    public int Attempt { get; init; }

    /// <summary>Attempts that count against <see cref="MaxAttempts"/>.</summary>
    [JsonIgnore]
    public int Charged { get; init; }

    public int MaxAttempts { get; init; } = 4;

    /// <summary>Launch failures in a row.</summary>
    [JsonIgnore]
    public int LaunchFailures { get; init; }

    [JsonIgnore]
    public long Fence { get; init; }

    [JsonIgnore]
    public DateTimeOffset? LeaseExpiresAt { get; init; }

    [JsonIgnore]
    public DateTimeOffset? HeartbeatAt { get; init; }

    public string? ErrorMessage { get; init; }

    public string? ErrorCode { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it entered its lane, from which its age counts; a retry keeps it.</summary>
    public DateTimeOffset? QueuedAt { get; init; }

    public DateTimeOffset? DispatchedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public string? Agent { get; init; }

    public string? AgentCommand { get; init; }

    [JsonIgnore]
    public string? AgentScript { get; init; }

    public string? Model { get; init; }

    public Executor Executor { get; init; } = Executor.Local;

    public string? SessionId { get; init; }

    /// <summary>In which session the agent of the last attempt worked; null where none has ended.</summary>
    public RunSession? Session { get; init; }

    public Guid? RetryOf { get; init; }

    public Guid? Continues { get; init; }

    /// <summary>The landing that was sent back to the agent with this job: what it makes of it lands again by itself.</summary>
    public Guid? ReworkOf { get; init; }

    /// <summary>The person's message that this job answers.</summary>
    public string? Message { get; init; }

    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Not claimed before this.</summary>
    public DateTimeOffset? RunAt { get; init; }

    [JsonIgnore]
    public CancelCause? CancelCause { get; init; }

    public string? CancelReason { get; init; }

    public DateTimeOffset? CancelRequestedAt { get; init; }

    /// <summary>completed by the agent's outcome: changed or needs_input.</summary>
    public RunOutcome? Outcome { get; init; }

    /// <summary>A finished report that came after a cancel; kept, never merged.</summary>
    public bool LateSuccess { get; init; }

    public string? Question { get; init; }

    public decimal? MaxCostUsd { get; init; }

    public RunUsage Usage { get; init; } = new();

    public QaReport? Qa { get; init; }

    public int QaRounds { get; init; }

    public IReadOnlyList<string> ChangedFiles { get; init; } = [];

    public string? PrUrl { get; init; }

    public int? PrNumber { get; init; }

    public string? CreatedBy { get; init; }

    /// <summary>The W3C traceparent of its submit; null where no trace is kept.</summary>
    [JsonIgnore]
    public string? Trace { get; init; }

    /// <summary>Filled where one job is asked for; empty in lists and events.</summary>
    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    /// <summary>Who its branch collides with, as the radar saw it last. Filled where jobs are asked for; empty in events.</summary>
    public IReadOnlyList<JobCollision> Collisions { get; init; } = [];
}

/// <summary>Tells why a job is being stopped.</summary>
public enum CancelCause
{
    Asked,
    Timeout,
}

/// <summary>Is one try of a job, from claim to end.</summary>
public sealed record Attempt
{
    [JsonPropertyName("attempt")]
    public required int Number { get; init; }

    public string? WorkerId { get; init; }

    [JsonIgnore]
    public long Fence { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public AttemptOutcome? Outcome { get; init; }

    public string? Error { get; init; }
}

public enum AttemptOutcome
{
    Completed,
    Failed,
    Cancelled,
    TimedOut,
    Lost,
    Superseded,
}
