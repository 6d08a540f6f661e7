using AutoBuild.Core.Jobs;
using AutoBuild.Core.Runs;

namespace AutoBuild.Core.Callbacks;

/// <summary>Says how a run ended, in the four words of a callback.</summary>
public enum CallbackStatus
{
    Success,
    NoChanges,
    QaFailed,
    Error,
}

/// <summary>Is what a run that is followed by nobody here says of its end.</summary>
/// <param name="BodyHash">Of the bytes that came, by which a repeat is known.</param>
/// <param name="Run">What only such a run has to tell.</param>
public sealed record RunnerCallback(Guid JobId, int Attempt, string BodyHash, CallbackStatus Status, RunElsewhere Run, RunReport Report);

/// <summary>Tells what became of a callback.</summary>
/// <param name="Job">As it stands now.</param>
public sealed record CallbackTaken(CallbackFate Fate, Job Job);

public enum CallbackFate
{
    /// <summary>Its attempt is open: it would count.</summary>
    Open,

    /// <summary>It ended the attempt.</summary>
    Applied,

    /// <summary>The same was taken before.</summary>
    Repeated,

    /// <summary>It came after a cancel; recorded, and nothing else.</summary>
    Late,
}

/// <summary>Is a callback that came and was recorded.</summary>
/// <param name="Late">Whether it came after a cancel.</param>
public sealed record ReceivedCallback(int Attempt, CallbackStatus Status, string? RunId, DateTimeOffset ReceivedAt, bool Late)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public string BodyHash { get; init; } = "";
}
