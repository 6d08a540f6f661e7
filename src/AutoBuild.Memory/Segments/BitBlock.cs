using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AutoBuild.Memory.Segments;

/// <summary>Packs 128 numbers with as many bits each as the largest needs, four side by side, so that a vector reads four at once.</summary>
internal static class BitBlock
{
    public const int Size = 128;

    /// <summary>A reader may touch this much after the packed bytes.</summary>
    public const int Slack = 32;

    private const int Rows = Size / 4;

    public static int BitsFor(uint largest) => 32 - BitOperations.LeadingZeroCount(largest);

    public static int Bytes(int bits) => bits * 16;

    public static void Pack(ReadOnlySpan<uint> values, int bits, Span<byte> into)
    {
        into[..Bytes(bits)].Clear();
        var words = MemoryMarshal.Cast<byte, uint>(into[..Bytes(bits)]);
        for (var i = 0; i < Size && bits > 0; i++)
        {
            var bit = i / 4 * bits;
            var word = bit / 32 * 4 + i % 4;
            var shift = bit % 32;
            words[word] |= values[i] << shift;
            if (shift + bits > 32)
            {
                words[word + 4] |= values[i] >> (32 - shift);
            }
        }
    }

    /// <summary>Unpacks counts, which are kept less one.</summary>
    public static void UnpackCounts(ref byte from, int bits, Span<int> into)
    {
        var mask = Mask(bits);
        ref var target = ref MemoryMarshal.GetReference(into[..Size]);
        for (int row = 0, bit = 0; row < Rows; row++, bit += bits)
        {
            (Row(ref from, bit, mask) + Vector128<uint>.One).AsInt32().StoreUnsafe(ref target, (nuint)row * 4);
        }
    }

    /// <summary>Unpacks ascending ids, which are kept as the steps between them, less one.</summary>
    /// <param name="before">The id before the first.</param>
    public static void UnpackIds(ref byte from, int bits, int before, Span<int> into)
    {
        var mask = Mask(bits);
        var sum = Vector128.Create(before).AsUInt32();
        ref var target = ref MemoryMarshal.GetReference(into[..Size]);
        for (int row = 0, bit = 0; row < Rows; row++, bit += bits)
        {
            var steps = Row(ref from, bit, mask) + Vector128<uint>.One;
            steps += Vector128.Shuffle(steps, Vector128.Create(4u, 0, 1, 2));
            steps += Vector128.Shuffle(steps, Vector128.Create(4u, 4, 0, 1));
            steps += sum;
            steps.AsInt32().StoreUnsafe(ref target, (nuint)row * 4);
            sum = Vector128.Shuffle(steps, Vector128.Create(3u, 3, 3, 3));
        }
    }

    private static Vector128<uint> Mask(int bits) => Vector128.Create(bits == 0 ? 0 : uint.MaxValue >> (32 - bits));

    // Two shifts to the left, since one by 32 would be one by none.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Row(ref byte from, int bit, Vector128<uint> mask)
    {
        ref var word = ref Unsafe.Add(ref from, (nint)(uint)(bit >> 5) << 4);
        var shift = bit & 31;
        var low = Unsafe.ReadUnaligned<Vector128<uint>>(ref word) >> shift;
        var high = Unsafe.ReadUnaligned<Vector128<uint>>(ref Unsafe.Add(ref word, 16)) << 1 << (31 - shift);
        return (low | high) & mask;
    }
}
