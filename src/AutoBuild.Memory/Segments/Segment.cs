using System.Runtime.InteropServices;
using System.Text;
using AutoBuild.Memory.Index;

namespace AutoBuild.Memory.Segments;

/// <summary>Reads one segment file, which is mapped and never changes. Many threads may read.</summary>
/// <remarks>
/// Every read may throw <see cref="InvalidDataException"/>: the file is damaged, and is to be dropped.
/// Spans are good as long as the snapshot that the segment came from.
/// </remarks>
public sealed class Segment : IDisposable
{
    private readonly SegmentMap _map;
    private readonly string[] _languages;

    private Segment(SegmentMap map)
    {
        _map = map;
        DocumentCount = (int)(map.LengthOf(Section.Documents) / Marshal.SizeOf<DocumentRow>());
        ChunkCount = (int)(map.LengthOf(Section.ChunkLengths) / sizeof(ushort));
        _languages = Encoding.UTF8.GetString(map.Read(Section.Languages)).Split('\n');
    }

    public int DocumentCount { get; }

    public int ChunkCount { get; }

    /// <summary>Is told when a page turns out damaged, before the read fails.</summary>
    internal Action<string>? Damaged
    {
        set => _map.Damaged = value;
    }

    /// <summary>Bytes of the file.</summary>
    public long Length => _map.Length;

    /// <summary>Bytes that the postings of the texts' terms take.</summary>
    public long WordBytes => _map.LengthOf(Section.WordPostings);

    /// <summary>How many terms each chunk has, those that repeat counted again.</summary>
    public ReadOnlySpan<ushort> ChunkLengths => _map.Read<ushort>(Section.ChunkLengths);

    /// <summary>The document of each chunk.</summary>
    public ReadOnlySpan<int> ChunkDocuments => _map.Read<int>(Section.ChunkDocuments);

    /// <summary>The first chunk of each document, and the count of all chunks at the end.</summary>
    public ReadOnlySpan<int> FirstChunks => _map.Read<int>(Section.FirstChunks);

    /// <summary>How many terms each document has.</summary>
    public ReadOnlySpan<int> DocumentLengths => _map.Read<int>(Section.DocumentLengths);

    /// <summary>How many terms the names of each document's definitions have.</summary>
    public ReadOnlySpan<int> NameLengths => _map.Read<int>(Section.NameLengths);

    /// <summary>Terms of the texts; their postings name chunks.</summary>
    public TermIndex Words => new(_map, Section.Words, Section.WordPostings);

    /// <summary>Terms of the names of definitions; their postings name documents.</summary>
    public TermIndex Names => new(_map, Section.Names, Section.NamePostings);

    /// <summary>Whole names of definitions in lower case; their postings name documents, and how many definitions of it bear the name.</summary>
    public TermIndex Symbols => new(_map, Section.Symbols, Section.SymbolPostings);

    /// <summary>Opens a file.</summary>
    /// <exception cref="InvalidDataException">It is cut, damaged at its ends, or of another version.</exception>
    public static Segment Open(string path)
    {
        var map = SegmentMap.Open(path);
        try
        {
            return new Segment(map);
        }
        catch
        {
            map.Dispose();
            throw;
        }
    }

    public BlobKey Key(int document)
    {
        var row = Rows[document];
        return new BlobKey(row.Content, _languages[row.Language]);
    }

    /// <summary>Returns the number of the document with a key; -1 where it is not here.</summary>
    public int Find(BlobKey key)
    {
        var rows = Rows;
        var order = _map.Read<int>(Section.KeyOrder);
        var (low, high) = (0, order.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (rows[order[middle]].Content < key.Content)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        for (; low < order.Length && rows[order[low]].Content == key.Content; low++)
        {
            if (_languages[rows[order[low]].Language] == key.Language)
            {
                return order[low];
            }
        }

        return -1;
    }

    /// <summary>Unpacks what was put in: text, chunks, definitions. For what is shown, not for what is ranked.</summary>
    public TextOutline Outline(int document) => DocumentBody.Unpack(Body(document));

    internal TermWalk Walk(Section dictionary, Section postings) => new(_map, dictionary, postings);

    /// <summary>Checks all of the file.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    internal void Check() => _map.CheckAll();

    /// <summary>The documents, ordered by content.</summary>
    internal ReadOnlySpan<int> ByContent => _map.Read<int>(Section.KeyOrder);

    internal UInt128 Content(int document) => Rows[document].Content;

    internal ReadOnlySpan<byte> Body(int document)
    {
        var row = Rows[document];
        return _map.Read(Section.Bodies, row.Body, row.BodyLength);
    }

    public void Dispose() => _map.Dispose();

    private ReadOnlySpan<DocumentRow> Rows => _map.Read<DocumentRow>(Section.Documents);
}
