namespace AutoBuild.Memory.Segments;

/// <summary>Collects places of terms in the order of the places, and writes them in the order of the terms.</summary>
internal sealed class PostingLists
{
    private int[] _seenAt = [];
    private int[] _slots = [];
    private int[] _terms = new int[1024];
    private int[] _places = new int[1024];
    private byte[] _counts = new byte[1024];
    private int _count;

    /// <summary>Counts a term at a place; places ascend.</summary>
    public void Add(int term, int place)
    {
        if (term >= _seenAt.Length)
        {
            Array.Resize(ref _seenAt, Math.Max(term + 1, _seenAt.Length * 2));
            Array.Resize(ref _slots, _seenAt.Length);
        }

        if (_seenAt[term] != place + 1)
        {
            _seenAt[term] = place + 1;
            _slots[term] = _count;
            Append(term, place);
        }
        else if (_counts[_slots[term]] < Postings.MostCounted)
        {
            _counts[_slots[term]]++;
        }
    }

    /// <summary>Writes all.</summary>
    /// <param name="textOf">The text of a term; one that is longer than <see cref="TermIndex.LongestTerm"/> is left out.</param>
    public void WriteTo(DictionaryWriter dictionary, Func<int, ReadOnlySpan<char>> textOf)
    {
        var starts = Starts();
        var (places, counts) = ByTerm(starts);
        var texts = new SortedTexts(Enumerable.Range(0, starts.Length - 1).Where(term => starts[term + 1] > starts[term]), textOf);
        foreach (var (term, text) in texts.InOrder())
        {
            for (var i = starts[term]; i < starts[term + 1]; i++)
            {
                dictionary.Add(places[i], counts[i]);
            }

            dictionary.End(text.Span);
        }

        dictionary.Finish();
    }

    private void Append(int term, int place)
    {
        if (_count == _terms.Length)
        {
            Array.Resize(ref _terms, _count * 2);
            Array.Resize(ref _places, _count * 2);
            Array.Resize(ref _counts, _count * 2);
        }

        _terms[_count] = term;
        _places[_count] = place;
        _counts[_count++] = 1;
    }

    // Where the places of each term begin, were they ordered by terms.
    private int[] Starts()
    {
        var starts = new int[_seenAt.Length + 1];
        foreach (var term in _terms.AsSpan(0, _count))
        {
            starts[term + 1]++;
        }

        for (var term = 0; term < _seenAt.Length; term++)
        {
            starts[term + 1] += starts[term];
        }

        return starts;
    }

    private (int[] Places, byte[] Counts) ByTerm(int[] starts)
    {
        var next = starts.AsSpan(0, _seenAt.Length).ToArray();
        var places = new int[_count];
        var counts = new byte[_count];
        for (var i = 0; i < _count; i++)
        {
            var slot = next[_terms[i]]++;
            places[slot] = _places[i];
            counts[slot] = _counts[i];
        }

        return (places, counts);
    }
}
