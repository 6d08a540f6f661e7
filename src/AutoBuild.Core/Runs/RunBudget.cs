using AutoBuild.Core.Spending;

namespace AutoBuild.Core.Runs;

/// <summary>Says what an attempt may still use, by what was left at its start.</summary>
public sealed record RunBudget
{
    /// <summary>US dollars; null is no bound.</summary>
    public decimal? CostUsd { get; init; }

    /// <summary>Null is no bound.</summary>
    public long? Tokens { get; init; }

    /// <summary>What the session to resume had used before, for command lines that count over the whole session.</summary>
    public RunUsage? Session { get; init; }

    /// <summary>Prices beyond the built-in ones, by model.</summary>
    public IReadOnlyDictionary<string, Price> Prices { get; init; } = new Dictionary<string, Price>();
}
