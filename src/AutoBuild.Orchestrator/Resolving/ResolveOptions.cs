using Microsoft.Extensions.AI;

namespace AutoBuild.Orchestrator.Resolving;

/// <summary>Says which model is asked for conflicts, and what that may take.</summary>
public sealed record ResolveOptions
{
    /// <summary>Opens a connection to the model, once a conflict needs one; what it throws for an answer that is none is a <see cref="ModelException"/>. Null: no model is configured.</summary>
    public OpenModel? Open { get; init; }

    /// <summary>What is said where no model is configured.</summary>
    public string None { get; init; } = "No model is configured: set ANTHROPIC_API_KEY, or models.merge.";

    /// <summary>The model's name, by which its price is known.</summary>
    public string Model { get; init; } = "";

    /// <summary>Longest answer, in tokens; default 8,000.</summary>
    public int MaxTokens { get; init; } = 8000;

    /// <summary>Longest wait for one answer; default 60 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest time that one merge waits for the model in all; default 5 minutes.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>US dollars that all tries of one landing may cost; default 1.</summary>
    public decimal MaxCostUsd { get; init; } = 1;

    /// <summary>Tokens that they may take, which bounds a model whose price nobody knows too; default 200,000.</summary>
    public long MaxLandingTokens { get; init; } = 200_000;

    /// <summary>Values that are masked in all that is sent, beside those of agents and checks: the keys of the model itself.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];
}

/// <summary>Opens a connection to a model.</summary>
/// <remarks>A type of its own: a function of a general type would load what the client is made of when the server starts.</remarks>
public delegate IChatClient OpenModel();
