namespace AutoBuild.Core.Runs;

/// <summary>Is one line of <c>control.ndjson</c>: what the orchestrator says to a runner.</summary>
/// <param name="Text">The message, or why it was cancelled.</param>
public sealed record RunControl(RunControlKind Kind, DateTimeOffset At, string? Text = null);

public enum RunControlKind
{
    Renew,
    Message,
    Cancel,
}
