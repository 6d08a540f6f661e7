using System.Diagnostics;
using AutoBuild.Memory.Search;

namespace AutoBuild.Tests.Memory.Search;

/// <summary>Reads what a query asks for.</summary>
public sealed class QueryTests
{
    [Fact]
    public void Words_are_read_as_the_code_spells_them_and_neighbours_also_as_one_name()
    {
        var terms = QueryWords.Of("Fix the chunkPool when parsing").ToDictionary(term => term.Text, term => term.Weight);
        Assert.Equal(1, terms["chunkpool"]);
        Assert.Equal(1, terms["chunk"]);
        Assert.Equal(1, terms["pars"]);
        Assert.Equal(0.5f, terms["thechunkpool"]);
        Assert.DoesNotContain("the", terms.Keys);
        Assert.DoesNotContain("when", terms.Keys);
    }

    [Fact]
    public void What_stands_in_back_quotes_or_comes_again_counts_more_and_a_new_line_parts_words()
    {
        var terms = QueryWords.Of("head `tail` body body\nlegs").ToDictionary(term => term.Text, term => term.Weight);
        Assert.True(terms["tail"] > terms["body"] && terms["body"] > terms["head"]);
        Assert.Contains("bodybody", terms.Keys);
        Assert.DoesNotContain("bodylegs", terms.Keys);
    }

    [Theory]
    [InlineData("src/a/Head.cs fails", "src/a/Head.cs", "", "")]
    [InlineData("see head.go, please.", "head.go", "", "")]
    [InlineData("MemSeries.append is slow", "MemSeries.append", "append", "")]
    [InlineData("it says \"no such block\" twice", "", "", "no such block")]
    [InlineData("`retry` is ignored", "", "retry", "")]
    [InlineData("std::sync::Mutex or read_line", "", "Mutex,read_line", "")]
    [InlineData("plain words only", "", "", "")]
    public void Names_are_seen(string query, string paths, string symbols, string quoted)
    {
        var names = QueryNames.Of(query);
        Assert.Equal((paths, symbols, quoted), (string.Join(',', names.Paths), string.Join(',', names.Symbols), string.Join(',', names.Quoted)));
        Assert.False(names.IsName);
    }

    [Fact]
    public void One_word_is_a_name()
    {
        Assert.True(QueryNames.Of(" Retry ").IsName);
        Assert.Equal(["Retry"], QueryNames.Of(" Retry ").Symbols);
        Assert.Equal(["close"], QueryNames.Of("Stream.close()").Symbols);
    }

    [Theory]
    [InlineData("ab ")]
    [InlineData("a.")]
    [InlineData("\"")]
    [InlineData("a/")]
    [InlineData("_")]
    public void A_hundred_thousand_of_anything_are_read_in_no_time(string part)
    {
        var query = string.Concat(Enumerable.Repeat(part, 100_000 / part.Length));
        var start = Stopwatch.GetTimestamp();
        QueryNames.Of(query);
        QueryWords.Of(query);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 10);
    }
}
