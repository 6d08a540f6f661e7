namespace AutoBuild.Core.Qa;

/// <summary>Is the evidence for one commit: what ran, and how it ended.</summary>
public sealed record QaReport
{
    public required QaVerdict Verdict { get; init; }

    /// <summary>The commit the checks ran on.</summary>
    public required string Commit { get; init; }

    /// <summary>The tree of that commit; equal trees share evidence.</summary>
    public string? Tree { get; init; }

    public IReadOnlyList<QaCheckResult> Checks { get; init; } = [];

    /// <summary>Where the checks came from: recipe, or what was detected ("node (pnpm)").</summary>
    public string? Source { get; init; }

    /// <summary>Why nothing ran, where nothing ran.</summary>
    public string? Reason { get; init; }

    /// <summary>True, false, or null where nothing ran; what old clients read.</summary>
    public bool? Passed => Verdict switch
    {
        QaVerdict.Passed => true,
        QaVerdict.Failed => false,
        QaVerdict.NotRun => null,
    };

    /// <summary>Derives the verdict: failed where a required check failed, not_run where one could not run, passed where at least one passed, else not_run.</summary>
    /// <remarks>An install that passes and checks that all fail on the base already prove nothing, so they are no pass.</remarks>
    public static QaVerdict Judge(IReadOnlyCollection<QaCheckResult> checks) =>
        checks.Any(check => check is { Required: true, Status: QaStatus.Failed }) ? QaVerdict.Failed
        : checks.Any(check => check is { Required: true, Setup: false, Status: QaStatus.NotRun or QaStatus.Skipped }) ? QaVerdict.NotRun
        : checks.Any(check => check is { Setup: false, Status: QaStatus.Passed }) ? QaVerdict.Passed
        : QaVerdict.NotRun;
}

public enum QaVerdict
{
    Passed,
    Failed,
    NotRun,
}

public enum QaStatus
{
    Passed,
    Failed,

    /// <summary>It fails, but it did so on the base already.</summary>
    FailingOnBase,
    Skipped,
    NotRun,
}

/// <summary>Is how one check ended.</summary>
public sealed record QaCheckResult
{
    public required string Name { get; init; }

    public required QaStatus Status { get; init; }

    public bool Required { get; init; } = true;

    /// <summary>It prepares the checks (an install): its failure counts, its pass proves nothing.</summary>
    public bool Setup { get; init; }

    public string? Command { get; init; }

    public int? ExitCode { get; init; }

    public double Seconds { get; init; }

    /// <summary>The last lines of output, secrets masked.</summary>
    public string? LogTail { get; init; }

    /// <summary>Why it was skipped or not run, or "timed out after …".</summary>
    public string? Reason { get; init; }
}

/// <summary>Is one check to run in a working tree.</summary>
public sealed record QaCheck
{
    public required string Name { get; init; }

    /// <summary>A command line for <c>/bin/sh -c</c>, from the recipe or the table of detection; never from a ticket.</summary>
    public required string Command { get; init; }

    /// <summary>Seconds; default 900.</summary>
    public int TimeoutSeconds { get; init; } = 900;

    public bool Required { get; init; } = true;
}
