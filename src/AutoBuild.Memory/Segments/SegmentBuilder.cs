using AutoBuild.Memory.Index;

namespace AutoBuild.Memory.Segments;

/// <summary>Collects documents in memory and writes them as a segment file. It is one worker's own: nothing in it is shared.</summary>
/// <param name="terms">Its worker's; it may grow over many builders.</param>
public sealed class SegmentBuilder(TermTable terms)
{
    private readonly Dictionary<BlobKey, int> _known = [];
    private readonly List<Document> _documents = [];
    private readonly List<ushort> _chunkLengths = [];
    private readonly PostingLists _words = new();
    private readonly PostingLists _names = new();
    private readonly PostingLists _symbols = new();
    private readonly Dictionary<string, int> _symbolIds = new(StringComparer.Ordinal);
    private readonly List<string> _symbolTexts = [];
    private readonly DocumentBody _body = new();

    /// <summary>Characters of the texts that it holds; at some 64 million it is time to write.</summary>
    public long SourceLength { get; private set; }

    /// <summary>How many documents it holds.</summary>
    public int Documents => _documents.Count;

    /// <summary>Adds a document and returns its number; one that it has already is not added again.</summary>
    public int Add(BlobKey key, TextOutline outline)
    {
        if (_known.TryGetValue(key, out var known))
        {
            return known;
        }

        var document = _documents.Count;
        var firstChunk = _chunkLengths.Count;
        var length = AddWords(outline);
        var nameLength = AddNames(outline, document);
        _documents.Add(new Document(key, _body.Pack(outline).ToArray(), firstChunk, outline.Chunks.Count, length, nameLength));
        _known.Add(key, document);
        SourceLength += outline.Text.Length;
        return document;
    }

    /// <summary>Writes the file and returns when it is on the disk.</summary>
    internal void Write(string path)
    {
        using var writer = new SegmentWriter(path);
        var lengths = _chunkLengths.ToArray();
        foreach (var document in _documents)
        {
            writer.Add(document.Key, document.Body, lengths.AsSpan(document.FirstChunk, document.Chunks), document.Length, document.NameLength);
        }

        writer.EndDocuments();
        _words.WriteTo(writer.Begin(Section.WordPostings, Section.Words), id => terms[id]);
        _names.WriteTo(writer.Begin(Section.NamePostings, Section.Names), id => terms[id]);
        _symbols.WriteTo(writer.Begin(Section.SymbolPostings, Section.Symbols), id => _symbolTexts[id]);
        writer.Finish();
    }

    private int AddWords(TextOutline outline)
    {
        var length = 0;
        foreach (var chunk in outline.Chunks)
        {
            var words = terms.Read(outline.Text.AsSpan(chunk.Start, chunk.End - chunk.Start));
            foreach (var word in words)
            {
                _words.Add(word, _chunkLengths.Count);
            }

            _chunkLengths.Add((ushort)Math.Min(words.Length, ushort.MaxValue));
            length += words.Length;
        }

        return length;
    }

    private int AddNames(TextOutline outline, int document)
    {
        var length = 0;
        foreach (var definition in outline.Definitions)
        {
            _symbols.Add(SymbolOf(definition.Name), document);
            var words = terms.Read(definition.Name);
            foreach (var word in words)
            {
                _names.Add(word, document);
            }

            length += words.Length;
        }

        return length;
    }

    private int SymbolOf(string name)
    {
        var text = name.ToLowerInvariant();
        if (!_symbolIds.TryGetValue(text, out var id))
        {
            id = _symbolTexts.Count;
            _symbolIds.Add(text, id);
            _symbolTexts.Add(text);
        }

        return id;
    }

    private sealed record Document(BlobKey Key, byte[] Body, int FirstChunk, int Chunks, int Length, int NameLength);
}
