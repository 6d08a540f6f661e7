using AutoBuild.Memory.Index;

namespace AutoBuild.Memory.Segments;

/// <summary>Collects documents in memory and writes them as a segment file. It is one worker's own: nothing in it is shared.</summary>
/// <param name="termText">The text of a term by its number; numbers begin at 0 and have few gaps.</param>
public sealed class SegmentBuilder(Func<int, string> termText)
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
    /// <param name="terms">Of its chunks, one after the other, and of the names of its definitions.</param>
    public int Add(BlobKey key, TextOutline outline, DocumentTerms terms)
    {
        if (_known.TryGetValue(key, out var known))
        {
            return known;
        }

        if (terms.ChunkEnds.Count != outline.Chunks.Count)
        {
            throw new ArgumentException("Each chunk needs its terms.", nameof(terms));
        }

        var document = _documents.Count;
        var firstChunk = _chunkLengths.Count;
        AddWords(terms);
        foreach (var name in terms.Names)
        {
            _names.Add(name, document);
        }

        foreach (var definition in outline.Definitions)
        {
            _symbols.Add(SymbolOf(definition.Name), document);
        }

        _documents.Add(new Document(key, _body.Pack(outline).ToArray(), firstChunk, outline.Chunks.Count, terms.Ids.Count, terms.Names.Count));
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
        _words.WriteTo(writer.Begin(Section.WordPostings, Section.Words), termText);
        _names.WriteTo(writer.Begin(Section.NamePostings, Section.Names), termText);
        _symbols.WriteTo(writer.Begin(Section.SymbolPostings, Section.Symbols), id => _symbolTexts[id]);
        writer.Finish();
    }

    private void AddWords(DocumentTerms terms)
    {
        var at = 0;
        foreach (var end in terms.ChunkEnds)
        {
            var chunk = _chunkLengths.Count;
            _chunkLengths.Add((ushort)Math.Min(end - at, ushort.MaxValue));
            for (; at < end; at++)
            {
                _words.Add(terms.Ids[at], chunk);
            }
        }
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
