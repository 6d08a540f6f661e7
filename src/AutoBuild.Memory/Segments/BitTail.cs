using System.Runtime.CompilerServices;

namespace AutoBuild.Memory.Segments;

/// <summary>Packs fewer than 128 numbers one after the other, with as many bits each as the largest needs.</summary>
internal static class BitTail
{
    public static int Bytes(int count, int bits) => (count * bits + 7) / 8;

    public static void Pack(ReadOnlySpan<uint> values, int bits, Span<byte> into)
    {
        into[..Bytes(values.Length, bits)].Clear();
        for (var i = 0; i < values.Length; i++)
        {
            var at = i * bits;
            for (var rest = (ulong)values[i] << (at & 7); rest != 0; rest >>= 8, at += 8)
            {
                into[at >> 3] |= (byte)rest;
            }
        }
    }

    /// <summary>Reads one; seven bytes after the last may be touched.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read(ref byte from, int bits, int index)
    {
        var at = index * bits;
        return (uint)(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, at >> 3)) >> (at & 7)) & (uint)((1ul << bits) - 1);
    }
}
