using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AutoBuild.Memory.History;
using AutoBuild.Memory.Index;
using AutoBuild.Memory.Search;
using AutoBuild.Memory.Segments;
using AutoBuild.Syntax;

namespace AutoBuild.Tests.Memory.Search;

/// <summary>Is a view over a few texts, in real segment files.</summary>
internal sealed class IndexedTexts : IDisposable
{
    private readonly List<Segment> _segments = [];

    public IndexedTexts(TempFolder folder, params (string Path, string Text)[] texts)
        : this(folder, 1, texts)
    {
    }

    public IndexedTexts(TempFolder folder, int segments, params (string Path, string Text)[] texts)
    {
        var files = new List<IndexedFile>();
        foreach (var (part, number) in texts.Chunk((texts.Length + segments - 1) / segments).Select((part, number) => (part, number)))
        {
            var table = new TermTable();
            var builder = new SegmentBuilder(table);
            files.AddRange(part.Select(text => new IndexedFile(text.Path, number, Add(builder, text.Path, text.Text), text.Path.StartsWith("vendor/", StringComparison.Ordinal))));
            var path = folder[$"{Guid.NewGuid():N}.seg"];
            builder.Write(path);
            _segments.Add(Segment.Open(path));
        }

        Table = new FileTable(_segments, [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)]);
    }

    public FileTable Table { get; }

    public Ranker Ranker(params PastCommit[] past) => new(Table, new PastFiles(PastWork.Of(past), Table), Weights.Default);

    public void Dispose() => _segments.ForEach(segment => segment.Dispose());

    public static BlobKey Key(string path, string text) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))), Languages.ForPath(path)?.Name ?? "");

    /// <summary>Adds a text as the indexer would, and returns its document's number.</summary>
    public static int Add(SegmentBuilder builder, string path, string text) => builder.Add(Key(path, text), Outline.Of(text, Languages.ForPath(path)));
}
