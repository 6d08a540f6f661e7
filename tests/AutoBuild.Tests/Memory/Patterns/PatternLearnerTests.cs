using AutoBuild.Core.Memory;
using AutoBuild.Memory.Patterns;
using AutoBuild.Tests.Memory.Context;

namespace AutoBuild.Tests.Memory.Patterns;

public sealed class PatternLearnerTests
{
    private static readonly RunFacts Landed = new()
    {
        Project = Guid.NewGuid(),
        Ticket = Guid.NewGuid(),
        Job = Guid.NewGuid(),
        Asked = "Retry payments",
        End = RunEnd.Landed,
        Changed = ["src/Payments/PaymentRetry.cs", "tests/Shop.Tests/PaymentRetryTests.cs"],
        Added = ["src/Payments/PaymentRetry.cs", "tests/Shop.Tests/PaymentRetryTests.cs"],
        Passed = [new PassedCheck("test", "dotnet test")],
    };

    [Fact]
    public void Landed_work_teaches_where_files_go_how_they_are_called_and_how_they_are_checked()
    {
        Assert.Equal(
        [
            "`dotnet test` checks the work.",
            "Changes of code come with changes of tests.",
            "Names of `.cs` files are in PascalCase.",
            "New `.cs` files go into `src/Payments`.",
            "Tests stand under `tests`, not beside what they test.",
            "The test of `NAME.cs` is called `NAMETests.cs`.",
            "`src/Payments/PaymentRetry.cs` and `tests/Shop.Tests/PaymentRetryTests.cs` change together.",
        ],
        PatternLearner.Learn(Landed, []).Where(evidence => evidence.Held).Select(evidence => evidence.Content).Order(StringComparer.Ordinal).OrderBy(content => content!.EndsWith("together.", StringComparison.Ordinal)).ThenBy(content => !content!.StartsWith('`')));
    }

    [Theory]
    [InlineData(RunEnd.Waiting)]
    [InlineData(RunEnd.Rejected)]
    [InlineData(RunEnd.Conflict)]
    [InlineData(RunEnd.Red)]
    [InlineData(RunEnd.Ejected)]
    [InlineData(RunEnd.Failed)]
    [InlineData(RunEnd.Cancelled)]
    public void What_did_not_land_teaches_nothing(RunEnd end) => Assert.Empty(PatternLearner.Learn(Landed with { End = end }, []));

    [Fact]
    public void Work_that_goes_another_way_speaks_against_a_habit_and_makes_no_new_one_of_it()
    {
        var pair = PatternLearner.Learn(Landed, []).Single(evidence => evidence.Type == PatternType.CoChange);
        var known = ContextPackerTests.Pattern(pair.Content!, PatternType.CoChange) with { Key = pair.Key };
        var other = Landed with { Changed = ["src/Payments/PaymentRetry.cs"], Added = ["src/Payments/payment_retry.cs"] };

        var against = PatternLearner.Learn(other, [known]).Where(evidence => !evidence.Held).ToList();

        Assert.All(against, evidence => Assert.Null(evidence.Content));
        Assert.Equal([pair.Key, "name .cs PascalCase", "name .cs camelCase", "name .cs kebab-case", "test with"], against.Select(evidence => evidence.Key).Order(StringComparer.Ordinal).OrderBy(key => key != pair.Key));
    }

    [Theory]
    [InlineData("PaymentRetry", "PascalCase")]
    [InlineData("paymentRetry", "camelCase")]
    [InlineData("payment_retry", "snake_case")]
    [InlineData("payment-retry", "kebab-case")]
    [InlineData("main", null)]
    [InlineData("README", null)]
    [InlineData("Payment_Retry", null)]
    [InlineData("a b", null)]
    public void A_style_is_told_only_where_no_other_could_be_meant(string name, string? style) => Assert.Equal(style, NameStyles.Of(name));

    [Theory]
    [InlineData(1, 0, 0, true)]
    [InlineData(1, 0, 720, false)]
    [InlineData(9, 0, 360, true)]
    [InlineData(3, 3, 0, false)]
    [InlineData(1, 5, 0, false)]
    public void A_habit_fades_with_time_and_with_what_speaks_against_it(int held, int against, int days, bool isGiven)
    {
        var now = new DateTimeOffset(2028, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var pattern = ContextPackerTests.Pattern("`make` checks the work.") with { SuccessCount = held, FailureCount = against, LastUsedAt = now.AddDays(-days) };

        Assert.Equal(isGiven, PatternChoice.For([pattern], "x", [], now, 5).Count == 1);
        Assert.Single(PatternChoice.For([pattern with { EditedAt = now }], "x", [], now, 5));
    }

    [Fact]
    public void Files_that_change_together_are_told_where_one_of_them_was_found_and_not_after_the_first_time()
    {
        var now = new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero);
        var pair = ContextPackerTests.Pattern("`a.cs` and `b.cs` change together.", PatternType.CoChange);

        Assert.Single(PatternChoice.For([pair], "x", ["a.cs"], now, 5));
        Assert.Single(PatternChoice.For([pair], "see b.cs", [], now, 5));
        Assert.Empty(PatternChoice.For([pair], "x", ["c.cs"], now, 5));
        Assert.Empty(PatternChoice.For([pair with { SuccessCount = 1, FailureCount = 0 }], "x", ["a.cs"], now, 5));
    }
}
