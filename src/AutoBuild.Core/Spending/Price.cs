using AutoBuild.Core.Runs;

namespace AutoBuild.Core.Spending;

/// <summary>Is what a model costs, in US dollars per million tokens.</summary>
/// <param name="CachedInput">Of input that the provider read from its cache.</param>
/// <param name="CacheWrite">Of input that it wrote to its cache.</param>
public sealed record Price(decimal Input, decimal CachedInput, decimal CacheWrite, decimal Output)
{
    private const decimal Million = 1_000_000;

    public decimal Of(RunUsage usage)
    {
        var fresh = usage.InputTokens - usage.CachedInputTokens - usage.CacheWriteTokens;
        return ((fresh * Input) + (usage.CachedInputTokens * CachedInput) + (usage.CacheWriteTokens * CacheWrite) + (usage.OutputTokens * Output)) / Million;
    }
}
