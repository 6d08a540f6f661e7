using System.Globalization;
using System.Text;
using AutoBuild.Memory.Index;
using AutoBuild.Memory.Segments;
using AutoBuild.Syntax;

namespace AutoBuild.Tests.Memory.Segments;

/// <summary>Makes small documents: a chunk ends at a blank line, a definition is a word that begins with a capital.</summary>
internal sealed class SampleTexts
{
    private readonly TermTable _terms = new();

    public static BlobKey Key(int number, string language = "csharp") => new(new UInt128((ulong)number * 0x9E3779B97F4A7C15, (ulong)number), language);

    public SegmentBuilder Builder() => new(_terms);

    public static TextOutline Outline(string text)
    {
        var chunks = new List<CodeChunk>();
        for (int start = 0, line = 1; start < text.Length;)
        {
            var end = text.IndexOf("\n\n", start, StringComparison.Ordinal) is >= 0 and var blank ? blank + 2 : text.Length;
            var lines = text[start..end].Count(sign => sign == '\n');
            chunks.Add(new CodeChunk(start, end, line, line + lines, Words(text[start..end]).FirstOrDefault() ?? "", BlockKind.Function, string.Create(CultureInfo.InvariantCulture, $"head of {start}")));
            (start, line) = (end, line + lines);
        }

        return new TextOutline(text, chunks, [.. Words(text).Where(word => char.IsUpper(word[0])).Select(word => new Definition(word, $"Space.{word}", BlockKind.Type, 1, 2, $"class {word}"))]);
    }

    /// <summary>Makes a builder with these, numbered from a first on.</summary>
    public SegmentBuilder Builder(int first, params string[] texts)
    {
        var builder = Builder();
        for (var i = 0; i < texts.Length; i++)
        {
            builder.Add(Key(first + i), Outline(texts[i]));
        }

        return builder;
    }

    /// <summary>Reads all postings of a term, by blocks.</summary>
    public static List<(int Id, int Count)> Read(Postings postings)
    {
        var found = new List<(int, int)>();
        Span<int> ids = stackalloc int[Postings.Block];
        Span<int> counts = stackalloc int[Postings.Block];
        for (int read; (read = postings.Read(ids, counts)) > 0;)
        {
            for (var i = 0; i < read; i++)
            {
                found.Add((ids[i], counts[i]));
            }
        }

        return found;
    }

    public static List<(int Id, int Count)> Find(TermIndex index, string term) => Read(index.Find(Encoding.UTF8.GetBytes(term)));

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
