using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;
using AutoBuild.Core.Tickets;
using AutoBuild.Core.Worktrees;

namespace AutoBuild.Client;

/// <summary>Is what the command line shows of a job; the wire's status is read here, not derived.</summary>
internal sealed record JobView
{
    public required Guid Id { get; init; }

    public required Guid TicketId { get; init; }

    public required Guid ProjectId { get; init; }

    public required JobStatus Status { get; init; }

    public RunPhase? Phase { get; init; }

    public QueuedReason? QueuedReason { get; init; }

    public string? QueuedDetail { get; init; }

    public string? Prompt { get; init; }

    public string? BranchName { get; init; }

    public string? BaseCommit { get; init; }

    public string? HeadCommit { get; init; }

    public string? Agent { get; init; }

    public int Attempt { get; init; }

    /// <summary>When it is tried again; null where it doesn't wait for that.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    public string? ErrorCode { get; init; }

    public string? ErrorMessage { get; init; }

    public RunOutcome? Outcome { get; init; }

    public string? Question { get; init; }

    public RunSession? Session { get; init; }

    public QaReport? Qa { get; init; }

    public int QaRounds { get; init; }

    public IReadOnlyList<string>? ChangedFiles { get; init; }

    public RunUsage? Usage { get; init; }

    public Guid? RetryOf { get; init; }

    public Guid? Continues { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public IReadOnlyList<Attempt>? Attempts { get; init; }

    public bool IsOver => Status is JobStatus.Completed or JobStatus.Failed or JobStatus.Cancelled;

    /// <summary>Whether it ended with work that may land.</summary>
    public bool Succeeded => Status == JobStatus.Completed && Outcome != RunOutcome.NeedsInput;
}

internal sealed record SubmittedView(JobView Job, int? Position, string? Message);

/// <param name="Job">The job that continues an ended one; null where the message went to a running one.</param>
internal sealed record MessageView(JobView? Job, string? Message);

internal sealed record JobList(IReadOnlyList<JobView> Jobs, string? NextCursor);

internal sealed record TicketList(IReadOnlyList<Ticket> Tickets, string? NextCursor);

internal sealed record ProjectList(IReadOnlyList<Project> Projects, string? NextCursor);

internal sealed record LandingList(IReadOnlyList<Landing> Landings, string? NextCursor);

internal sealed record WorktreeList(IReadOnlyList<Worktree> Worktrees, WorktreeStatsView? Stats);

internal sealed record WorktreeStatsView(int Active, int MaxActive, int Idle, long DiskBytes);

internal sealed record RescueList(IReadOnlyList<RescueView> Rescues);

internal sealed record RescueView(string Id, string? Name, Guid? ProjectId, string? Commit, DateTimeOffset? CreatedAt, int Files, string? Message = null);

internal sealed record RestoredView(string? Directory);

internal sealed record QueueView(
    int TotalJobs, int PendingJobs, int RunningJobs, int CompletedJobs, int FailedJobs, int ActiveWorkers, int MaxWorkers, double? OldestPendingSeconds, bool Paused, HoldView? Hold = null);

internal sealed record UsageView(IReadOnlyList<UsageRow> Rows, RunUsage Total);

internal sealed record HoldView(string? Reason, string? Sentence);

internal sealed record SyncView(string? Message, string? Outcome, string? Commit);

/// <summary>Is an answer that holds nothing but a sentence.</summary>
internal sealed record Sentence(string? Message);
