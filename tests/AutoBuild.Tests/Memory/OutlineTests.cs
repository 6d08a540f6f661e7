using AutoBuild.Memory.Index;
using AutoBuild.Syntax;

namespace AutoBuild.Tests.Memory;

/// <summary>Cuts texts into chunks.</summary>
public sealed class OutlineTests
{
    [Fact]
    public void A_definition_that_fits_is_one_chunk_and_small_neighbours_share_one()
    {
        var text = "using A;\n\nnamespace N;\n\n/// <summary>Says what.</summary>\npublic class C\n{\n" + Method("Small", 3) + Method("Large", 30) + Method("Other", 40) + Method("Last", 2) + "}\n";
        var outline = Read("a.cs", text);
        Assert.Equal(["C 1-13", "C.Large 14-47", "C.Other 48-99"], outline.Chunks.Select(chunk => $"{chunk.Symbol} {chunk.FirstLine}-{chunk.LastLine}"));
        Assert.Equal(["public class C", "public class C > public void Large()", "public class C > public void Other()"], outline.Chunks.Select(chunk => chunk.Header));
        Assert.Equal(BlockKind.Function, outline.Chunks[1].Kind);
        Assert.Equal(5, outline.Definitions.Count);
    }

    [Fact]
    public void A_definition_that_is_too_long_is_cut_and_each_part_keeps_its_name()
    {
        var text = "class C\n{\n" + Method("Long", 200) + "}\n";
        var outline = Read("a.cs", text);
        Assert.All(outline.Chunks, chunk => Assert.InRange(chunk.LastLine - chunk.FirstLine + 1, 20, 80));
        Assert.All(outline.Chunks.Skip(1), chunk => Assert.Equal("C.Long", chunk.Symbol));
        Assert.All(outline.Chunks.Skip(1), chunk => Assert.Equal("class C > public void Long()", chunk.Header));
    }

    [Fact]
    public void A_text_without_a_tree_is_cut_at_blank_lines()
    {
        var paragraph = string.Concat(Enumerable.Repeat("some words of a text\n", 29)) + "\n";
        var outline = Outline.Of(string.Concat(Enumerable.Repeat(paragraph, 6)), null);
        Assert.Equal([60, 120, 180], outline.Chunks.Select(chunk => chunk.LastLine));
        Assert.All(outline.Chunks, chunk => Assert.Equal("", chunk.Symbol + chunk.Header));
    }

    [Fact]
    public void A_chunk_has_no_more_tokens_than_it_may()
    {
        var text = string.Concat(Enumerable.Repeat(new string('x', 99) + "\n", 100));
        Assert.All(Outline.Of(text, null).Chunks, chunk => Assert.InRange(chunk.End - chunk.Start, 1, 512 * 3.5));
        Assert.All(Outline.Of(text, null, new OutlineLimits { MostTokens = 100 }).Chunks.SkipLast(1), chunk => Assert.Equal(300, chunk.End - chunk.Start));
    }

    [Fact]
    public void A_line_without_end_is_cut()
    {
        var outline = Read("a.js", "var a=1;" + string.Concat(Enumerable.Repeat("f(\"some text\");", 5000)) + "\nvar b=2;\n");
        Assert.InRange(outline.Chunks.Count, 9, 12);
        Assert.All(outline.Chunks, chunk => Assert.InRange(chunk.End - chunk.Start, 1, 8192));
        Assert.Equal(2, outline.Chunks[^1].LastLine);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("a")]
    [InlineData("a\r\nb\r\n\r\n")]
    [InlineData("class A { int x; void f() { } } class B { }")]
    [InlineData("class A {\n int x; void f() {\n g(); } } class B\n{ }")]
    [InlineData("}}}{{{")]
    public void Chunks_tile_the_text(string text) => HoldsTiles(Read("a.cs", text));

    [Fact]
    public void Chunks_tile_every_text_of_the_syntax_tests_under_every_language()
    {
        foreach (var text in SourceTexts())
        {
            foreach (var language in Languages.All)
            {
                HoldsTiles(Outline.Of(text, language, new OutlineLimits { LeastLines = 2, MostLines = 5, MostTokens = 40 }));
            }
        }
    }

    private static IEnumerable<string> SourceTexts() => new[] { Method("A", 12) + "class B:\n    def f(self):\n        pass\n\n\n", "{\n  \"a\": [1, {\"b\": 2}, {\n\"c\": 3}]}\n", "# A\n\ntext\n\n## B\n\ntext\n", "<a>\n<b id='1'/>\n<c>\n</c></a>" }
        .SelectMany(text => new[] { text, string.Concat(Enumerable.Repeat(text, 9)), text.Replace("\n", "\r\n", StringComparison.Ordinal) });

    private static void HoldsTiles(TextOutline outline)
    {
        var (at, line) = (0, 1);
        foreach (var chunk in outline.Chunks)
        {
            Assert.Equal(at, chunk.Start);
            Assert.True(chunk.End > chunk.Start);
            Assert.Equal(line, chunk.FirstLine);
            Assert.InRange(chunk.LastLine, chunk.FirstLine, int.MaxValue);
            (at, line) = (chunk.End, chunk.LastLine + 1);
        }

        Assert.Equal(outline.Text.Length, at);
    }

    private static TextOutline Read(string path, string text) => Outline.Of(text, Languages.ForPath(path));

    private static string Method(string name, int lines) =>
        $"    public void {name}()\n    {{\n{string.Concat(Enumerable.Repeat("        Call(a, b);\n", lines))}    }}\n\n";
}
