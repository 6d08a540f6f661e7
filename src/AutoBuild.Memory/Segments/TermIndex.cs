using System.Runtime.InteropServices;

namespace AutoBuild.Memory.Segments;

/// <summary>Finds the postings of a term: a sorted dictionary in blocks of 16, each of which spells its first term out and of the others what differs.</summary>
/// <remarks>Terms are UTF-8 and sorted by their bytes. None is longer than 255 bytes: whoever writes one cuts it, whoever asks for one finds nothing.</remarks>
public readonly ref struct TermIndex
{
    public const int LongestTerm = 255;

    internal const int Block = 16;

    private readonly ReadOnlySpan<byte> _entries;
    private readonly ReadOnlySpan<int> _blocks;
    private readonly SegmentMap _map;
    private readonly Section _postings;

    internal TermIndex(SegmentMap map, Section dictionary, Section postings)
    {
        var bytes = map.Read(dictionary);
        Count = MemoryMarshal.Read<int>(bytes);
        _blocks = MemoryMarshal.Cast<byte, int>(bytes[sizeof(int)..])[..((Count + Block - 1) / Block)];
        _entries = bytes[(sizeof(int) * (1 + _blocks.Length))..];
        _map = map;
        _postings = postings;
    }

    /// <summary>How many terms there are.</summary>
    public int Count { get; }

    /// <summary>Returns the postings of a term; those of an unknown one are empty.</summary>
    public Postings Find(ReadOnlySpan<byte> term)
    {
        var block = BlockOf(term);
        if (block < 0)
        {
            return default;
        }

        var entry = new TermEntry(_entries, _blocks[block]);
        var alike = Suffix(entry).CommonPrefixLength(term);
        for (var left = Math.Min(Block, Count - block * Block); ;)
        {
            if (alike == term.Length && entry.Length == term.Length)
            {
                return Read(entry);
            }

            if (--left == 0)
            {
                return default;
            }

            entry.Next(_entries);
            // What shares more with the one before it than we do stands before us too; what shares less stands after us.
            if (entry.Shared < alike)
            {
                return default;
            }

            alike = entry.Shared > alike ? alike : alike + Suffix(entry).CommonPrefixLength(term[alike..]);
        }
    }

    /// <summary>Goes through the terms that begin so, in their order; all of them where it is empty.</summary>
    public TermCursor StartingWith(ReadOnlySpan<byte> prefix) => new(this, prefix.ToArray(), Math.Max(0, BlockOf(prefix)));

    internal Postings Read(TermEntry entry) => new(_map.Read(_postings, entry.At, entry.Bytes + BitBlock.Slack), entry.Postings);

    internal ReadOnlySpan<byte> Suffix(TermEntry entry) => _entries.Slice(entry.SuffixAt, entry.SuffixLength);

    internal TermEntry First(int block) => new(_entries, _blocks[block]);

    internal void Next(ref TermEntry entry) => entry.Next(_entries);

    // The last block whose first term is not after this one; -1 before the first.
    private int BlockOf(ReadOnlySpan<byte> term)
    {
        var (low, high) = (0, _blocks.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (FirstTerm(_blocks[middle]).SequenceCompareTo(term) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high;
    }

    private ReadOnlySpan<byte> FirstTerm(int at)
    {
        Varint.Read(_entries, ref at);
        var length = Varint.ReadInt(_entries, ref at);
        return _entries.Slice(at, length);
    }
}
