using AutoBuild.Memory.Index;

namespace AutoBuild.Memory.Segments;

/// <summary>Writes the documents of several segments as one, without those that nobody holds or that come twice.</summary>
internal sealed class SegmentMerge
{
    private readonly IReadOnlyList<Segment> _segments;
    private readonly int[][] _documents;
    private readonly int[][] _chunks;

    /// <param name="holds">Whether a document is still held; null holds all.</param>
    public SegmentMerge(IReadOnlyList<Segment> segments, Func<BlobKey, bool>? holds)
    {
        _segments = segments;
        _documents = new int[segments.Count][];
        _chunks = new int[segments.Count][];
        var seen = new HashSet<BlobKey>();
        for (var i = 0; i < segments.Count; i++)
        {
            Number(i, key => (holds is null || holds(key)) && seen.Add(key));
        }
    }

    /// <summary>How many documents go on.</summary>
    public int Documents { get; private set; }

    /// <summary>How many do not.</summary>
    public int Dropped { get; private set; }

    private int Chunks { get; set; }

    public void Write(string path, CancellationToken cancel)
    {
        using var writer = new SegmentWriter(path);
        for (var i = 0; i < _segments.Count; i++)
        {
            Copy(writer, i, cancel);
        }

        writer.EndDocuments();
        Merge(writer, Section.WordPostings, Section.Words, _chunks, cancel);
        Merge(writer, Section.NamePostings, Section.Names, _documents, cancel);
        Merge(writer, Section.SymbolPostings, Section.Symbols, _documents, cancel);
        writer.Finish();
    }

    // New numbers for what goes on, -1 for the rest.
    private void Number(int segment, Func<BlobKey, bool> keeps)
    {
        var source = _segments[segment];
        var firstChunks = source.FirstChunks;
        var documents = _documents[segment] = new int[source.DocumentCount];
        var chunks = _chunks[segment] = new int[source.ChunkCount];
        for (var document = 0; document < documents.Length; document++)
        {
            var kept = keeps(source.Key(document));
            documents[document] = kept ? Documents++ : -1;
            Dropped += kept ? 0 : 1;
            for (var chunk = firstChunks[document]; chunk < firstChunks[document + 1]; chunk++)
            {
                chunks[chunk] = kept ? Chunks++ : -1;
            }
        }
    }

    private void Copy(SegmentWriter writer, int segment, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var source = _segments[segment];
        var firstChunks = source.FirstChunks;
        var chunkLengths = source.ChunkLengths;
        var lengths = source.DocumentLengths;
        var nameLengths = source.NameLengths;
        for (var document = 0; document < source.DocumentCount; document++)
        {
            if (_documents[segment][document] >= 0)
            {
                writer.Add(source.Key(document), source.Body(document), chunkLengths[firstChunks[document]..firstChunks[document + 1]], lengths[document], nameLengths[document]);
            }
        }
    }

    private void Merge(SegmentWriter writer, Section postings, Section dictionary, int[][] numbers, CancellationToken cancel)
    {
        var into = writer.Begin(postings, dictionary);
        var walks = _segments.Select((segment, i) => (Walk: segment.Walk(dictionary, postings), Numbers: numbers[i])).Where(one => one.Walk.MoveNext()).ToList();
        var term = new byte[TermIndex.LongestTerm];
        while (walks.Count > 0)
        {
            cancel.ThrowIfCancellationRequested();
            var length = Least(walks.ConvertAll(one => one.Walk), term);
            // In the order of the segments, so that numbers ascend.
            foreach (var one in walks.ToList())
            {
                if (one.Walk.Term.SequenceEqual(term.AsSpan(0, length)))
                {
                    Copy(one.Walk.Postings, one.Numbers, into);
                    if (!one.Walk.MoveNext())
                    {
                        walks.Remove(one);
                    }
                }
            }

            into.End(term.AsSpan(0, length));
        }

        into.Finish();
    }

    private static int Least(List<TermWalk> walks, Span<byte> into)
    {
        var least = walks[0];
        foreach (var walk in walks)
        {
            least = walk.Term.SequenceCompareTo(least.Term) < 0 ? walk : least;
        }

        least.Term.CopyTo(into);
        return least.Term.Length;
    }

    private static void Copy(Postings postings, int[] numbers, DictionaryWriter into)
    {
        Span<int> ids = stackalloc int[Postings.Block];
        Span<int> counts = stackalloc int[Postings.Block];
        for (int read; (read = postings.Read(ids, counts)) > 0;)
        {
            for (var i = 0; i < read; i++)
            {
                if (numbers[ids[i]] is >= 0 and var id)
                {
                    into.Add(id, counts[i]);
                }
            }
        }
    }
}
