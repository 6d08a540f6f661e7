using System.Buffers;
using System.Buffers.Binary;

namespace AutoBuild.Memory.Segments;

/// <summary>Writes a sorted dictionary of terms; <see cref="TermIndex"/> reads it.</summary>
internal sealed class TermIndexWriter
{
    private readonly ArrayBufferWriter<byte> _entries = new();
    private readonly List<int> _blocks = [];
    private readonly byte[] _last = new byte[TermIndex.LongestTerm];
    private int _lastLength;
    private int _count;

    /// <summary>Adds a term that sorts after the one before.</summary>
    /// <param name="count">Of its postings.</param>
    /// <param name="at">Where they begin.</param>
    /// <param name="length">Of their bytes.</param>
    public void Add(ReadOnlySpan<byte> term, int count, long at, int length)
    {
        if (_count++ % TermIndex.Block == 0)
        {
            _blocks.Add(_entries.WrittenCount);
            Varint.Write(_entries, at);
            Varint.Write(_entries, term.Length);
            _entries.Write(term);
        }
        else
        {
            var shared = term.CommonPrefixLength(_last.AsSpan(0, _lastLength));
            Varint.Write(_entries, shared);
            Varint.Write(_entries, term.Length - shared);
            _entries.Write(term[shared..]);
        }

        Varint.Write(_entries, count);
        Varint.Write(_entries, length);
        term.CopyTo(_last);
        _lastLength = term.Length;
    }

    /// <summary>Writes it all.</summary>
    public void WriteTo(IBufferWriter<byte> into)
    {
        Write(into, _count);
        foreach (var block in _blocks)
        {
            Write(into, block);
        }

        into.Write(_entries.WrittenSpan);
    }

    private static void Write(IBufferWriter<byte> into, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(into.GetSpan(sizeof(int)), value);
        into.Advance(sizeof(int));
    }
}
