using AutoBuild.Merge;
using AutoBuild.Merge.Lines;
using AutoBuild.Merge.Tokens;

namespace AutoBuild.Tests.Merge;

/// <summary>Merges chunks whose sides changed different words of the same lines.</summary>
public sealed class TokenMergeTests
{
    [Theory]
    [InlineData("one = 1\ntwo = 2\n", "one = 10\ntwo = 2\n", "one = 1\ntwo = 20\n", "one = 10\ntwo = 20\n", "tokens-lines")]
    [InlineData("call(a, b)\n", "call(a2, b)\n", "call(a, b2)\n", "call(a2, b2)\n", "tokens-items")]
    [InlineData("return find(name);\n", "return await find(name);\n", "return find(name.Trim());\n", "return await find(name.Trim());\n", "tokens-line")]
    [InlineData("url = \"http://a b\" + x\n", "url = \"http://a c\" + x\n", "url = \"http://a b\" + y\n", "url = \"http://a c\" + y\n", "tokens-line")]
    public void Edits_of_different_words_are_both_made(string start, string ours, string theirs, string merged, string rule)
    {
        var answer = Answer(start, ours, theirs);
        Assert.Equal((merged, rule), (answer?.Text, answer?.Rule));
        Assert.Equal(rule == "tokens-lines" ? MergeTier.A : MergeTier.B, answer!.Tier);
        var swapped = Answer(start, theirs, ours);
        Assert.Equal((merged, rule), (swapped?.Text, swapped?.Rule));
    }

    [Theory]
    [InlineData("limit = 1\n", "limit = 2\n", "limit = 3\n")] // One token, twice.
    [InlineData("call(a)\n", "call(a, b)\n", "call(a, c)\n")] // In one place.
    [InlineData("v = 1.2.3\n", "v = 1.3.3\n", "v = 1.2.4\n")] // A version is one token.
    [InlineData("say(\"a b\")\n", "say(\"a c\")\n", "say(\"d b\")\n")] // A literal is one token.
    [InlineData("old(x)\nlast\n", "fresh(x)\nlast\n", "old(x)\nlast + old(y)\n")] // Theirs uses a name that ours renamed.
    [InlineData("a b\n", "c d e f g h\n", "a b i\n")] // Nothing of the base is left.
    [InlineData("  a\n  b\n", "    a\n    b\n", "  a\n  b\n  c\n")] // Ours moved the indent, theirs adds a line.
    public void Edits_that_meet_stay_open(string start, string ours, string theirs)
    {
        Assert.Null(Answer(start, ours, theirs));
        Assert.Null(Answer(start, theirs, ours));
    }

    [Fact]
    public void An_edit_of_more_than_16_tokens_is_no_longer_sure_and_of_more_than_32_stays_open()
    {
        Assert.Equal(MergeTier.A, With(16)?.Tier);
        Assert.Equal(MergeTier.B, With(17)?.Tier);
        Assert.Equal(MergeTier.B, With(32)?.Tier);
        Assert.Null(With(33));

        static Answer? With(int tokens) => Answer("first\nlast\n", $"first {string.Join(' ', Enumerable.Range(0, tokens).Select(i => $"w{i}"))}\nlast\n", "first\nlast one\n");
    }

    [Fact]
    public void A_text_of_very_many_tokens_is_not_compared()
    {
        var line = string.Concat(Enumerable.Repeat("a,", 1_000_000));
        Assert.Null(Answer(line + "b\n", line + "c\n", "d" + line + "b\n"));
    }

    [Fact]
    public void Blanks_are_those_of_the_side_that_changed_them() =>
        Assert.Equal("if (a)\r\n    b(2,  c, d2);\r\n", Answer("if (a)\r\n  b(1, c, d);\r\n", "if (a)\r\n    b(2, c, d);\r\n", "if (a)\r\n  b(1,  c, d2);\r\n")?.Text);

    [Fact]
    public void A_text_may_end_in_blanks() => Assert.Equal("one 2\nthree 4\n  ", Answer("one two\nthree four\n", "one 2\nthree four\n  ", "one two\nthree 4\n")?.Text);

    [Theory]
    [InlineData("docs/a.md", false)]
    [InlineData("src/a.go", true)]
    public void Of_prose_one_edit_of_each_side_is_taken(string path, bool isAnswered) =>
        Assert.Equal(isAnswered, Answer("one two\nthree four\nfive six\n", "one 2\nthree four\nfive six\n", "one two\nthree 4\nfive 6\n", path) is not null);

    private static Answer? Answer(string start, string ours, string theirs, string? path = null)
    {
        var cut = SourceText.Cut(start, ours, theirs);
        var whole = new Stretch(Change.Conflict, new LineSpan(0, cut[0].Count), new LineSpan(0, cut[1].Count), new LineSpan(0, cut[2].Count));
        var draft = new MergeDraft(cut[0], cut[1], cut[2], [whole], path, MergeOptions.Default);
        return TokenMerge.Answer(draft, draft.Pieces[0]);
    }
}
