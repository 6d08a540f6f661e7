namespace AutoBuild.Core.Runs;

/// <summary>Is one line of <c>control.ndjson</c>: what the orchestrator says to a runner.</summary>
/// <param name="Text">The message, or why it has to end.</param>
public sealed record RunControl(RunControlKind Kind, DateTimeOffset At, string? Text = null);

public enum RunControlKind
{
    Renew,
    Message,
    Cancel,

    /// <summary>Ends the agent, not the run: its work is committed and reported.</summary>
    Budget,
}
