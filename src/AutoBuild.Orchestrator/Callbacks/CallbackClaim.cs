using AutoBuild.Core.Callbacks;
using AutoBuild.Core.Runs;

namespace AutoBuild.Orchestrator.Callbacks;

/// <summary>Is a callback as it came: what it says, and what it shows to be believed.</summary>
/// <param name="JobId">Null where the sender knows the ticket alone.</param>
/// <param name="Attempt">Null where the sender knows none: then the open one is meant.</param>
public sealed record CallbackClaim(Guid? JobId, int? Attempt, Guid? TicketId, CallbackStatus Status, RunElsewhere Run)
{
    /// <summary>The report without job and attempt, which are found out.</summary>
    public required RunReport Report { get; init; }

    public required string BodyHash { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Whether the caller may end any job.</summary>
    public bool Admin { get; init; }

    public string? Bearer { get; init; }

    public string? Timestamp { get; init; }

    public string? Signature { get; init; }
}
