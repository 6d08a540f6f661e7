namespace AutoBuild.Orchestrator.Resolving;

/// <summary>Is thrown by a client of a model for an answer that is none.</summary>
/// <param name="status">Of HTTP; 0 where nothing answered.</param>
/// <param name="retryAfter">How long the provider asks to wait; null where it names nothing.</param>
public sealed class ModelException(int status, string message, TimeSpan? retryAfter = null, Exception? inner = null) : Exception(message, inner)
{
    public int Status { get; } = status;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>The stable word for it, listed in <c>docs/errors.md</c>.</summary>
    public string Code => Status switch
    {
        0 => "model_unreachable",
        401 or 403 => "model_key_refused",
        408 or 504 => "model_timed_out",
        429 => "model_limited",
        529 or 503 => "model_overloaded",
        >= 500 => "model_failed",
        var _ => "model_request_refused",
    };

    /// <summary>Whether the same request may succeed a little later.</summary>
    public bool IsPassing => Status is 0 or 408 or 429 or >= 500;
}
