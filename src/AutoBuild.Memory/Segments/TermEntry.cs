namespace AutoBuild.Memory.Segments;

/// <summary>Is one term as its dictionary keeps it.</summary>
internal struct TermEntry
{
    private int _after;

    /// <summary>Reads the first of a block.</summary>
    public TermEntry(ReadOnlySpan<byte> entries, int at)
    {
        At = Varint.Read(entries, ref at);
        ReadRest(entries, at);
    }

    /// <summary>How many bytes it shares with the term before.</summary>
    public int Shared { get; private set; }

    /// <summary>Where the rest of it stands.</summary>
    public int SuffixAt { get; private set; }

    public int SuffixLength { get; private set; }

    /// <summary>How many postings it has.</summary>
    public int Postings { get; private set; }

    /// <summary>Where they begin.</summary>
    public long At { get; private set; }

    /// <summary>How many bytes they take.</summary>
    public int Bytes { get; private set; }

    public readonly int Length => Shared + SuffixLength;

    /// <summary>Reads the next of the block.</summary>
    public void Next(ReadOnlySpan<byte> entries)
    {
        At += Bytes;
        var at = _after;
        Shared = Varint.ReadInt(entries, ref at);
        ReadRest(entries, at);
    }

    private void ReadRest(ReadOnlySpan<byte> entries, int at)
    {
        SuffixLength = Varint.ReadInt(entries, ref at);
        SuffixAt = at;
        at += SuffixLength;
        Postings = Varint.ReadInt(entries, ref at);
        Bytes = Varint.ReadInt(entries, ref at);
        _after = at;
    }
}
