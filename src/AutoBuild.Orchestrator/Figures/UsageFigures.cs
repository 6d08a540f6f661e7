using System.Diagnostics.Metrics;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Core.Telemetry;

namespace AutoBuild.Orchestrator.Figures;

/// <summary>Shows what agents used and cost, as the ledger counts it.</summary>
internal sealed class UsageFigures
{
    /// <summary>Models come from what agents print: so many are told apart, the most used ones, and the rest is one.</summary>
    private const int MostModels = 50;

    private readonly LatestFigures _figures;
    private readonly Dictionary<string, double> _shown = [];

    public UsageFigures(Instruments instruments, LatestFigures figures)
    {
        _figures = figures;
        instruments.Total("autobuild.agent.cost_dollars", "{dollar}", "What agents cost, as far as it is known; kept over restarts.", () => Of("cost", used => (double)(used.CostUsd ?? 0)), "agent", "model");
        instruments.Total("autobuild.agent.tokens", "{token}", "Tokens: input is all that was sent, cached_input and cache_write are parts of it; output is all that came, reasoning is a part of it; kept over restarts.", Tokens, "agent", "model", "kind");
        instruments.Total("autobuild.agent.unpriced_tokens", "{token}", "Tokens whose cost is not known, so that the cost is too low by theirs; kept over restarts.", () => Of("unpriced", used => used.UnpricedTokens), "agent", "model");
        instruments.Total("autobuild.agent.turns", "{turn}", "Requests to the model; kept over restarts.", () => Of("turns", used => used.Turns), "agent", "model");
    }

    private IEnumerable<Measurement<double>> Tokens() =>
    [
        .. Of("input", used => used.InputTokens, "input"), .. Of("cached_input", used => used.CachedInputTokens, "cached_input"),
        .. Of("cache_write", used => used.CacheWriteTokens, "cache_write"), .. Of("output", used => used.OutputTokens, "output"),
        .. Of("reasoning", used => used.ReasoningTokens, "reasoning"),
    ];

    private IEnumerable<Measurement<double>> Of(string what, Func<RunUsage, double> read, string? kind = null)
    {
        foreach (var same in Bounded(_figures.Read()?.Usage ?? []).GroupBy(usage => (usage.Agent, usage.Model)))
        {
            var total = Grown($"{what}/{same.Key}", same.Sum(usage => read(usage.Usage)));
            yield return kind is null
                ? QueueFigures.Measured(total, ("agent", same.Key.Agent), ("model", same.Key.Model))
                : QueueFigures.Measured(total, ("agent", same.Key.Agent), ("model", same.Key.Model), ("kind", kind));
        }
    }

    private static IEnumerable<UsageFigure> Bounded(IEnumerable<UsageFigure> usage) =>
        usage.Select((figure, index) => index < MostModels ? figure : figure with { Model = FewValues.Other });

    // An agent's own word may lower what was computed before, and a total that falls is taken for one that began anew.
    private double Grown(string series, double total)
    {
        lock (_shown)
        {
            return _shown[series] = Math.Max(total, _shown.GetValueOrDefault(series));
        }
    }
}
