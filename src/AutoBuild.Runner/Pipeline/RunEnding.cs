using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Runner.Agents;
using AutoBuild.Runner.Journal;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Pipeline;

/// <summary>Says how a run ended, and why.</summary>
internal sealed record RunEnding(RunOutcome Outcome, RunError? Error = null)
{
    public string? Question { get; init; }

    public DateTimeOffset? ResetAt { get; init; }

    public static RunEnding Failed(string code, string sentence, bool retry = true) => new(RunOutcome.AgentError, new RunError(code, sentence, retry));

    /// <summary>Returns the end of a run that was stopped.</summary>
    public static RunEnding Of(StopCause cause, string reason) => cause switch
    {
        StopCause.Cancelled => new(RunOutcome.Cancelled, new RunError("cancelled", reason)),
        StopCause.LostRenewal => Failed("lost_renewal", reason),
        StopCause.DiskFull => Failed("disk_full", reason),
        StopCause.DiskFailed => Failed("disk_failed", reason),
        StopCause.WallTimeout => new(RunOutcome.TimedOut, new RunError("wall_timeout", reason)),
    };

    /// <summary>Returns the end that an agent's turn means; null where the run goes on.</summary>
    public static RunEnding? Of(AgentTurn turn, RunLimits limits) => turn.End switch
    {
        AgentEnd.Finished or AgentEnd.Stopped => null,
        AgentEnd.Question => new(RunOutcome.NeedsInput) { Question = turn.Question },
        AgentEnd.Failed => new(RunOutcome.AgentError, turn.Error),
        AgentEnd.Idle => new(RunOutcome.TimedOut, new RunError("idle_timeout", $"The agent was silent for {limits.IdleSeconds} s.", InSession: true)),
        AgentEnd.Quota => new(RunOutcome.Quota, turn.Error) { ResetAt = turn.ResetAt },
    };
}

/// <summary>Is a stage's expected failure: ends the run with a code and a sentence.</summary>
internal sealed class RunFault(string code, string sentence, bool retry = true) : Exception(sentence)
{
    public RunEnding Ending => RunEnding.Failed(code, Message, retry);

    /// <summary>Names what a stage met; a full disk keeps its own name.</summary>
    public static RunFault Of(WorkspaceException fault, string code, string sentence) => new(fault.Code == "disk_full" ? fault.Code : code, $"{sentence} {fault.Message} ({fault.Code})");
}

/// <summary>Gathers what a run has to show; whatever ends it, this is reported.</summary>
internal sealed class RunProgress
{
    public string? Commit { get; set; }

    public IReadOnlyList<string> ChangedFiles { get; set; } = [];

    public QaReport? Qa { get; set; }

    public int QaRounds { get; set; }

    public RunUsage Usage { get; private set; } = new();

    public string? SessionId { get; set; }

    public RunSession? Session { get; set; }

    public string? Summary { get; private set; }

    public void Add(AgentTurn turn)
    {
        Usage = Usage.Plus(turn.Usage);
        SessionId = turn.SessionId ?? SessionId;
        Summary = turn.Summary ?? Summary;
    }
}
