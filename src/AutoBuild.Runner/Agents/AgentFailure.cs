namespace AutoBuild.Runner.Agents;

/// <summary>Says what went wrong in a turn, whichever command line ran it; <see cref="AgentDecision"/> says what follows.</summary>
internal enum AgentFailure
{
    /// <summary>The provider doesn't know who asks.</summary>
    Authentication,

    /// <summary>The account can't pay; waiting doesn't help.</summary>
    Billing,

    UnknownModel,

    /// <summary>A share for some hours or days is used up and comes back.</summary>
    Quota,

    /// <summary>Too many requests in a short time.</summary>
    RateLimit,

    /// <summary>The provider has too much to do, or a fault of its own.</summary>
    Overloaded,

    /// <summary>The provider can't be reached, or the connection broke.</summary>
    Unreachable,

    /// <summary>The provider's answer can't be read.</summary>
    Malformed,

    ContextTooLong,

    /// <summary>The provider refused the request for another reason, and would again.</summary>
    Rejected,

    /// <summary>The agent was refused what it needed, and changed nothing.</summary>
    PermissionDenied,

    MaxTurns,

    Budget,

    /// <summary>The session to resume is not there.</summary>
    SessionGone,

    /// <summary>It ended without a word on how.</summary>
    Crashed,

    /// <summary>A signal 9 that was not ours, and memory ran out meanwhile.</summary>
    OutOfMemory,

    /// <summary>A signal 9 that was not ours, from whomever.</summary>
    Killed,

    /// <summary>It says by its exit code that it failed.</summary>
    Failed,

    /// <summary>Its command is not there.</summary>
    Missing,

    ScriptInvalid,
}

/// <summary>Is a failed turn.</summary>
/// <param name="Said">The agent's own words; empty where it had none.</param>
/// <param name="ResetAt">When waiting ends, where it told.</param>
/// <param name="Sentence">Replaces the sentence of the class where there is more to say.</param>
internal sealed record AgentFault(AgentFailure Failure, string Said, DateTimeOffset? ResetAt = null, string? Sentence = null);
