namespace AutoBuild.Core.Runs;

/// <summary>Counts what an agent used: tokens, what they cost, and turns.</summary>
public sealed record RunUsage
{
    /// <summary>All that was sent to the model, what the provider had cached included.</summary>
    public long InputTokens { get; init; }

    /// <summary>Those of <see cref="InputTokens"/> that the provider read from its cache.</summary>
    public long CachedInputTokens { get; init; }

    /// <summary>Those of <see cref="InputTokens"/> that it wrote to its cache.</summary>
    public long CacheWriteTokens { get; init; }

    /// <summary>All that the model wrote, its reasoning included.</summary>
    public long OutputTokens { get; init; }

    /// <summary>Those of <see cref="OutputTokens"/> that were reasoning, where the agent tells.</summary>
    public long ReasoningTokens { get; init; }

    /// <summary>US dollars; null where nothing of it is known, which is not the same as free.</summary>
    public decimal? CostUsd { get; init; }

    /// <summary>Whose word the cost is; null where there is none.</summary>
    public CostSource? CostSource { get; init; }

    /// <summary>Tokens whose cost is not known, so that <see cref="CostUsd"/> is too low by theirs.</summary>
    public long UnpricedTokens { get; init; }

    public int Turns { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public long Tokens => InputTokens + OutputTokens;

    public RunUsage Plus(RunUsage more) => new()
    {
        InputTokens = InputTokens + more.InputTokens,
        CachedInputTokens = CachedInputTokens + more.CachedInputTokens,
        CacheWriteTokens = CacheWriteTokens + more.CacheWriteTokens,
        OutputTokens = OutputTokens + more.OutputTokens,
        ReasoningTokens = ReasoningTokens + more.ReasoningTokens,
        CostUsd = CostUsd is null && more.CostUsd is null ? null : (CostUsd ?? 0) + (more.CostUsd ?? 0),
        CostSource = CostSource is null || CostSource == more.CostSource ? more.CostSource : more.CostSource is null ? CostSource : Runs.CostSource.Mixed,
        UnpricedTokens = UnpricedTokens + more.UnpricedTokens,
        Turns = Turns + more.Turns,
    };

    /// <summary>Returns what is in this and not in what was counted before; the cost may be negative, as a correction.</summary>
    public RunUsage Minus(RunUsage before) => new()
    {
        InputTokens = InputTokens - before.InputTokens,
        CachedInputTokens = CachedInputTokens - before.CachedInputTokens,
        CacheWriteTokens = CacheWriteTokens - before.CacheWriteTokens,
        OutputTokens = OutputTokens - before.OutputTokens,
        ReasoningTokens = ReasoningTokens - before.ReasoningTokens,
        CostUsd = CostUsd is null && before.CostUsd is null ? null : (CostUsd ?? 0) - (before.CostUsd ?? 0),
        CostSource = CostSource,
        UnpricedTokens = UnpricedTokens - before.UnpricedTokens,
        Turns = Turns - before.Turns,
    };
}

/// <summary>Says whose word a cost is.</summary>
public enum CostSource
{
    /// <summary>The agent's own command line says so.</summary>
    Agent,

    /// <summary>Computed from our list of prices.</summary>
    Prices,

    /// <summary>Partly one, partly the other.</summary>
    Mixed,
}
