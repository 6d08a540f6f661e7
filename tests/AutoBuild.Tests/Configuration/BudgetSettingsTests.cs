using AutoBuild.Configuration;
using AutoBuild.Core;
using AutoBuild.Core.Spending;

namespace AutoBuild.Tests.Configuration;

public sealed class BudgetSettingsTests
{
    [Fact]
    public void Limits_are_read_and_none_is_the_default()
    {
        var budget = Parse("budget:\n  per_ticket: 2.50\n  per_project_per_day: 20\n  per_day: 0\n  tokens_per_ticket: 3000000000\n  prices: own.json\n").Queue.Budget;

        Assert.Equal(new Budget { PerTicket = 2.5m, PerProjectPerDay = 20, PerDay = 0, TokensPerTicket = 3_000_000_000 }, budget);
        Assert.Equal(new Budget(), Parse("queue:\n  lease: 2m\n").Queue.Budget);
    }

    [Theory]
    [InlineData("per_ticket: -1")]
    [InlineData("per_ticket: 1e3")]
    [InlineData("per_day: $5")]
    [InlineData("per_day: 2,50")]
    [InlineData("tokens_per_day: 1.5")]
    [InlineData("tokens_per_day: -1")]
    [InlineData("per_month: 1")]
    public void What_is_no_limit_is_refused(string line) =>
        Assert.Contains("budget.", Assert.Throws<AutoBuildException>(() => Parse($"budget:\n  {line}\n")).Message, StringComparison.Ordinal);

    private static Settings Parse(string yaml) => SettingsFile.Parse(yaml, "autobuild.yaml", new Dictionary<string, string>());
}
