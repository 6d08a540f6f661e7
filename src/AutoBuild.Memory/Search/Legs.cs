using System.Buffers;

namespace AutoBuild.Memory.Search;

/// <summary>Holds what each leg gave each file for one query, and each chunk its own; its memory is lent, and given back at the end.</summary>
internal sealed class Legs : IDisposable
{
    private readonly List<float[]> _lent = [];

    public Legs(FileTable files)
    {
        Count = files.Count;
        Lexical = Lend(Count);
        Path = Lend(Count);
        Cover = Lend(Count);
        Chunk = Lend(Count);
        Messages = Lend(Count);
        Commits = Lend(Count);
        Prior = Lend(Count);
        Exact = Lend(Count);
        Chunks = [.. files.Segments.Select(segment => Lend(segment.ChunkCount))];
    }

    /// <summary>How many files there are; the arrays may be longer.</summary>
    public int Count { get; }

    public float[] Lexical { get; }

    public float[] Path { get; }

    public float[] Cover { get; }

    /// <summary>Of the best chunk of each file.</summary>
    public float[] Chunk { get; }

    public float[] Messages { get; }

    public float[] Commits { get; }

    public float[] Prior { get; }

    public float[] Exact { get; }

    /// <summary>Each chunk's own, by segment.</summary>
    public IReadOnlyList<float[]> Chunks { get; }

    /// <summary>Lends zeros for as long as the legs live.</summary>
    public float[] Lend(int length)
    {
        var lent = ArrayPool<float>.Shared.Rent(Math.Max(1, length));
        Array.Clear(lent, 0, length);
        _lent.Add(lent);
        return lent;
    }

    public void Dispose()
    {
        foreach (var lent in _lent)
        {
            ArrayPool<float>.Shared.Return(lent);
        }

        _lent.Clear();
    }
}
