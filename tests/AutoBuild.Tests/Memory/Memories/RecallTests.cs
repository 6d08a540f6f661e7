using AutoBuild.Memory.Memories;
using AutoBuild.Tests.Memory.Context;

namespace AutoBuild.Tests.Memory.Memories;

public sealed class RecallTests
{
    private static readonly string[] Work =
    [
        "Asked: Retry payments that the bank refused. Changed `src/PaymentRetry.cs`.",
        "Asked: Greet visitors in their language. Changed `src/Greeting.cs`.",
        "Asked: The invoice rounds half cents down. Changed `src/Invoice.cs`, `src/Money.cs`.",
    ];

    [Theory]
    [InlineData("a refused payment should be tried again after an hour", 0)]
    [InlineData("fix retryPayment in PaymentRetry", 0)]
    [InlineData("say hello to visitors: greeting", 1)]
    [InlineData("invoice total: rounding of money", 2)]
    public void Likest_work_comes_first(string asked, int expected) =>
        Assert.Equal(Work[expected], Recall.Rank([.. Work.Select(text => ContextPackerTests.Memory(text))], asked, 3)[0].Content);

    [Fact]
    public void What_shares_nothing_or_next_to_nothing_is_no_likeness()
    {
        var memories = Work.Select(text => ContextPackerTests.Memory(text)).ToList();

        Assert.Empty(Recall.Rank(memories, "kubernetes deployment yaml", 3));
        Assert.Empty(Recall.Rank(memories, "", 3));
        Assert.Empty(Recall.Rank([], "invoice", 3));
        Assert.Single(Recall.Rank(memories, "invoice", 3));
    }
}
