using System.Text;

namespace AutoBuild.Memory.Index;

/// <summary>Decodes what a file holds.</summary>
internal static class SourceText
{
    private const int Looked = 8000;

    /// <summary>The text, invalid bytes replaced; null where it is binary: a zero byte near its beginning, as git sees it, unless it is UTF-16 with a mark.</summary>
    public static string? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith<byte>([0xFF, 0xFE]) || bytes.StartsWith<byte>([0xFE, 0xFF]))
        {
            return (bytes[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode).GetString(bytes[2..]);
        }

        if (bytes[..Math.Min(bytes.Length, Looked)].Contains((byte)0))
        {
            return null;
        }

        return Encoding.UTF8.GetString(bytes.StartsWith<byte>([0xEF, 0xBB, 0xBF]) ? bytes[3..] : bytes);
    }
}
