using System.Text;
using AutoBuild.Merge;

namespace AutoBuild.Tests.Merge;

/// <summary>Judges answers to chunks by their texts.</summary>
public sealed class AnswerCheckTests
{
    [Theory]
    [InlineData("f(a)\n", "f(a, b)\n", "f(a, c)\n", "f(a, b, c)\n", "")]
    [InlineData("f(a)\n", "f(a, b)\n", "g(a)\n", "g(a, b)\n", "")]
    [InlineData("f(a)\n", "f(a, b)\n", "", "", "target_lost")]
    [InlineData("f(a)\n", "", "f(a, b)\n", "f(a, b)\n", "target_reverted")]
    [InlineData("", "add(a)\n", "add(b)\nlog(a)\n", "add(b)\nlog(a)\n", "target_lost")]
    [InlineData("", "add(a)\n", "add(a)\nlog(a)\n", "add(a)\nlog(a)\n", "")]
    [InlineData("", "add(a)\n", "add(b)\n", "add(a)\nadd(b)\n", "")]
    [InlineData("", "add(a)\n", "add(b)\n", "add(b)\nadd(a)\n", "")]
    [InlineData("", "add(a)\n", "add(b)\n", "add(a)\nadd(a)\nadd(b)\n", "repeated")]
    [InlineData("x = 1\n", "x = 1 + a\n", "x = 2\n", "x = 1 + a\nx = 2\n", "branch_reverted repeated")]
    [InlineData("f(a)\n", "f(a, b)\n", "f(a, c)\n", "f(a, b, c\n", "unbalanced")]
    [InlineData("a < b\n", "a <= b\n", "a < c\n", "a < c\n", "target_lost")]
    [InlineData("", "import a\nimport b\n", "import a\nimport c\n", "import a\nimport b\nimport a\nimport c\n", "repeated")]
    [InlineData("", "add(a)\n", "add(b)\n", "add(a)\nadd(b)\ndrop(a)\n", "invented repeated")]
    [InlineData("", "", "", "", "")]
    public void Nothing_is_lost_brought_back_doubled_invented_or_left_open(string start, string ours, string theirs, string answer, string rules) =>
        Assert.Equal(rules, string.Join(' ', Faults(start, ours, theirs, answer).Select(fault => fault.Rule).Order()));

    [Theory]
    [InlineData("<<<<<<< x", true)]
    [InlineData("=======", true)]
    [InlineData(">>>>>>>", true)]
    [InlineData("========", false)]
    [InlineData(" =======", false)]
    public void Markers_are_seen(string line, bool isMarker) => Assert.Equal(isMarker, Faults("", "a\n", "b\n", $"a\n{line}\nb\n").Any(fault => fault.Rule == "markers"));

    [Theory]
    [InlineData(ChunkChoice.OursThenTheirs, "a\nb")]
    [InlineData(ChunkChoice.TheirsThenOurs, "b\na\n")]
    [InlineData(ChunkChoice.Base, "")]
    public void Both_after_each_other_stay_on_lines_of_their_own(ChunkChoice choice, string text) => Assert.Equal(text, ChunkText.Of(Chunk("", "a\n", "b"), choice));

    // A side of symmetric texts: what speaks against taking one whole speaks against taking the other.
    [Fact]
    public void The_sides_are_judged_alike()
    {
        var one = Faults("x = a\n", "x = a + b\n", "x = a - c\n", "x = a + b\n").Select(fault => fault.Rule);
        var other = Faults("x = a\n", "x = a - c\n", "x = a + b\n", "x = a + b\n").Select(fault => fault.Rule);

        Assert.Equal(("branch_lost", "target_lost"), (string.Join(' ', one), string.Join(' ', other)));
    }

    private static IReadOnlyList<AnswerFault> Faults(string start, string ours, string theirs, string answer) =>
        AnswerCheck.Faults(new MergeInput(Bytes(start), Bytes(ours), Bytes(theirs), "x.py"), Chunk(start, ours, theirs), answer);

    private static MergeChunk Chunk(string start, string ours, string theirs) =>
        new(0, new LineSpan(0, 1), new LineSpan(0, 1), new LineSpan(0, 1), start, ours, theirs, null, MergeTier.C, "open", "");

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
