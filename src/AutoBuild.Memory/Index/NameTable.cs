namespace AutoBuild.Memory.Index;

/// <summary>Numbers texts in the order they first come, from 0; their characters stand in one array, so that a million of them are four objects.</summary>
internal sealed class NameTable
{
    private char[] _signs = new char[1 << 14];
    private Entry[] _entries = new Entry[1 << 11];
    private int[] _slots = new int[1 << 12];
    private int _used;

    public int Count { get; private set; }

    /// <summary>Valid until the next text comes in.</summary>
    public ReadOnlySpan<char> this[int id] => _signs.AsSpan(_entries[id].Start, _entries[id].Length);

    /// <summary>The number of a text; -1 where it never came.</summary>
    public int Find(ReadOnlySpan<char> name) => _slots[Slot(name, string.GetHashCode(name))] - 1;

    /// <summary>The number of a text, which may be a new one.</summary>
    public int Add(ReadOnlySpan<char> name)
    {
        var hash = string.GetHashCode(name);
        var slot = Slot(name, hash);
        if (_slots[slot] > 0)
        {
            return _slots[slot] - 1;
        }

        if (Count == _entries.Length)
        {
            Grow();
            slot = Slot(name, hash);
        }

        if (_used + name.Length > _signs.Length)
        {
            Array.Resize(ref _signs, Math.Max(_signs.Length * 2, _used + name.Length));
        }

        name.CopyTo(_signs.AsSpan(_used));
        _entries[Count] = new Entry(_used, name.Length, hash);
        _used += name.Length;
        _slots[slot] = ++Count;
        return Count - 1;
    }

    // Where the text stands, or the free place where it belongs. At most half of the places are taken.
    private int Slot(ReadOnlySpan<char> name, int hash)
    {
        var mask = _slots.Length - 1;
        var at = hash & mask;
        while (_slots[at] is > 0 and var id && !(_entries[id - 1].Hash == hash && this[id - 1].SequenceEqual(name)))
        {
            at = (at + 1) & mask;
        }

        return at;
    }

    private void Grow()
    {
        Array.Resize(ref _entries, _entries.Length * 2);
        _slots = new int[_entries.Length * 2];
        var mask = _slots.Length - 1;
        for (var id = 0; id < Count; id++)
        {
            var at = _entries[id].Hash & mask;
            while (_slots[at] > 0)
            {
                at = (at + 1) & mask;
            }

            _slots[at] = id + 1;
        }
    }

    private readonly record struct Entry(int Start, int Length, int Hash);
}
