using System.Globalization;

namespace AutoBuild.Core.Spending;

/// <summary>Bounds what agents may use; null bounds nothing. A day is one of UTC.</summary>
/// <remarks>A cap in tokens is the only hard one for agents whose cost nobody knows.</remarks>
public sealed record Budget
{
    /// <summary>US dollars of one ticket, over all its jobs and attempts; the ticket's own <c>max_cost_usd</c> can only lower it.</summary>
    public decimal? PerTicket { get; init; }

    /// <summary>US dollars of one project in one day.</summary>
    public decimal? PerProjectPerDay { get; init; }

    /// <summary>US dollars of all projects in one day.</summary>
    public decimal? PerDay { get; init; }

    public long? TokensPerTicket { get; init; }

    public long? TokensPerProjectPerDay { get; init; }

    public long? TokensPerDay { get; init; }

    /// <summary>Returns the caps that hold for a ticket, each with what was spent under it.</summary>
    /// <param name="ofTicket">The ticket's own cap.</param>
    /// <param name="ofProject">The project's own cap of a day.</param>
    public IReadOnlyList<Cap> For(decimal? ofTicket, Spent ticket, decimal? ofProject, Spent project, Spent day) =>
    [
        new(CapScope.Ticket, Least(PerTicket, ofTicket), TokensPerTicket, ticket),
        OfProject(ofProject, project),
        new(CapScope.Day, PerDay, TokensPerDay, day),
    ];

    /// <summary>Returns the cap of a project for a day.</summary>
    /// <param name="own">Its own, which can only lower ours.</param>
    public Cap OfProject(decimal? own, Spent spent) => new(CapScope.Project, Least(PerProjectPerDay, own), TokensPerProjectPerDay, spent);

    private static decimal? Least(decimal? one, decimal? other) => one is { } a && other is { } b ? Math.Min(a, b) : one ?? other;
}

/// <summary>Says whose spending a cap bounds.</summary>
public enum CapScope
{
    Ticket,

    /// <summary>A project in one day.</summary>
    Project,

    /// <summary>All projects in one day.</summary>
    Day,
}

/// <param name="CostUsd">As far as it is known.</param>
public sealed record Spent(decimal CostUsd, long Tokens);

/// <summary>Is a cap and what was spent under it.</summary>
public sealed record Cap(CapScope Scope, decimal? MaxUsd, long? MaxTokens, Spent Spent)
{
    public bool IsReached => LeftUsd <= 0 || LeftTokens <= 0;

    public decimal? LeftUsd => MaxUsd - Spent.CostUsd;

    public long? LeftTokens => MaxTokens - Spent.Tokens;

    /// <summary>Says that it is reached, and how it goes on.</summary>
    public string Sentence => Scope switch
    {
        CapScope.Ticket => $"The ticket has used {Used} it may. Raise its limit (max_cost_usd, budget.per_ticket, budget.tokens_per_ticket), then retry; its work is kept.",
        CapScope.Project => $"The project has used {Used} it may today; it goes on at 00:00 UTC (max_cost_usd_per_day of the project, budget.per_project_per_day, budget.tokens_per_project_per_day).",
        CapScope.Day => $"All projects together have used {Used} they may today; they go on at 00:00 UTC (budget.per_day, budget.tokens_per_day).",
    };

    private string Used => LeftUsd <= 0
        ? string.Create(CultureInfo.InvariantCulture, $"${Spent.CostUsd:0.00##} of the ${MaxUsd:0.00##}")
        : string.Create(CultureInfo.InvariantCulture, $"{Spent.Tokens:N0} of the {MaxTokens:N0} tokens");
}
