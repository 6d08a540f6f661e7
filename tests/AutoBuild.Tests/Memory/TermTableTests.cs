using AutoBuild.Memory.Index;

namespace AutoBuild.Tests.Memory;

/// <summary>Reads text as terms.</summary>
public sealed class TermTableTests
{
    [Theory]
    [InlineData("getHTTPResponse2", "gethttpresponse2 get http respons 2")]
    [InlineData("parsing", "pars")]
    [InlineData("parsed", "pars")]
    [InlineData("parsers", "pars")]
    [InlineData("classes", "class")]
    [InlineData("queries", "query")]
    [InlineData("normalization", "normaliz")]
    [InlineData("relations", "relat")]
    [InlineData("XMLHttpRequest", "xmlhttprequest xml http request")]
    [InlineData("a_b", "")]
    [InlineData("snake_case_name", "snakecasename snak case name")]
    [InlineData("_private", "privat")]
    [InlineData("__init__", "init")]
    [InlineData("IOError", "ioerror io error")]
    [InlineData("x1", "1")]
    [InlineData("utf8Decoder", "utf8decoder utf 8 decod")]
    [InlineData("SHA256", "sha256 sha 256")]
    [InlineData("runner", "runn")]
    [InlineData("running", "runn")]
    [InlineData("stopped", "stop")]
    [InlineData("need", "need")]
    [InlineData("process", "process")]
    [InlineData("address", "address")]
    [InlineData("edge", "edge")]
    [InlineData("HTTPServer2Go", "httpserver2go http serv 2 go")]
    [InlineData("misspelled", "misspell")]
    [InlineData("fullscreen", "fullscreen")]
    [InlineData("values", "valu")]
    [InlineData("ABTest", "abtest ab test")]
    [InlineData("A", "")]
    [InlineData("isX", "is")]
    [InlineData("Test3D", "test3d test 3")]
    public void An_identifier_is_itself_and_its_parts(string word, string terms) => Assert.Equal(terms, Read(word));

    [Theory]
    [InlineData("если пользовательИмя", "если пользовательимя пользователь имя")]
    [InlineData("größeÄndern", "größeändern größ ändern")]
    [InlineData("检索代码", "检索代码 检索 索代 代码")]
    [InlineData("用户Login", "用户login 用户 login")]
    [InlineData("हिन्दी", "हिन्दी")]
    [InlineData("שלום", "שלום")]
    [InlineData("Cafe\u0301", "cafe\u0301")]
    [InlineData("a𝒳b 😀 \ud800x", "𝒳")]
    public void Letters_of_every_alphabet_count(string text, string terms) => Assert.Equal(terms, Read(text));

    [Theory]
    [InlineData("if (user.getName() == \"x\") { 42; }", "if user getname get name")]
    [InlineData("0xFF 1e5 3px", "ff 5 px")]
    [InlineData("", "")]
    [InlineData(" \t\r\n", "")]
    public void Words_stand_among_signs(string text, string terms) => Assert.Equal(terms, Read(text));

    [Fact]
    public void A_word_that_is_too_long_to_be_a_name_is_none() =>
        Assert.Equal("one two", Read($"one {new string('a', 129)} two"));

    [Fact]
    public void Terms_keep_their_numbers_while_the_table_grows()
    {
        var table = new TermTable();
        var words = Enumerable.Range(0, 20_000).Select(i => $"name{i}Of").ToList();
        var first = words.Select(word => table.Read(word).ToArray()).ToList();
        Assert.All(words.Zip(first), pair => Assert.Equal(pair.Second, table.Read(pair.First).ToArray()));
        Assert.Equal(Enumerable.Range(0, table.Count), Enumerable.Range(0, table.Count).Select(id => table.Find(table[id].ToString())));
        Assert.Equal(-1, table.Find("elsewhere"));
        Assert.Equal(words.Count + words.Count + 2, table.Count);
    }

    [Fact]
    public void A_long_text_is_read_whole()
    {
        var text = string.Concat(Enumerable.Repeat("readFile ", 5000));
        Assert.Equal(15_000, new TermTable().Read(text).Length);
    }

    private static string Read(string text)
    {
        var table = new TermTable();
        return string.Join(' ', table.Read(text).ToArray().Select(id => table[id].ToString()));
    }
}
