namespace AutoBuild.Memory.Segments;

/// <summary>Goes through all terms of a dictionary, beside walks through others: unlike a cursor it can be kept in a list.</summary>
internal sealed class TermWalk(SegmentMap map, Section dictionary, Section postings)
{
    private readonly byte[] _term = new byte[TermIndex.LongestTerm];
    private TermEntry _entry;
    private int _next;

    public ReadOnlySpan<byte> Term => _term.AsSpan(0, _entry.Length);

    public Postings Postings => Index.Read(_entry);

    private TermIndex Index => new(map, dictionary, postings);

    /// <summary>Goes to the next; false where there is none.</summary>
    public bool MoveNext()
    {
        var index = Index;
        if (_next == index.Count)
        {
            return false;
        }

        if (_next % TermIndex.Block == 0)
        {
            _entry = index.First(_next / TermIndex.Block);
        }
        else
        {
            index.Next(ref _entry);
        }

        _next++;
        index.Suffix(_entry).CopyTo(_term.AsSpan(_entry.Shared));
        return true;
    }
}
