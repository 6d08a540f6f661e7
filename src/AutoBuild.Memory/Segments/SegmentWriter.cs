using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using AutoBuild.Memory.Index;

namespace AutoBuild.Memory.Segments;

/// <summary>Writes a segment file: all documents, then the three dictionaries with their postings.</summary>
internal sealed class SegmentWriter : IDisposable
{
    private readonly SegmentStream _stream;
    private readonly List<DocumentRow> _rows = [];
    private readonly List<int> _firstChunks = [];
    private readonly List<int> _lengths = [];
    private readonly List<int> _nameLengths = [];
    private readonly List<ushort> _chunkLengths = [];
    private readonly List<int> _chunkDocuments = [];
    private readonly List<string> _languages = [];
    private long _bodies;

    public SegmentWriter(string path)
    {
        _stream = new SegmentStream(path);
        _stream.Begin(Section.Bodies);
    }

    public int Documents => _rows.Count;

    public int Chunks => _chunkLengths.Count;

    /// <summary>Adds the next document; all of them come before the first dictionary.</summary>
    public void Add(BlobKey key, ReadOnlySpan<byte> body, ReadOnlySpan<ushort> chunkLengths, int length, int nameLength)
    {
        _firstChunks.Add(Chunks);
        _chunkLengths.AddRange(chunkLengths);
        _chunkDocuments.AddRange(Enumerable.Repeat(Documents, chunkLengths.Length));
        _lengths.Add(length);
        _nameLengths.Add(nameLength);
        _rows.Add(new DocumentRow(key.Content, _bodies, body.Length, LanguageOf(key.Language)));
        _stream.Write(body);
        _bodies += body.Length;
    }

    /// <summary>Ends the documents.</summary>
    public void EndDocuments()
    {
        _stream.End(Section.Bodies);
        _firstChunks.Add(Chunks);
        var order = Enumerable.Range(0, Documents).ToArray();
        Array.Sort([.. _rows.Select(row => row.Content)], order);
        Write(Section.Documents, CollectionsMarshal.AsSpan(_rows));
        Write<int>(Section.KeyOrder, order);
        Write(Section.FirstChunks, CollectionsMarshal.AsSpan(_firstChunks));
        Write(Section.DocumentLengths, CollectionsMarshal.AsSpan(_lengths));
        Write(Section.NameLengths, CollectionsMarshal.AsSpan(_nameLengths));
        Write(Section.ChunkLengths, CollectionsMarshal.AsSpan(_chunkLengths));
        Write(Section.ChunkDocuments, CollectionsMarshal.AsSpan(_chunkDocuments));
        Write<byte>(Section.Languages, Encoding.UTF8.GetBytes(string.Join('\n', _languages)));
    }

    /// <summary>Begins a dictionary: its terms come in the order of their bytes.</summary>
    public DictionaryWriter Begin(Section postings, Section dictionary) => new(_stream, postings, dictionary);

    /// <summary>Ends the file and returns when it is on the disk.</summary>
    public void Finish() => _stream.Finish();

    public void Dispose() => _stream.Dispose();

    private int LanguageOf(string name)
    {
        var known = _languages.IndexOf(name);
        if (known < 0)
        {
            known = _languages.Count;
            _languages.Add(name);
        }

        return known;
    }

    private void Write<T>(Section section, ReadOnlySpan<T> values)
        where T : struct
    {
        _stream.Begin(section);
        _stream.Write(MemoryMarshal.AsBytes(values));
        _stream.End(section);
    }
}
