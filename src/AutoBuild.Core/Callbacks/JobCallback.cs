using AutoBuild.Core.Jobs;
using AutoBuild.Core.Json;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;

namespace AutoBuild.Core.Callbacks;

/// <summary>Is what is sent to a job's <c>callback_url</c> when the job has ended; the names are those of the callback that runners send.</summary>
public sealed record JobCallback
{
    /// <summary>Stays the same however often it is sent; a receiver that knows it already is done.</summary>
    public required Guid DeliveryId { get; init; }

    /// <summary>job.completed, job.failed or job.cancelled.</summary>
    public required string Event { get; init; }

    public required Guid JobId { get; init; }

    public required int Attempt { get; init; }

    public required Guid TicketId { get; init; }

    public required Guid ProjectId { get; init; }

    public required CallbackStatus Status { get; init; }

    public required JobStatus JobStatus { get; init; }

    public string? PrUrl { get; init; }

    public int? PrNumber { get; init; }

    public bool? QaPassed { get; init; }

    /// <summary>Without the checks' output, which can be long.</summary>
    public QaReport? Qa { get; init; }

    /// <summary>The run as its sender called it, else job and attempt.</summary>
    public required string RunId { get; init; }

    public CallbackError? Error { get; init; }

    public required RunUsage Usage { get; init; }

    public required string BranchName { get; init; }

    public string? HeadCommit { get; init; }

    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>Describes the end of a job.</summary>
    public static JobCallback Of(Job job, Guid delivery, string? runId) => new()
    {
        DeliveryId = delivery,
        Event = $"job.{SnakeCase.Of(job.Status)}",
        JobId = job.Id,
        Attempt = job.Attempt,
        TicketId = job.TicketId,
        ProjectId = job.ProjectId,
        Status = StatusOf(job),
        JobStatus = job.Status,
        PrUrl = job.PrUrl,
        PrNumber = job.PrNumber,
        QaPassed = job.Qa?.Passed,
        Qa = job.Qa is { } qa ? qa with { Checks = [.. qa.Checks.Select(check => check with { LogTail = null })] } : null,
        RunId = runId ?? $"{job.Id}-{job.Attempt}",
        Error = job.ErrorCode is { } code ? new CallbackError(code, job.Question ?? job.ErrorMessage ?? "") : null,
        Usage = job.Usage,
        BranchName = job.BranchName,
        HeadCommit = job.HeadCommit,
        EndedAt = job.CompletedAt ?? job.CreatedAt,
    };

    // Old receivers know four words; a question and a cancel are told apart by error.code.
    private static CallbackStatus StatusOf(Job job) => job switch
    {
        { State: JobState.Completed, Outcome: RunOutcome.Changed } => CallbackStatus.Success,
        { ErrorCode: "qa_failed" } => CallbackStatus.QaFailed,
        { ErrorCode: "no_changes" } => CallbackStatus.NoChanges,
        _ => CallbackStatus.Error,
    };
}

/// <summary>Says why a run was no success.</summary>
public sealed record CallbackError(string Code, string Message);
