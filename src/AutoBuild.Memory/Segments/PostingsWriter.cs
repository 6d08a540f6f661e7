using System.Buffers;
using System.Buffers.Binary;

namespace AutoBuild.Memory.Segments;

/// <summary>Packs one list of postings after the other; <see cref="Postings"/> reads them.</summary>
internal sealed class PostingsWriter(IBufferWriter<byte> into)
{
    private readonly uint[] _steps = new uint[BitBlock.Size];
    private readonly uint[] _counts = new uint[BitBlock.Size];
    private int _filled;
    private int _last = -1;

    /// <summary>How many the list has by now.</summary>
    public int Count { get; private set; }

    /// <summary>How many bytes all lists have by now; what is not a whole block yet is not in it.</summary>
    public long Written { get; private set; }

    /// <summary>Adds one to the list; ids ascend.</summary>
    public void Add(int id, int count)
    {
        _steps[_filled] = (uint)(id - _last - 1);
        _counts[_filled] = (uint)Math.Min(count, Postings.MostCounted) - 1;
        _last = id;
        Count++;
        if (++_filled == BitBlock.Size)
        {
            WriteBlock();
            _filled = 0;
        }
    }

    /// <summary>Ends the list; the next one begins.</summary>
    public void End()
    {
        if (_filled > 0)
        {
            WriteTail(_steps.AsSpan(0, _filled), _counts.AsSpan(0, _filled));
        }

        (_filled, _last, Count) = (0, -1, 0);
    }

    // One large count among small ones is kept beside them: its place, and what is above the bits of the others.
    private void WriteBlock()
    {
        var idBits = BitBlock.BitsFor(Or(_steps));
        var countBits = CountBits(out var exceptions);
        var size = Postings.HeadBytes + BitBlock.Bytes(idBits) + BitBlock.Bytes(countBits) + exceptions * 2;
        var bytes = into.GetSpan(size);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, _last);
        bytes[4] = (byte)idBits;
        bytes[5] = (byte)countBits;
        bytes[6] = (byte)exceptions;
        bytes[7] = 0;
        BitBlock.Pack(_steps, idBits, bytes[Postings.HeadBytes..]);
        var patches = bytes[(size - exceptions * 2)..];
        var mask = (1u << countBits) - 1;
        for (int i = 0, at = 0; i < BitBlock.Size; i++)
        {
            if (_counts[i] > mask)
            {
                patches[at++] = (byte)i;
                patches[at++] = (byte)(_counts[i] >> countBits);
                _counts[i] &= mask;
            }
        }

        BitBlock.Pack(_counts, countBits, bytes[(Postings.HeadBytes + BitBlock.Bytes(idBits))..]);
        Advance(size);
    }

    private void WriteTail(ReadOnlySpan<uint> steps, ReadOnlySpan<uint> counts)
    {
        var idBits = BitBlock.BitsFor(Or(steps));
        var countBits = BitBlock.BitsFor(Or(counts));
        var idBytes = BitTail.Bytes(steps.Length, idBits);
        var size = 2 + idBytes + BitTail.Bytes(counts.Length, countBits);
        var bytes = into.GetSpan(size);
        bytes[0] = (byte)idBits;
        bytes[1] = (byte)countBits;
        BitTail.Pack(steps, idBits, bytes[2..]);
        BitTail.Pack(counts, countBits, bytes[(2 + idBytes)..]);
        Advance(size);
    }

    private void Advance(int size)
    {
        into.Advance(size);
        Written += size;
    }

    private int CountBits(out int exceptions)
    {
        Span<int> having = stackalloc int[9];
        foreach (var count in _counts)
        {
            having[BitBlock.BitsFor(count)]++;
        }

        var (best, above, fewest, cost) = (8, 0, 0, BitBlock.Bytes(8));
        for (var bits = 8; bits >= 0; bits--)
        {
            var here = BitBlock.Bytes(bits) + above * 2;
            (best, fewest, cost) = here <= cost ? (bits, above, here) : (best, fewest, cost);
            above += having[bits];
        }

        exceptions = fewest;
        return best;
    }

    private static uint Or(ReadOnlySpan<uint> values)
    {
        var all = 0u;
        foreach (var value in values)
        {
            all |= value;
        }

        return all;
    }
}
