namespace AutoBuild.Core.Runs;

/// <summary>Is one line of <c>events.ndjson</c>: what happened inside a run.</summary>
public sealed record RunEvent
{
    /// <summary>Counts from 1 within the attempt, without gaps.</summary>
    public required long Seq { get; init; }

    public required DateTimeOffset At { get; init; }

    public required RunEventKind Kind { get; init; }

    /// <summary>Set on <see cref="RunEventKind.Phase"/>.</summary>
    public RunPhase? Phase { get; init; }

    /// <summary>One line for people, secrets masked, at most 4,000 characters.</summary>
    public string? Text { get; init; }

    /// <summary>Tool, file, check or the like.</summary>
    public string? Name { get; init; }

    /// <summary>The round of checks, counted from 1.</summary>
    public int? Round { get; init; }

    /// <summary>What was used since the event of this kind before; <see cref="Name"/> is the model, where it is known.</summary>
    public RunUsage? Usage { get; init; }

    /// <summary>The agent's session, on <see cref="RunEventKind.Usage"/>.</summary>
    public string? SessionId { get; init; }

    /// <summary>The agent's process, on <see cref="RunEventKind.AgentStarted"/>.</summary>
    public int? Pid { get; init; }
}

public enum RunEventKind
{
    Phase,
    AgentStarted,

    /// <summary>The agent told its session, which is the name.</summary>
    Session,
    AgentEnded,
    Message,
    Thinking,
    Plan,
    ToolCall,
    ToolResult,
    FileChange,

    /// <summary>The agent opened the file that is the name.</summary>
    FileRead,
    Question,
    PermissionDenied,
    ProviderWaiting,
    Usage,
    Setup,
    CheckStarted,
    CheckEnded,
    Committed,
    Warning,
    Result,
}

/// <summary>Says what a running job is at; shown, never decided upon.</summary>
public enum RunPhase
{
    Preparing,
    Agent,
    Committing,
    Qa,
    Reporting,
    Cancelling,
}
