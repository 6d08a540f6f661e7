using System.Text;
using AutoBuild.Merge;

namespace AutoBuild.Tests.Merge;

/// <summary>Cuts files that a person settled whole into the answers of their chunks.</summary>
public sealed class ChunkAnswersTests
{
    private static readonly MergeResult Merged = Merge("a\nb\nc\nd\ne\nf\ng\n", "a\nb1\nc\nd\ne\nf1\ng\n", "a\nb2\nc\nd\ne\nf2\ng\n");

    [Theory]
    [InlineData("a\nb1\nb2\nc\nd\ne\nf3\ng\n", "b1\nb2\n", "f3\n")]
    [InlineData("a\nc\nd\ne\ng\n", "", "")]
    [InlineData("a\r\nb2\r\nc\r\nd\r\ne\r\nf2\r\ng\r\n", "b2\r\n", "f2\r\n")]
    [InlineData("a\nb2\nc\nD\ne\nf2\ng\n", null, null)]
    [InlineData("a\nb2\nc\nd\ne\nf2\nG\n", "b2\n", null)]
    [InlineData("A\nb2\nc\nd\ne\nf2\ng\n", null, "f2\n")]
    [InlineData("a\nb2\nc\nd\ne\nc\nd\ne\nf2\ng\n", null, null)]
    [InlineData("", null, null)]
    public void An_answer_is_what_stands_between_the_lines_around_a_chunk(string settled, string? first, string? second)
    {
        var found = ChunkAnswers.Locate(Merged, settled);

        Assert.Equal((first, second), (found.GetValueOrDefault(0), found.GetValueOrDefault(1)));
    }

    [Fact]
    public void What_is_found_makes_the_same_file_again()
    {
        const string Settled = "a\nb1\nb2\nc\nd\ne\ng\n";

        Assert.Equal(Settled, Encoding.UTF8.GetString(Merged.Fill(ChunkAnswers.Locate(Merged, Settled), "person", "settled").Content));
    }

    private static MergeResult Merge(string start, string ours, string theirs) =>
        MergeEngine.Merge(new MergeInput(Encoding.UTF8.GetBytes(start), Encoding.UTF8.GetBytes(ours), Encoding.UTF8.GetBytes(theirs), "x.txt"), new MergeOptions { Accept = MergeTier.A });
}
