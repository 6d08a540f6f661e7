using System.Text.Json.Serialization;

namespace AutoBuild.Core.Callbacks;

/// <summary>Is a callback that is owed to a receiver, and how far it has got.</summary>
public sealed record Delivery
{
    /// <summary>How often a callback is tried before it is given up; asking for it again grants as many more.</summary>
    public const int MostTries = 20;

    public required Guid Id { get; init; }

    public required Guid JobId { get; init; }

    public required string Event { get; init; }

    public required string Url { get; init; }

    public int Tries { get; init; }

    /// <summary>What the receiver last answered; null where it gave no answer.</summary>
    public int? LastStatus { get; init; }

    /// <summary>Why the last try failed.</summary>
    public string? LastError { get; init; }

    public DateTimeOffset? LastTriedAt { get; init; }

    /// <summary>When it is tried next; null once it is delivered or given up.</summary>
    public DateTimeOffset? NextAt { get; init; }

    public DateTimeOffset? DeliveredAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How many tries are left before it is given up.</summary>
    public int TriesLeft { get; init; }

    [JsonIgnore]
    public string Body { get; init; } = "";

    /// <summary>The job's secret as it is kept, sealed; null where none was given.</summary>
    [JsonIgnore]
    public string? SealedSecret { get; init; }
}

/// <summary>Is how a try ended.</summary>
/// <param name="Status">What the receiver answered; null where it gave no answer.</param>
/// <param name="Error">Why it failed; null where it was taken.</param>
/// <param name="NextAt">When it is tried again, if a try is left; null where it was taken or must not come again.</param>
public sealed record DeliveryTry(int? Status, string? Error, DateTimeOffset? NextAt);
