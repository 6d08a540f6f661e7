using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Agents;

/// <summary>Decides what follows a failed turn: one row for each <see cref="AgentFailure"/>.</summary>
/// <remarks>Retry: a new attempt after a backoff, which counts. Wait: a new attempt when the share is back, which doesn't count. Stop: a person has to do something first.</remarks>
internal static class AgentDecision
{
    public static AgentTurn Decide(AgentFault fault)
    {
        var (code, sentence, follows) = Row(fault.Failure);
        return new AgentTurn
        {
            End = follows == Follows.Wait ? AgentEnd.Quota : AgentEnd.Failed,
            Error = new RunError(code, $"{fault.Sentence ?? sentence}{(fault.Said.Length == 0 ? "" : $" It said: {fault.Said}")}", Retry: follows == Follows.Retry),
            ResetAt = fault.ResetAt,
        };
    }

    private static (string Code, string Sentence, Follows Follows) Row(AgentFailure failure) => failure switch
    {
        AgentFailure.Authentication => ("agent_not_signed_in", "The agent's provider doesn't know who asks: give the agent a key or a login.", Follows.Stop),
        AgentFailure.Billing => ("agent_not_paid", "The account behind the agent can't pay.", Follows.Stop),
        AgentFailure.UnknownModel => ("agent_model_unknown", "The agent's provider has no such model, or not for this account.", Follows.Stop),
        AgentFailure.Quota => ("quota", "The agent's share is used up.", Follows.Wait),
        AgentFailure.RateLimit => ("rate_limit", "The agent's provider takes no more requests for now.", Follows.Wait),
        AgentFailure.Overloaded => ("agent_provider_overloaded", "The agent's provider has too much to do.", Follows.Retry),
        AgentFailure.Unreachable => ("agent_provider_unreachable", "The agent can't reach its provider.", Follows.Retry),
        AgentFailure.Malformed => ("agent_answer_malformed", "The agent can't read what its provider answers.", Follows.Retry),
        AgentFailure.ContextTooLong => ("agent_context_too_long", "The task with all that belongs to it is too long for the model.", Follows.Stop),
        AgentFailure.Rejected => ("agent_request_rejected", "The agent's provider refused the request.", Follows.Stop),
        AgentFailure.PermissionDenied => ("agent_permission_denied", "The agent was refused what it needed, and changed nothing.", Follows.Stop),
        AgentFailure.MaxTurns => ("agent_max_turns", "The agent used up its turns; a message lets it go on.", Follows.Stop),
        AgentFailure.Budget => ("agent_budget", "The agent used up what it may cost.", Follows.Stop),
        AgentFailure.SessionGone => ("agent_session_gone", "The agent no longer has the session to go on with.", Follows.Retry),
        AgentFailure.Crashed => ("agent_crashed", "The agent ended without a result.", Follows.Retry),
        AgentFailure.OutOfMemory => ("out_of_memory", "The kernel killed the agent because memory ran out.", Follows.Retry),
        AgentFailure.Killed => ("agent_crashed", "The agent was killed (signal 9), and not by AutoBuild: the kernel does so when memory runs out, or a person did.", Follows.Retry),
        AgentFailure.Failed => ("agent_failed", "The agent failed.", Follows.Retry),
        AgentFailure.Missing => ("agent_missing", "The agent's command was not found.", Follows.Stop),
        AgentFailure.ScriptInvalid => ("script_invalid", "The script can't be followed.", Follows.Stop),
    };

    private enum Follows
    {
        Retry,
        Wait,
        Stop,
    }
}
