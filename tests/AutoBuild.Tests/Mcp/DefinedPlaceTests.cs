using AutoBuild.Mcp;
using AutoBuild.Memory.Search;

namespace AutoBuild.Tests.Mcp;

public sealed class DefinedPlaceTests
{
    private const string Two = "def offset(at):\n    return at.delta\n\n\ndef interval(factor, retries):\n    return factor * retries\n";

    [Theory]
    [InlineData("offset", 40, 46, "offset")]
    [InlineData("interval", 44, 45, "interval")]
    public void A_definition_is_found_behind_another_in_its_chunk(string name, int start, int end, string symbol)
    {
        var found = Assert.Single(DefinedPlace.In(Place("clock/time.py", Two, "offset"), name));
        Assert.Equal((start, end, symbol), (found.StartLine, found.EndLine, found.Symbol));
    }

    [Fact]
    public void Only_its_own_lines_are_shown() =>
        Assert.Equal("def interval(factor, retries):\n    return factor * retries", Assert.Single(DefinedPlace.In(Place("clock/time.py", Two, "offset"), "interval")).Content);

    [Fact]
    public void A_member_is_found_behind_its_neighbour() =>
        Assert.Equal(44, Assert.Single(DefinedPlace.In(Place("clock/time.py", Two, "Clock.offset"), "Clock.interval")).StartLine);

    [Theory]
    [InlineData("delta")]
    [InlineData("Watch.interval")]
    [InlineData("val")]
    public void What_is_only_spoken_of_is_no_definition(string name) => Assert.Empty(DefinedPlace.In(Place("clock/time.py", Two, "Clock.offset"), name));

    private static SearchResult Place(string path, string text, string symbol) => new(path, text, 1, 0, "Python", 40, 46, symbol, new Dictionary<string, double>());
}
