using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Agents;

/// <summary>Decides what follows a failed turn: one row for each <see cref="AgentFailure"/>.</summary>
/// <remarks>Retry: a new attempt after a backoff, which counts. Wait: a new attempt later, which doesn't count. Stop: a person has to change something first. Ask: their message goes on.</remarks>
internal static class AgentDecision
{
    public const string SessionGone = "agent_session_gone";
    public const string ContextTooLong = "agent_context_too_long";

    public static AgentTurn Decide(AgentFault fault)
    {
        var rule = RuleOf(fault.Failure);
        return new AgentTurn
        {
            End = rule.Follows == Follows.Wait ? AgentEnd.Quota : AgentEnd.Failed,
            Error = new RunError(rule.Code, $"{fault.Sentence ?? rule.Sentence}{(fault.Said.Length == 0 ? "" : $" It said: {fault.Said}")}", Retry: rule.Follows == Follows.Retry, rule.InSession),
            ResetAt = fault.ResetAt,
        };
    }

    internal static Rule RuleOf(AgentFailure failure) => failure switch
    {
        AgentFailure.Authentication => new("agent_not_signed_in", "The agent's provider doesn't know who asks: give the agent a key or a login.", Follows.Stop),
        AgentFailure.Billing => new("agent_not_paid", "The account behind the agent can't pay.", Follows.Stop),
        AgentFailure.UnknownModel => new("agent_model_unknown", "The agent's provider has no such model, or not for this account.", Follows.Stop),
        AgentFailure.Quota => new("quota", "The agent's share is used up.", Follows.Wait),
        AgentFailure.RateLimit => new("rate_limit", "The agent's provider takes no more requests for now.", Follows.Wait),
        AgentFailure.Overloaded => new("agent_provider_overloaded", "The agent's provider has too much to do.", Follows.Wait),
        AgentFailure.Unreachable => new("agent_provider_unreachable", "The agent can't reach its provider.", Follows.Wait),
        AgentFailure.Malformed => new("agent_answer_malformed", "The agent can't read what its provider answers.", Follows.Retry, InSession: true),
        AgentFailure.ContextTooLong => new(ContextTooLong, "The task with all that belongs to it is too long for the model.", Follows.Stop, InSession: true),
        AgentFailure.Rejected => new("agent_request_rejected", "The agent's provider refused the request.", Follows.Stop, InSession: true),
        AgentFailure.PermissionDenied => new("agent_permission_denied", "The agent was refused what it needed, and changed nothing.", Follows.Ask),
        AgentFailure.MaxTurns => new("agent_max_turns", "The agent used up its turns; a message lets it go on.", Follows.Ask),
        AgentFailure.Budget => new("agent_budget", "The agent used up what it may cost.", Follows.Stop),
        AgentFailure.SessionGone => new(SessionGone, "The agent no longer has the session to go on with.", Follows.Retry),
        AgentFailure.Crashed => new("agent_crashed", "The agent ended without a result.", Follows.Retry, InSession: true),
        AgentFailure.OutOfMemory => new("out_of_memory", "The kernel killed the agent because memory ran out.", Follows.Retry),
        AgentFailure.Killed => new("agent_crashed", "The agent was killed (signal 9), and not by AutoBuild: the kernel does so when memory runs out, or a person did.", Follows.Retry),
        AgentFailure.Failed => new("agent_failed", "The agent failed.", Follows.Retry, InSession: true),
        AgentFailure.Missing => new("agent_missing", "The agent's command was not found.", Follows.Stop),
        AgentFailure.ScriptInvalid => new("script_invalid", "The script can't be followed.", Follows.Stop),
    };

    /// <param name="InSession">Whether the session may be to blame: one that fails so twice is left.</param>
    internal sealed record Rule(string Code, string Sentence, Follows Follows, bool InSession = false);

    internal enum Follows
    {
        Retry,
        Wait,
        Stop,
        Ask,
    }
}
