using System.Numerics;
using System.Runtime.InteropServices;

namespace AutoBuild.Memory.Segments;

/// <summary>Computes CRC-32C, which the processor does by itself at several GB/s.</summary>
internal static class Checksum
{
    public static uint Of(ReadOnlySpan<byte> bytes) => ~Continue(uint.MaxValue, bytes);

    /// <summary>Takes more bytes in; begins with all bits set, and the last value is to be inverted.</summary>
    public static uint Continue(uint crc, ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (var rest in bytes[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, rest);
        }

        return crc;
    }
}
