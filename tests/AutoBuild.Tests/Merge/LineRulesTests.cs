using System.Text;
using AutoBuild.Merge;

namespace AutoBuild.Tests.Merge;

public sealed class LineRulesTests
{
    [Theory]
    [InlineData("blanks alone", "f( a )\n", "f(a)\n", "f(a )\n", "f(a)\n", "same-after-whitespace", MergeTier.A)]
    [InlineData("one indents, the other edits", "a();\nb();\n", "    a();\n    b();\n", "a();\nb(1);\nc();\n", "    a();\n    b(1);\n    c();\n", "re-indent", MergeTier.A)]
    [InlineData("neighbouring lines", "red = 1\ngreen = 2\n", "red = 5\ngreen = 2\n", "red = 1\ngreen = 7\n", "red = 5\ngreen = 7\n", "adjacent", MergeTier.A)]
    [InlineData("a line beside a changed one", "red = 1\n", "blue(7)\n", "red = 1\ngreen(2)\n", "blue(7)\ngreen(2)\n", "adjacent-loose", MergeTier.A)]
    [InlineData("one has all of the other and more", "end\n", "one();\nend\n", "one();\ntwo();\nend\n", "one();\ntwo();\nend\n", "superset", MergeTier.B)]
    [InlineData("a block around what the other changed", "draw(a, b);\n", "if (is(b)) {\n  draw(a, b);\n}\n", "draw(a, round(b, 2, 3), 4);\n", "if (is(b)) {\n  draw(a, round(b, 2, 3), 4);\n}\n", "re-indent-lines", MergeTier.B)]
    [InlineData("versions", "lib: 1.2.3\n", "lib: 1.2.9\n", "lib: 1.2.10\n", "lib: 1.2.10\n", "version", MergeTier.B)]
    [InlineData("a release and an early one above it", "lib: 1.2.3\n", "lib: 2.0.0-beta.1\n", "lib: 1.2.4\n", "lib: 2.0.0-beta.1\n", "version", MergeTier.B)]
    [InlineData("a paragraph before changed lines", "use(a);\n", "first one two three four five six seven eight\nsecond one two three four five six seven eight\nthird one two three four five six seven eight\nfourth one two three four five six seven eight\n\nuse(a);\n", "other(b);\n", "first one two three four five six seven eight\nsecond one two three four five six seven eight\nthird one two three four five six seven eight\nfourth one two three four five six seven eight\n\nother(b);\n", "paragraph", MergeTier.B)]
    [InlineData("lines at the same place", "top\n", "top\nfirst step\n", "top\nanother one\n", "top\nfirst step\nanother one\n", "both-added-lines", MergeTier.B)]
    [InlineData("among sorted lines", "  ant,\n  cow,\n", "  ant,\n  bee,\n  cow,\n", "  ant,\n  asp,\n  cow,\n", "  ant,\n  asp,\n  bee,\n  cow,\n", "both-added-sorted", MergeTier.B)]
    public void A_rule_answers(string what, string start, string ours, string theirs, string merged, string rule, MergeTier tier)
    {
        var chunk = Assert.Single(Merge(start, ours, theirs).Chunks);

        Assert.True(rule == chunk.Rule, $"{what}: {chunk.Rule}");
        Assert.Equal(tier, chunk.Tier);
        Assert.Equal(merged, Text(Merge(start, ours, theirs)));
    }

    [Theory]
    [InlineData("the same place twice", "a = 1\n", "a = 2\n", "a = 3\n")]
    [InlineData("an edit in what the other deleted", "one();\ntwo();\nthree();\n", "one();\n", "one();\ntwo(2);\nthree();\n")]
    [InlineData("the same name defined twice", "top\n", "top\nlimit = 5\n", "top\nlimit = 9\n")]
    [InlineData("a block that one side leaves open", "top\n", "top\nif (a) {\n", "top\nrun();\n")]
    [InlineData("a name that the other side renamed", "old.start();\nold.stop();\n", "fresh.start();\nfresh.stop();\n", "old.start();\nold.stop();\nold.clear();\n")]
    [InlineData("the project's own version", "version: 1.2.3\n", "version: 1.2.4\n", "version: 1.2.5\n")]
    [InlineData("a version and its own early release", "lib: 1.2.3\n", "lib: 1.3.0-rc.1\n", "lib: 1.3.0\n")]
    [InlineData("the project's own version in code", "__version__ = '3.0.2.dev'\n", "__version__ = '3.1.0.dev'\n", "__version__ = '3.0.3.dev0'\n")]
    [InlineData("a version of the project's settings", "CONF_VERSION = '72.0.0'\n", "CONF_VERSION = '74.0.0'\n", "CONF_VERSION = '73.0.0'\n")]
    [InlineData("an addition that goes on with what stands before it", "if a:\n    b()\n", "if a:\n    b()\nelse:\n    c()\n", "if a:\n    b()\nrun = 1\n")]
    [InlineData("additions of two depths", "if a:\n    b()\n", "if a:\n    b()\nlast = 2\n", "if a:\n    b()\n    more = 1\n")]
    [InlineData("a version that goes down", "lib: 1.2.3\n", "lib: 1.2.2\n", "lib: 1.2.5\n")]
    [InlineData("two large edits beside each other", "use(a);\n", "one(b, c, d);\ntwo(e, f, g);\nthree(h);\n\nuse(a);\n", "for (var i = 0; i < many.Length; i++)\n{\n    call(many[i], more);\n}\n")]
    [InlineData("both write the same thing in their own way", "a\nload(x);\nz\n", "a\nload(x);\nkeep.Id = make.Id;\nz\n", "a\nload(y);\nkeep.Id = make.it.Id;\nz\n")]
    public void What_may_mean_something_else_stays_open(string what, string start, string ours, string theirs) =>
        Assert.False(Merge(start, ours, theirs).IsClean, what + ": " + Text(Merge(start, ours, theirs)));

    [Fact]
    public void Beside_an_open_chunk_neighbouring_lines_are_a_guess()
    {
        const string start = "red = 1\ngreen = 2\n1\n2\n3\n4\nblue = 3\n";
        var (ours, theirs) = (start.Replace("red = 1", "red = 5", StringComparison.Ordinal).Replace("blue = 3", "blue = 4", StringComparison.Ordinal), start.Replace("green = 2", "green = 7", StringComparison.Ordinal).Replace("blue = 3", "blue = 5", StringComparison.Ordinal));

        Assert.Equal([("adjacent", MergeTier.B), ("both-changed", MergeTier.C)], Merge(start, ours, theirs).Chunks.Select(chunk => (chunk.Rule, chunk.Tier)));
    }

    [Fact]
    public void Answers_beyond_the_accepted_tier_are_not_taken()
    {
        var input = new MergeInput("top\n"u8.ToArray(), "top\nfirst step\n"u8.ToArray(), "top\nanother one\n"u8.ToArray(), null);

        Assert.True(MergeEngine.Merge(input).IsClean);
        Assert.False(MergeEngine.Merge(input, new MergeOptions { Accept = MergeTier.A }).IsClean);
    }

    [Theory]
    [InlineData("a b", "a b c", "a b d", "a b c d", true)]
    [InlineData("a b", "a", "a b c", "a c", true)]
    [InlineData("a b", "a", "a b c", "a b c", false)]
    [InlineData("a", "a x", "a x", "a x x", false)]
    [InlineData("a", "a x", "a y", "a y", false)]
    [InlineData("a", "a x", "a y", "a x y z", false)]
    [InlineData("a", "a }", "a }", "a } }", true)]
    public void Lines_are_accounted_for(string start, string ours, string theirs, string merged, bool holds) =>
        Assert.Equal(holds, LineAccount.Holds(start.Split(' '), ours.Split(' '), theirs.Split(' '), merged.Replace(' ', '\n')));

    [Theory]
    [InlineData("a b", "a b c", "a b d", "a b c d", true)]
    [InlineData("a b", "a b c", "a b d", "a b c", false)]
    [InlineData("a b", "a", "b", "a", false)]
    [InlineData("a b", "a", "b", "", true)]
    [InlineData("a", "a x", "a x", "a x", true)]
    [InlineData("a", "a x", "a x", "a x x", true)]
    [InlineData("a", "a x", "a x", "a x x x", false)]
    [InlineData("f(a)", "f(a", "f(a) b", "f(a) b", false)]
    [InlineData("a 1\nb 1", "a 2\nb 4", "a 1\nb 4", "a 2\nb 4", true)]
    [InlineData("f(s, s)", "g(s, s)\nf(s)", "g(s, s)\nf(s, s)", "g(s, s)\nf(s)", true)]
    [InlineData("a b\nc", "a b\nd", "a b", "a bd", false)]
    public void Words_are_accounted_for(string start, string ours, string theirs, string merged, bool holds) =>
        Assert.Equal(holds, WordAccount.Holds(start, ours, theirs, merged, new HashSet<string>()));

    [Fact]
    public void A_last_line_without_a_break_does_not_run_into_the_next() =>
        Assert.DoesNotContain("gammabeta", Text(Merge("alpha\nbeta\ngamma", "alpha\n    beta\ngamma", "alpha\nnovel\ngamma\nbeta more\nbeta")), StringComparison.Ordinal);

    private static MergeResult Merge(string start, string ours, string theirs) =>
        MergeEngine.Merge(new MergeInput(Encoding.UTF8.GetBytes(start), Encoding.UTF8.GetBytes(ours), Encoding.UTF8.GetBytes(theirs), "src/a.conf"));

    private static string Text(MergeResult result) => Encoding.UTF8.GetString(result.Content);
}
