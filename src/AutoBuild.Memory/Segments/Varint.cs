using System.Buffers;

namespace AutoBuild.Memory.Segments;

/// <summary>Writes and reads numbers that are mostly small, seven bits a byte, lowest first.</summary>
internal static class Varint
{
    private const int Longest = 10;

    public static void Write(IBufferWriter<byte> into, long value)
    {
        var bytes = into.GetSpan(Longest);
        var rest = (ulong)value;
        var length = 0;
        while (rest >= 0x80)
        {
            bytes[length++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        bytes[length++] = (byte)rest;
        into.Advance(length);
    }

    /// <summary>Reads one and moves on.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static long Read(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = at < bytes.Length ? bytes[at++] : throw new InvalidDataException("A number is cut.");
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return (long)value;
            }
        }

        throw new InvalidDataException("A number is too long.");
    }

    /// <summary>Reads one that has to be a length of something in memory.</summary>
    public static int ReadInt(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = Read(bytes, ref at);
        return value is >= 0 and <= int.MaxValue ? (int)value : throw new InvalidDataException("A length is impossible.");
    }
}
