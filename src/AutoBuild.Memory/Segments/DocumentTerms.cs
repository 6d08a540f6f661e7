namespace AutoBuild.Memory.Segments;

/// <summary>Is the list of a document's terms, by their numbers in the term table of whoever reads it; made once and used for one document after the other.</summary>
public sealed class DocumentTerms
{
    private readonly List<int> _chunkEnds = [];

    /// <summary>Of one chunk after the other, in their order, a term as often as it occurs; <see cref="EndChunk"/> after each chunk.</summary>
    public List<int> Ids { get; } = [];

    /// <summary>Of the names of the definitions.</summary>
    public List<int> Names { get; } = [];

    internal IReadOnlyList<int> ChunkEnds => _chunkEnds;

    public void EndChunk() => _chunkEnds.Add(Ids.Count);

    /// <summary>Makes it ready for the next document.</summary>
    public void Clear()
    {
        Ids.Clear();
        Names.Clear();
        _chunkEnds.Clear();
    }
}
