using AutoBuild.Core.Runs;

namespace AutoBuild.Core.Spending;

/// <summary>Is what an attempt told that it used.</summary>
/// <param name="Seq">The event's number in its attempt; each counts once, in the order of the numbers.</param>
/// <param name="At">Decides the day, in UTC.</param>
/// <param name="Model">Null where the agent names none.</param>
public sealed record UsageTold(long Seq, DateTimeOffset At, string? Model, string? SessionId, RunUsage Usage);

/// <summary>Asks the ledger; null bounds nothing.</summary>
/// <param name="From">First day, in UTC.</param>
/// <param name="To">Last day, included.</param>
public sealed record UsageQuery(UsageGroup GroupBy, Guid? ProjectId = null, Guid? TicketId = null, DateOnly? From = null, DateOnly? To = null);

public enum UsageGroup
{
    Day,
    Model,
    Project,
    Ticket,
    Agent,
}

/// <summary>Is what was used under one heading.</summary>
/// <param name="Key">The day, model, agent or id; empty where it is not known.</param>
/// <param name="Name">The project's name or the ticket's title.</param>
public sealed record UsageRow(string Key, string? Name, RunUsage Usage);
