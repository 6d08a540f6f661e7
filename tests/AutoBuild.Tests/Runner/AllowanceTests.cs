using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;
using AutoBuild.Runner.Agents;

namespace AutoBuild.Tests.Runner;

public sealed class AllowanceTests
{
    private static readonly RunAgent Agent = new() { Name = "claude", Model = "claude-opus-4-8", SessionId = "old" };

    [Fact]
    public void What_is_told_on_the_way_is_not_counted_again_at_the_end()
    {
        using var allowance = new Allowance(null, Agent);

        var way = Take(allowance, UsageCount.Since, 1_000_000, 0);
        var end = Take(allowance, UsageCount.Process, 1_000_000, 100_000, cost: 9m);
        var again = Take(allowance, UsageCount.Process, 1_000_000, 100_000, cost: 9m);

        Assert.Equal((5m, CostSource.Prices), (way.CostUsd!.Value, way.CostSource!.Value));
        Assert.Equal((0L, 100_000L, 4m, CostSource.Agent), (end.InputTokens, end.OutputTokens, end.CostUsd!.Value, end.CostSource!.Value));
        Assert.Equal((0L, 0m), (again.Tokens, again.CostUsd!.Value));
    }

    /// <summary>An end without a count, as after an interrupt, takes nothing back; a new process counts from nothing.</summary>
    [Fact]
    public void A_process_that_says_less_takes_nothing_back()
    {
        using var allowance = new Allowance(null, Agent);
        Take(allowance, UsageCount.Since, 1000, 0);

        Assert.Equal(0, Take(allowance, UsageCount.Process, 0, 0).Tokens);
        allowance.Begin();
        Assert.Equal(700, Take(allowance, UsageCount.Process, 700, 0).Tokens);
    }

    [Fact]
    public void A_session_counts_over_turns_and_runs()
    {
        using var allowance = new Allowance(new RunBudget { Session = new RunUsage { InputTokens = 2000, OutputTokens = 100, Turns = 9 } }, Agent);

        Assert.Equal(500, Take(allowance, UsageCount.Session, 2500, 100).Tokens);
        allowance.Begin();
        Assert.Equal(300, Take(allowance, UsageCount.Session, 2700, 200).Tokens);
        Assert.Equal(50, Take(allowance, UsageCount.Session, 50, 0, session: "new").Tokens);
        // One that was begun anew under its old name.
        Assert.Equal(80, Take(allowance, UsageCount.Session, 80, 0).Tokens);
    }

    [Theory]
    [InlineData(0.50, null, 100_000, true)]
    [InlineData(0.51, null, 100_000, false)]
    [InlineData(null, 100_000L, 100_000, true)]
    [InlineData(null, 100_001L, 100_000, false)]
    [InlineData(null, null, 100_000_000, false)]
    public async Task It_ends_where_nothing_is_left(double? dollars, long? tokens, long used, bool ends)
    {
        using var allowance = new Allowance(new RunBudget { CostUsd = (decimal?)dollars, Tokens = tokens }, Agent);

        Take(allowance, UsageCount.Since, used, 0);

        Assert.Equal(ends, allowance.Verdict is { Code: "agent_budget", Retry: false });
        Assert.Equal((decimal?)dollars - 0.5m, used == 100_000 ? allowance.LeftUsd : null);
        if (ends)
        {
            await RunBench.UntilAsync(() => allowance.Ended.IsCancellationRequested);
        }
    }

    /// <summary>What nobody knows the price of is bounded by tokens alone.</summary>
    [Fact]
    public void An_unknown_price_spends_no_dollars()
    {
        using var allowance = new Allowance(new RunBudget { CostUsd = 0.01m }, Agent);
        Assert.Equal(1_000_000, Take(allowance, UsageCount.Since, 1_000_000, 0, model: "own").UnpricedTokens);
        Assert.Null(allowance.Verdict);

        using var known = new Allowance(new RunBudget { CostUsd = 0.01m, Prices = new Dictionary<string, Price> { ["own"] = new(1, 1, 1, 1) } }, Agent);
        Take(known, UsageCount.Since, 1_000_000, 0, model: "own");
        Assert.NotNull(known.Verdict);
    }

    private static RunUsage Take(Allowance allowance, UsageCount counts, long input, long output, decimal? cost = null, string session = "old", string? model = "claude-opus-4-8") =>
        allowance.Take(new AgentLine { Name = model, Counts = counts, Usage = new RunUsage { InputTokens = input, OutputTokens = output, CostUsd = cost } }, session);
}
