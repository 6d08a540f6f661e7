using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Agents;

/// <summary>Adds what turns used.</summary>
internal static class UsageSum
{
    public static RunUsage Plus(this RunUsage one, RunUsage other) => new()
    {
        InputTokens = one.InputTokens + other.InputTokens,
        OutputTokens = one.OutputTokens + other.OutputTokens,
        CostUsd = one.CostUsd + other.CostUsd,
        Turns = one.Turns + other.Turns,
    };
}
