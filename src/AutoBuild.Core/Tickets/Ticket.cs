using System.Text.Json.Serialization;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Projects;

namespace AutoBuild.Core.Tickets;

/// <summary>Holds one piece of work that somebody wants done; its state is written by <see cref="TicketMachine"/> alone.</summary>
public sealed record Ticket
{
    public required Guid Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required string Title { get; init; }

    public string Description { get; init; } = "";

    public TicketState Status { get; init; }

    public Priority Priority { get; init; } = Priority.Normal;

    /// <summary>Order of the card within its column; smaller is higher.</summary>
    public double Position { get; init; }

    public string? Agent { get; init; }

    /// <summary>Command line of agent <c>command</c>.</summary>
    public string? AgentCommand { get; init; }

    /// <summary>Text of the script that agent <c>scripted</c> follows.</summary>
    public string? AgentScript { get; init; }

    public string? Model { get; init; }

    /// <summary>The branch the work starts from and lands on; null is the project's default branch.</summary>
    public string? BaseBranch { get; init; }

    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Overrides the project's policy.</summary>
    public LandingPolicy? Landing { get; init; }

    /// <summary>US dollars.</summary>
    public decimal? MaxCostUsd { get; init; }

    /// <summary>Globs of the files the work is expected to change.</summary>
    public IReadOnlyList<string> Touches { get; init; } = [];

    public string? BranchName { get; init; }

    public string? PrUrl { get; init; }

    public int? PrNumber { get; init; }

    public string? ErrorMessage { get; init; }

    /// <summary>A remark of the machine, such as "closed without landing".</summary>
    public string? Note { get; init; }

    /// <summary>The newest job.</summary>
    public Guid? JobId { get; init; }

    /// <summary>What a person has to do, if anything.</summary>
    public NeedsYou? NeedsYou { get; init; }

    public IReadOnlyList<Guid> DependsOn { get; init; } = [];

    /// <summary>Those of <see cref="DependsOn"/> that have not landed.</summary>
    public IReadOnlyList<Guid> BlockedBy { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The text an agent is given: the title, then the description.</summary>
    [JsonIgnore]
    public string Prompt => Description.Length == 0 ? Title : $"{Title}\n\n{Description}";
}

/// <summary>Says what a person has to do for a ticket to go on.</summary>
public sealed record NeedsYou(NeedsYouKind Kind, string Sentence);

public enum NeedsYouKind
{
    Question,
    QaFailed,
    Conflict,
    Red,
    Dependency,
    Quota,
    Budget,
    Review,
    Land,
    Error,
}
