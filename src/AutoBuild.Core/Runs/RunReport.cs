using AutoBuild.Core.Qa;

namespace AutoBuild.Core.Runs;

/// <summary>Is the runner's last word on an attempt (<c>report.json</c>, written by rename).</summary>
public sealed record RunReport
{
    public required Guid JobId { get; init; }

    public required int Attempt { get; init; }

    public required RunOutcome Outcome { get; init; }

    /// <summary>Head of the job's branch, imported into the bare clone; null where nothing was committed.</summary>
    public string? Commit { get; init; }

    public string? Branch { get; init; }

    public IReadOnlyList<string> ChangedFiles { get; init; } = [];

    public QaReport? Qa { get; init; }

    /// <summary>How many times the checks ran (1 = passed or gave up at the first).</summary>
    public int QaRounds { get; init; }

    public RunUsage Usage { get; init; } = new();

    public string? SessionId { get; init; }

    /// <summary>Which session it worked in; null where no agent did.</summary>
    public RunSession? Session { get; init; }

    /// <summary>The question, for <see cref="RunOutcome.NeedsInput"/>.</summary>
    public string? Question { get; init; }

    public RunError? Error { get; init; }

    /// <summary>When the quota is back, for <see cref="RunOutcome.Quota"/>.</summary>
    public DateTimeOffset? ResetAt { get; init; }

    /// <summary>The agent's closing words, capped.</summary>
    public string? Summary { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset FinishedAt { get; init; }
}

/// <summary>Says how an attempt ended.</summary>
public enum RunOutcome
{
    Changed,
    NoChanges,
    NeedsInput,
    QaFailed,
    AgentError,
    Cancelled,
    TimedOut,
    Quota,
}

/// <summary>Says why an attempt failed.</summary>
/// <param name="Code">Stable word: agent_crashed, agent_missing, setup_failed, prepare_failed, idle_timeout, wall_timeout, lost_renewal, commit_failed …</param>
/// <param name="Retry">False where trying again can't help (unknown agent, bad recipe).</param>
/// <param name="InSession">True where the agent's session itself may be to blame, so that the same again leaves it.</param>
public sealed record RunError(string Code, string Message, bool Retry = true, bool InSession = false);
