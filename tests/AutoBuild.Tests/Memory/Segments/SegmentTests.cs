using System.Text;
using AutoBuild.Memory.Index;
using AutoBuild.Memory.Segments;
using AutoBuild.Syntax;

namespace AutoBuild.Tests.Memory.Segments;

/// <summary>Holds that a segment gives back what was put in.</summary>
public sealed class SegmentTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SampleTexts _texts = new();

    [Fact]
    public void A_document_comes_back_as_it_was_put_in()
    {
        string[] texts = ["Parser reads one\ntwo\n\nLexer ends", "", "naïve Übung 日本語 \ud83d\ude00\n\nÉtat", "lone \ud800 half"];
        using var segment = Write(texts);

        Assert.Equal(texts.Length, segment.DocumentCount);
        for (var i = 0; i < texts.Length; i++)
        {
            var (expected, read) = (SampleTexts.Outline(texts[i].Replace('\ud800', '\ufffd')), segment.Outline(i));
            Assert.Equal(i == 2 ? texts[i] : expected.Text, read.Text);
            Assert.Equal(i == 2 ? SampleTexts.Outline(texts[i]).Chunks : expected.Chunks, read.Chunks);
            Assert.Equal(i == 2 ? SampleTexts.Outline(texts[i]).Definitions : expected.Definitions, read.Definitions);
            Assert.Equal(SampleTexts.Key(i), segment.Key(i));
            Assert.Equal(i, segment.Find(SampleTexts.Key(i)));
        }
    }

    [Fact]
    public void Words_are_found_by_chunk_names_and_symbols_by_document()
    {
        using var segment = Write(["Gamma alpha alpha\n\nbeta alpha", "delta Gamma Gamma", "omega"]);

        Assert.Equal([(0, 2), (1, 1)], SampleTexts.Find(segment.Words, "alpha"));
        Assert.Equal([(0, 1), (2, 2)], SampleTexts.Find(segment.Words, "gamma"));
        Assert.Equal([(0, 1), (1, 2)], SampleTexts.Find(segment.Names, "gamma"));
        Assert.Equal([(0, 1), (1, 2)], SampleTexts.Find(segment.Symbols, "gamma"));
        Assert.Empty(SampleTexts.Find(segment.Words, "alp"));
        Assert.Empty(SampleTexts.Find(segment.Words, ""));
        Assert.Empty(SampleTexts.Find(segment.Names, "alpha"));
        Assert.Equal([0, 0, 1, 2], segment.ChunkDocuments.ToArray());
        Assert.Equal([0, 2, 3, 4], segment.FirstChunks.ToArray());
        Assert.Equal([3, 2, 3, 1], segment.ChunkLengths.ToArray().Select(length => (int)length));
        Assert.Equal([5, 3, 1], segment.DocumentLengths.ToArray());
        Assert.Equal([1, 2, 0], segment.NameLengths.ToArray());
    }

    [Fact]
    public void The_same_content_in_two_languages_is_two_documents_and_twice_in_one_is_one()
    {
        var builder = _texts.Builder();
        Assert.Equal(0, builder.Add(SampleTexts.Key(1, "c"), SampleTexts.Outline("a")));
        Assert.Equal(1, builder.Add(SampleTexts.Key(1, "cpp"), SampleTexts.Outline("a")));
        Assert.Equal(0, builder.Add(SampleTexts.Key(1, "c"), SampleTexts.Outline("a")));
        using var segment = Write(builder);

        Assert.Equal((0, 1, -1), (segment.Find(SampleTexts.Key(1, "c")), segment.Find(SampleTexts.Key(1, "cpp")), segment.Find(SampleTexts.Key(1, ""))));
        Assert.Equal((2, "cpp"), (segment.DocumentCount, segment.Key(1).Language));
    }

    [Fact]
    public void A_segment_without_documents_is_one()
    {
        using var segment = Write([]);

        Assert.Equal((0, 0, -1), (segment.DocumentCount, segment.ChunkCount, segment.Find(SampleTexts.Key(1))));
        Assert.Empty(SampleTexts.Find(segment.Words, "a"));
        Assert.False(segment.Symbols.StartingWith("a"u8).MoveNext());
    }

    [Fact]
    public void Every_term_is_found_and_every_prefix_lists_what_begins_so()
    {
        var random = new Random(4);
        var words = Enumerable.Range(0, 3000).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => "abé日"[random.Next(4)]))).ToHashSet();
        using var segment = WriteNames(words);

        Assert.Equal(words.Count, segment.Symbols.Count);
        Assert.All(words, word => Assert.Single(SampleTexts.Find(segment.Symbols, word)));
        foreach (var prefix in words.Take(200).Append("").Append("zz").Append("a").Append("0"))
        {
            var expected = words.Where(word => word.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(word => Convert.ToHexString(Encoding.UTF8.GetBytes(word)), StringComparer.Ordinal);
            Assert.Equal(expected, Listed(segment.Symbols, prefix));
            Assert.Equal(words.Contains(prefix + "b"), SampleTexts.Find(segment.Symbols, prefix + "b").Count == 1);
        }
    }

    [Fact]
    public void A_term_of_more_than_255_bytes_is_left_out()
    {
        var (longest, longer) = (new string('x', 255), new string('x', 256));
        using var segment = WriteNames([longest, longer, "x"]);

        Assert.Equal([1, 0, 1], new[] { longest, longer, "x" }.Select(name => SampleTexts.Find(segment.Symbols, name).Count));
    }

    public void Dispose() => _folder.Dispose();

    private static List<string> Listed(TermIndex index, string prefix)
    {
        var found = new List<string>();
        for (var cursor = index.StartingWith(Encoding.UTF8.GetBytes(prefix)); cursor.MoveNext();)
        {
            found.Add(Encoding.UTF8.GetString(cursor.Term));
            Assert.Equal(cursor.Count, SampleTexts.Read(cursor.Postings).Count);
        }

        return found;
    }

    private Segment WriteNames(IEnumerable<string> names)
    {
        var builder = _texts.Builder();
        builder.Add(SampleTexts.Key(1), new TextOutline("", [], [.. names.Select(name => new Definition(name, name, BlockKind.Type, 1, 1, name))]));
        return Write(builder);
    }

    private Segment Write(string[] texts) => Write(_texts.Builder(0, texts));

    private Segment Write(SegmentBuilder builder)
    {
        builder.Write(_folder["1.seg"]);
        return Segment.Open(_folder["1.seg"]);
    }
}
