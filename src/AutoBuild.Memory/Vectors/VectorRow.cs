using System.Runtime.InteropServices;
using System.Text;
using AutoBuild.Core.Memory;
using AutoBuild.Memory.Segments;

namespace AutoBuild.Memory.Vectors;

/// <summary>Is the head of a row of a vector file; the bytes of the vector follow it.</summary>
/// <param name="Key">Whose.</param>
/// <param name="Scale">Of the bytes.</param>
/// <param name="Sum">Over key, scale and bytes.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct VectorRow(RowKey Key, float Scale, uint Sum)
{
    public static readonly int Size = Marshal.SizeOf<VectorRow>();

    /// <summary>Writes a row.</summary>
    public static void Write(Span<byte> row, RowKey key, ReadOnlySpan<float> values)
    {
        var scale = ByteVector.Quantise(values, MemoryMarshal.Cast<byte, sbyte>(row[Size..]));
        MemoryMarshal.Write(row, new VectorRow(key, scale, 0));
        MemoryMarshal.Write(row, new VectorRow(key, scale, SumOf(row)));
    }

    /// <summary>Whether a row is as it was written.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> row) => MemoryMarshal.Read<VectorRow>(row).Sum == SumOf(row);

    private static uint SumOf(ReadOnlySpan<byte> row) => ~Checksum.Continue(Checksum.Continue(uint.MaxValue, row[..(Size - sizeof(uint))]), row[Size..]);
}

/// <summary>Is a chunk's key in as many bytes for every language.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct RowKey(ulong Upper, ulong Lower, uint Language, int Chunk, int Terms)
{
    public static RowKey Of(ChunkKey key) => new((ulong)(key.Content >> 64), (ulong)key.Content, Checksum.Of(Encoding.UTF8.GetBytes(key.Language)), key.Chunk, key.Terms);
}
