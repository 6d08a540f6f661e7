using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace AutoBuild.Memory.Segments;

/// <summary>Sorts terms by the bytes of their UTF-8.</summary>
/// <remarks>By their first eight bytes as a number; only those that are alike in these are compared whole.</remarks>
internal sealed class SortedTexts
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly List<(int Term, int Start, int Length)> _entries = [];
    private readonly List<ulong> _heads = [];

    public SortedTexts(IEnumerable<int> terms, Func<int, ReadOnlySpan<char>> textOf)
    {
        foreach (var term in terms)
        {
            Add(term, textOf(term));
        }
    }

    public IEnumerable<(int Term, ReadOnlyMemory<byte> Text)> InOrder()
    {
        var heads = _heads.ToArray();
        var order = _entries.ToArray();
        Array.Sort(heads, order);
        for (int start = 0, end; start < order.Length; start = end)
        {
            end = start + 1;
            while (end < order.Length && heads[end] == heads[start])
            {
                end++;
            }

            order.AsSpan(start, end - start).Sort((a, b) => Text(a).Span.SequenceCompareTo(Text(b).Span));
        }

        return order.Select(entry => (entry.Term, Text(entry)));
    }

    private void Add(int term, ReadOnlySpan<char> text)
    {
        var start = _bytes.WrittenCount;
        var length = (int)Encoding.UTF8.GetBytes(text, _bytes);
        if (length > TermIndex.LongestTerm)
        {
            return;
        }

        Span<byte> head = stackalloc byte[sizeof(ulong)];
        head.Clear();
        _bytes.WrittenSpan.Slice(start, Math.Min(length, sizeof(ulong))).CopyTo(head);
        _heads.Add(BinaryPrimitives.ReadUInt64BigEndian(head));
        _entries.Add((term, start, length));
    }

    private ReadOnlyMemory<byte> Text((int Term, int Start, int Length) entry) => _bytes.WrittenMemory.Slice(entry.Start, entry.Length);
}
