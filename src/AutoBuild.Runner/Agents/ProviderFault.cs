namespace AutoBuild.Runner.Agents;

/// <summary>Reads the class of a failure from what a provider or a command line says in words.</summary>
/// <remarks>The phrases are those the real command lines print; each stands in a transcript of the tests.</remarks>
internal static class ProviderFault
{
    // The order counts: "429 insufficient_quota" is no rate limit, and "401" beside "Try again" is no overload.
    private static readonly (AgentFailure Failure, string[] Phrases)[] Known =
    [
        (AgentFailure.SessionGone, ["no conversation found", "session not found", "no rollout found", "thread not found", "no saved session", "no previous sessions", "error resuming session"]),
        (AgentFailure.ContextTooLong, ["prompt is too long", "context length", "context window", "maximum context", "exceeds the maximum number of tokens", "prompt_too_long"]),
        (AgentFailure.Billing, ["credit balance", "insufficient_quota", "check your plan and billing", "billing_error", "payment required"]),
        (AgentFailure.Quota, ["usage limit", "usage_limit", "-hour limit", "weekly limit", "daily limit", "limit reached|", "hit your limit", "resource_exhausted", "daily quota"]),
        (AgentFailure.Authentication, ["401 unauthorized", "invalid api key", "incorrect api key", "authentication", "not logged in", "/login", "invalid auth method", "api key not valid"]),
        (AgentFailure.UnknownModel, ["model_not_found", "issue with the selected model", "model not found", "does not exist or you do not have access", "unknown model", "is not a valid model"]),
        (AgentFailure.RateLimit, ["rate limit", "rate_limit", "too many requests", "status 429"]),
        (AgentFailure.Overloaded, ["overloaded", "high demand", "at capacity", "internal server error", "service unavailable"]),
        (AgentFailure.Malformed, ["failed to parse json", "json parsing failed", "json parse error", "unexpected end of json", "incomplete json segment"]),
        (AgentFailure.Unreachable, ["unable to connect", "connection refused", "econnrefused", "enotfound", "fetch failed", "stream disconnected", "timed out", "idle timeout", "socket", "other side closed", "api error: terminated"]),
        (AgentFailure.Rejected, ["invalid_request_error"]),
        (AgentFailure.MaxTurns, ["max session turns"]),
    ];

    /// <summary>Returns the class; <see cref="AgentFailure.Crashed"/> where neither number nor words are known.</summary>
    /// <param name="status">The HTTP status; null where none was told.</param>
    public static AgentFailure Classify(int? status, string text)
    {
        foreach (var (failure, phrases) in Known)
        {
            if (phrases.Any(phrase => text.Contains(phrase, StringComparison.OrdinalIgnoreCase)))
            {
                return failure;
            }
        }
        return status switch
        {
            401 or 403 => AgentFailure.Authentication,
            402 => AgentFailure.Billing,
            404 => AgentFailure.UnknownModel,
            413 => AgentFailure.ContextTooLong,
            429 => AgentFailure.RateLimit,
            >= 500 => AgentFailure.Overloaded,
            >= 400 => AgentFailure.Rejected,
            var _ => AgentFailure.Crashed,
        };
    }

    /// <summary>Makes a fault of it, with the time at which waiting ends where the text tells one.</summary>
    public static AgentFault Read(int? status, string text, DateTimeOffset now)
    {
        var failure = Classify(status, text);
        return new AgentFault(failure, text, failure is AgentFailure.Quota or AgentFailure.RateLimit ? ResetTime.Read(text, now) : null);
    }
}
