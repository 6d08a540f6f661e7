using System.Text;
using System.Text.Json;
using AutoBuild.Memory.Context;
using AutoBuild.Tests.Codebase;

namespace AutoBuild.Tests.Memory.Context;

/// <summary>Holds the bound against texts whose tokens a real tokenizer counted: sources, documents, and what is made to be expensive.</summary>
public sealed class TokenBoundTests
{
    private static readonly IReadOnlyList<Sample> Samples = JsonSerializer.Deserialize<List<Sample>>(Repository.Read("tests/AutoBuild.Tests/Memory/Context/token-counts.json"), JsonSerializerOptions.Web)!;

    [Fact]
    public void No_sample_has_more_tokens_than_the_bound_says() =>
        Assert.Empty(Samples.Where(sample => TokenBound.Of(sample.Text) < sample.Tokens).Select(sample => $"{sample.Name}: {TokenBound.Of(sample.Text)} of {sample.Tokens}"));

    [Fact]
    public void Sources_and_documents_are_charged_a_quarter_too_much_at_most()
    {
        var own = Samples.Where(sample => sample.Name.Contains('/', StringComparison.Ordinal)).ToList();

        Assert.True(own.Count > 40);
        Assert.InRange(own.Sum(sample => TokenBound.Of(sample.Text)) / (double)own.Sum(sample => sample.Tokens), 1, 1.27);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("a", 4)]
    [InlineData("\0", 3)]
    [InlineData("\u20ac", 5)]
    public void Odd_texts_have_a_bound(string text, int bound) => Assert.Equal(bound, TokenBound.Of(text));

    /// <summary>No sign has more tokens than bytes.</summary>
    [Fact]
    public void Half_a_sign_has_a_bound_too() => Assert.Equal(4, TokenBound.Of(((char)0xd83d).ToString()));

    [Fact]
    public void A_megabyte_is_counted_at_once() => Assert.InRange(TokenBound.Of(new StringBuilder().Insert(0, "int x = 1;\n", 100_000).ToString()), 500_000, 1_500_000);

    private sealed record Sample(string Name, string Text, int Tokens);
}
