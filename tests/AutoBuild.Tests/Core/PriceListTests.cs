using AutoBuild.Core;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;

namespace AutoBuild.Tests.Core;

public sealed class PriceListTests
{
    private static readonly RunUsage Million = new() { InputTokens = 3_000_000, CachedInputTokens = 1_000_000, CacheWriteTokens = 1_000_000, OutputTokens = 1_000_000 };

    [Theory]
    [InlineData("claude-opus-4-8", 5 + 0.5 + 6.25 + 25)]
    [InlineData("claude-opus-4-8[1m]", 5 + 0.5 + 6.25 + 25)]
    [InlineData("anthropic/claude-opus-4-5-20251101", 5 + 0.5 + 6.25 + 25)]
    [InlineData("Claude-Haiku-4-5", 1 + 0.1 + 1.25 + 5)]
    [InlineData("gpt-5-codex-2025-09-15", 1.25 + 0.125 + 1.25 + 10)]
    [InlineData("gemini-3-pro-preview", 2 + 0.2 + 2 + 12)]
    public void A_model_has_its_price_by_whichever_name(string model, double dollars)
    {
        var priced = PriceList.BuiltIn.Complete(Million, model);

        Assert.Equal(((decimal)dollars, CostSource.Prices, 0L), (priced.CostUsd!.Value, priced.CostSource!.Value, priced.UnpricedTokens));
    }

    /// <summary>A dearer or cheaper sister is another model.</summary>
    [Theory]
    [InlineData("gpt-5.5-pro")]
    [InlineData("gpt-5.4-nano")]
    [InlineData("claude-opus-9")]
    [InlineData("")]
    [InlineData(null)]
    public void A_model_without_a_price_has_an_unknown_cost_and_not_none(string? model)
    {
        var priced = PriceList.BuiltIn.Complete(Million, model);

        Assert.Equal((null, null, 4_000_000L), (priced.CostUsd, priced.CostSource, priced.UnpricedTokens));
    }

    [Fact]
    public void What_the_agent_says_goes_before_the_list()
    {
        var told = PriceList.BuiltIn.Complete(Million with { CostUsd = 7 }, "claude-opus-4-8");

        Assert.Equal((7m, CostSource.Agent), (told.CostUsd!.Value, told.CostSource!.Value));
    }

    [Fact]
    public void An_operators_list_replaces_and_adds()
    {
        var prices = PriceList.BuiltIn.With(PriceList.Read("""{"prices":[{"models":["claude-opus-4-8","own/m1"],"input":2,"cached_input":0.5,"output":4,"source":"contract"}]}"""));

        Assert.Equal(new Price(2, 0.5m, 2, 4), prices.Find("claude-opus-4-8[1m]"));
        Assert.Equal(new Price(2, 0.5m, 2, 4), prices.Find("m1"));
        Assert.NotNull(prices.Find("gpt-5"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"prices\":{}}")]
    [InlineData("{\"prices\":[{\"models\":[\"m\"],\"input\":1}]}")]
    [InlineData("{\"prices\":[{\"models\":[\"m\"],\"input\":-1,\"output\":1}]}")]
    [InlineData("{\"prices\":[{\"models\":\"m\",\"input\":1,\"output\":1}]}")]
    [InlineData("{\"prices\":[{\"models\":[\"m\"],\"input\":\"1\",\"output\":1}]}")]
    public void What_is_no_list_is_refused(string json) => Assert.Equal("prices_invalid", Assert.Throws<AutoBuildException>(() => PriceList.Read(json)).Code);

    [Fact]
    public void Counts_add_up_and_keep_whose_word_a_cost_is()
    {
        var told = new RunUsage { InputTokens = 1, CostUsd = 1, CostSource = CostSource.Agent };
        var computed = new RunUsage { InputTokens = 2, CostUsd = 2, CostSource = CostSource.Prices };
        var unknown = new RunUsage { InputTokens = 4, UnpricedTokens = 4 };

        Assert.Equal(CostSource.Agent, told.Plus(told).Plus(unknown).CostSource);
        Assert.Equal((3m, CostSource.Mixed, 4L), (told.Plus(unknown).Plus(computed) is var sum ? sum.CostUsd!.Value : 0, sum.CostSource!.Value, sum.UnpricedTokens));
        Assert.Null(unknown.Plus(new RunUsage()).CostUsd);
        Assert.Equal(computed, told.Plus(computed).Minus(told) with { CostSource = CostSource.Prices });
    }
}
