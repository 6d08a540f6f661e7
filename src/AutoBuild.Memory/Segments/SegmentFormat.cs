namespace AutoBuild.Memory.Segments;

/// <summary>Holds the numbers of the file format.</summary>
/// <remarks>
/// A segment file is written once from front to back, and never changed:
/// <code>
/// head        8 bytes: "ABSEG" and the version
/// sections    one after the other, each at a multiple of 64 (see Section)
/// page sums   CRC-32C of each 64 KiB of all before
/// foot        offset and length of each section, offset of the page sums, length of the file,
///             CRC-32C of the page sums and the foot, "ABSEG" and the version
/// </code>
/// All numbers are little-endian. At the opening the foot is read and nothing else: a file that was cut has none that fits.
/// A page is checked when it is first read, so what a query works with has been checked, and what nobody reads costs nothing.
///
/// Postings are ids in ascending order, each with a count. Whole blocks of 128 keep the steps between ids and the counts with as few bits as the block needs,
/// four numbers side by side for vectors; the rest of a list is packed number after number. Counts that are far above the others of their block are kept apart.
/// Terms stand in sorted blocks of 16 that spell out what differs from the term before.
/// A document's text, chunks and definitions are one packed record, which is read when it is shown; what ranking needs stands in plain arrays.
/// </remarks>
internal static class SegmentFormat
{
    /// <summary>Of another version nothing is read: the texts are indexed again.</summary>
    public const byte Version = 1;

    public const int PageSize = 1 << 16;

    public const int Alignment = 64;

    public const int HeadBytes = 8;

    public static readonly int Sections = Enum.GetValues<Section>().Length;

    /// <summary>Sections, page sums, length; checksum and mark.</summary>
    public static readonly int FootBytes = Sections * 16 + 16 + sizeof(uint) + HeadBytes;

    public static ReadOnlySpan<byte> Mark => [(byte)'A', (byte)'B', (byte)'S', (byte)'E', (byte)'G', 0, 0, Version];
}
