using AutoBuild.Core.Runs;

namespace AutoBuild.Core.Jobs;

/// <summary>Is something that happened to a job; a closed family.</summary>
public abstract record JobInput
{
    private JobInput()
    {
    }

    /// <summary>Its hour came or a person approved it.</summary>
    /// <param name="Unblocked">Whether every ticket it depends on has landed.</param>
    public sealed record Released(bool Unblocked) : JobInput;

    /// <summary>The last ticket it depends on has landed.</summary>
    public sealed record DependenciesLanded : JobInput;

    /// <summary>A dependency that has not landed was added while it waited.</summary>
    public sealed record DependencyAdded : JobInput;

    /// <summary>Another job of its agent was sent away by the provider until some hour, so it does not start before.</summary>
    /// <param name="Reset">That hour.</param>
    public sealed record Held(string Agent, DateTimeOffset Reset) : JobInput;

    /// <summary>A running job's ticket declares that it touches the same files, so it does not start beside it.</summary>
    /// <param name="Sentence">Which ticket, and which patterns.</param>
    public sealed record Overlapping(string Sentence) : JobInput;

    /// <summary>A dispatcher took it.</summary>
    public sealed record Claimed(string WorkerId, long Fence, TimeSpan Lease) : JobInput;

    /// <summary>The runner gave its first sign of life, or a further one.</summary>
    public sealed record Heartbeat(TimeSpan Lease) : JobInput;

    /// <summary>No runner could be started.</summary>
    /// <param name="Retry">False where the same would fail again until a person changes something.</param>
    public sealed record LaunchFailed(string Code, string Message, bool Retry = true) : JobInput;

    /// <summary>The runner wrote its report.</summary>
    /// <param name="Elsewhere">Of a run that reported by a callback: a commit that it does not name is not known here.</param>
    public sealed record Reported(RunReport Report, RunElsewhere? Elsewhere = null) : JobInput;

    /// <summary>The runner ended without a report.</summary>
    /// <param name="AgentStarted">False charges nothing.</param>
    public sealed record Lost(string Message, bool AgentStarted) : JobInput;

    /// <summary>Nobody renewed its lease; refused where somebody did meanwhile.</summary>
    public sealed record LeaseExpired : JobInput;

    /// <summary>The attempt took longer than it may.</summary>
    public sealed record Overdue : JobInput;

    /// <summary>A person asked for it to stop.</summary>
    public sealed record CancelAsked(string Reason) : JobInput;

    /// <summary>Nothing of the agent is alive any more.</summary>
    public sealed record AgentGone : JobInput;

    /// <summary>The backoff or quota is over.</summary>
    /// <param name="Unblocked">Whether every ticket it depends on has landed; a dependency may have been added meanwhile.</param>
    public sealed record Due(bool Unblocked) : JobInput;
}
