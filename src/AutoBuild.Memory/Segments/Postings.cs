using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AutoBuild.Memory.Segments;

/// <summary>Reads where a term occurs and how often: ids ascend, and come in blocks of 128.</summary>
/// <remarks>Of a whole block the head says its last id and how it is packed, so that blocks can be passed over unread.</remarks>
public ref struct Postings
{
    /// <summary>How many come at once; spans to read into hold at least as many.</summary>
    public const int Block = BitBlock.Size;

    /// <summary>A count above this is kept as this.</summary>
    public const int MostCounted = 255;

    internal const int HeadBytes = 8;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;
    private int _left;
    private int _last;

    internal Postings(ReadOnlySpan<byte> bytes, int count)
    {
        _bytes = bytes;
        Count = count;
        _left = count;
        _last = -1;
    }

    /// <summary>How many there are, read or not.</summary>
    public int Count { get; }

    /// <summary>Fills both spans with the next block and returns how many it has: 128, fewer in the last one, 0 at the end.</summary>
    public int Read(scoped Span<int> ids, scoped Span<int> counts)
    {
        if (_left < Block)
        {
            return ReadTail(ids, counts);
        }

        var head = _bytes.Slice(_at, HeadBytes);
        int idBits = head[4], countBits = head[5], exceptions = head[6];
        var size = Size(head);
        ref var packed = ref MemoryMarshal.GetReference(_bytes.Slice(_at + HeadBytes, size + BitBlock.Slack));
        BitBlock.UnpackIds(ref packed, idBits, _last, ids);
        BitBlock.UnpackCounts(ref Unsafe.Add(ref packed, BitBlock.Bytes(idBits)), countBits, counts);
        var patches = _bytes.Slice(_at + HeadBytes + size - exceptions * 2, exceptions * 2);
        for (var i = 0; i < patches.Length; i += 2)
        {
            counts[patches[i]] += patches[i + 1] << countBits;
        }

        PassBlock(head, size);
        return Block;
    }

    /// <summary>Passes over blocks that end before an id; what comes next may still begin before it.</summary>
    public void MoveTo(int id)
    {
        while (_left >= Block)
        {
            var head = _bytes.Slice(_at, HeadBytes);
            if (BinaryPrimitives.ReadInt32LittleEndian(head) >= id)
            {
                return;
            }

            PassBlock(head, Size(head));
        }
    }

    private static int Size(ReadOnlySpan<byte> head) => BitBlock.Bytes(head[4]) + BitBlock.Bytes(head[5]) + head[6] * 2;

    private void PassBlock(ReadOnlySpan<byte> head, int size)
    {
        _last = BinaryPrimitives.ReadInt32LittleEndian(head);
        _at += HeadBytes + size;
        _left -= Block;
    }

    private int ReadTail(scoped Span<int> ids, scoped Span<int> counts)
    {
        var count = _left;
        if (count == 0)
        {
            return 0;
        }

        int idBits = _bytes[_at], countBits = _bytes[_at + 1];
        var idBytes = BitTail.Bytes(count, idBits);
        ref var packed = ref MemoryMarshal.GetReference(_bytes.Slice(_at + 2, idBytes + BitTail.Bytes(count, countBits) + sizeof(ulong)));
        ref var packedCounts = ref Unsafe.Add(ref packed, idBytes);
        ids = ids[..count];
        counts = counts[..count];
        var last = _last;
        for (var i = 0; i < ids.Length; i++)
        {
            last += (int)BitTail.Read(ref packed, idBits, i) + 1;
            ids[i] = last;
            counts[i] = (int)BitTail.Read(ref packedCounts, countBits, i) + 1;
        }

        _left = 0;
        return count;
    }
}
