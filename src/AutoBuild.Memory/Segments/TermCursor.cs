namespace AutoBuild.Memory.Segments;

/// <summary>Goes through the terms of a dictionary that begin alike.</summary>
public ref struct TermCursor
{
    private readonly TermIndex _index;
    private readonly byte[] _prefix;
    private readonly byte[] _term = new byte[TermIndex.LongestTerm];
    private TermEntry _entry;
    private int _next;

    internal TermCursor(TermIndex index, byte[] prefix, int block)
    {
        _index = index;
        _prefix = prefix;
        _next = block * TermIndex.Block;
    }

    /// <summary>The term, until the next move.</summary>
    public readonly ReadOnlySpan<byte> Term => _term.AsSpan(0, _entry.Length);

    public readonly Postings Postings => _index.Read(_entry);

    /// <summary>How many postings it has.</summary>
    public readonly int Count => _entry.Postings;

    /// <summary>Goes to the next; false where there is none.</summary>
    public bool MoveNext()
    {
        while (_next < _index.Count)
        {
            if (_next % TermIndex.Block == 0)
            {
                _entry = _index.First(_next / TermIndex.Block);
            }
            else
            {
                _index.Next(ref _entry);
            }

            _next++;
            _index.Suffix(_entry).CopyTo(_term.AsSpan(_entry.Shared));
            if (Term.StartsWith(_prefix))
            {
                return true;
            }

            if (Term.SequenceCompareTo(_prefix) > 0)
            {
                _next = _index.Count;
            }
        }

        return false;
    }
}
