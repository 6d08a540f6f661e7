using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;

namespace AutoBuild.Client;

/// <summary>Is what the command line shows of a job; the wire's status is read here, where the server derives it from what it knows more.</summary>
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

    /// <summary>The landing that the train sent back with this job; null where it did not.</summary>
    public Guid? ReworkOf { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public IReadOnlyList<Attempt>? Attempts { get; init; }

    public IReadOnlyList<JobCollision>? Collisions { get; init; }

    public bool IsOver => Status is JobStatus.Completed or JobStatus.Failed or JobStatus.Cancelled;

    /// <summary>Whether it ended with work that may land.</summary>
    public bool Succeeded => Status == JobStatus.Completed && Outcome is not (RunOutcome.NeedsInput or RunOutcome.QaFailed);
}

internal sealed record SubmittedView(JobView Job, int? Position, string? Message);

/// <param name="Job">The job that continues an ended one; null where the message went to a running one.</param>
internal sealed record MessageView(JobView? Job, string? Message);

internal sealed record JobPage(IReadOnlyList<JobView> Jobs, string? NextCursor);
