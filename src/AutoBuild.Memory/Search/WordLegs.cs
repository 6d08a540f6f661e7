using System.Buffers;
using System.Text;
using AutoBuild.Memory.Segments;

namespace AutoBuild.Memory.Search;

/// <summary>Scores files by the words of their fields and chunks by their own words: BM25F and BM25, term after term.</summary>
internal sealed class WordLegs(FileTable files, Legs legs) : IDisposable
{
    /// <summary>Of a longer query the terms that tell most are taken.</summary>
    public const int MostTerms = 48;

    /// <summary>What is read of an index at most, whatever is asked: about a millisecond for each 20,000.</summary>
    public const int MostPostings = 600_000;

    // These are read, however common they are.
    private const int LeastTerms = 4;

    // Of one term: how much each file has of it, and which files have any.
    private readonly float[] _counts = legs.Lend(files.Count);
    private readonly int[] _touched = ArrayPool<int>.Shared.Rent(Math.Max(1, files.Count));
    private int _touchedCount;
    private int _holders;
    private int[] _hits = ArrayPool<int>.Shared.Rent(1 << 12);
    private int _hitCount;

    /// <summary>Scores all legs that words have.</summary>
    public void Score(IReadOnlyList<QueryTerm> terms)
    {
        var all = 0f;
        foreach (var term in Choose(terms))
        {
            all += Score(term);
        }

        BestChunks();
        for (var file = 0; file < files.Count && all > 0; file++)
        {
            var share = legs.Cover[file] / all;
            legs.Cover[file] = share * share;
        }
    }

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_touched);
        ArrayPool<int>.Shared.Return(_hits);
    }

    // The dictionary knows how many chunks hold a term, which is enough to choose by: in a very large index the commonest words would take the most time and tell the least.
    private IEnumerable<QueryTerm> Choose(IReadOnlyList<QueryTerm> terms)
    {
        var chunks = files.Segments.Sum(segment => segment.ChunkCount);
        var left = MostPostings;
        var chosen = new List<Choice>();
        foreach (var choice in terms.Select((term, order) => Weigh(term, order, chunks)).Where(choice => choice.Tells > 0).OrderByDescending(choice => choice.Tells).ThenBy(choice => choice.Order))
        {
            left -= choice.Postings;
            if (chosen.Count < LeastTerms || (left >= 0 && chosen.Count < MostTerms))
            {
                chosen.Add(choice);
            }
        }

        return chosen.OrderBy(choice => choice.Order).Select(choice => choice.Term);
    }

    private Choice Weigh(QueryTerm term, int order, int chunks)
    {
        var bytes = Encoding.UTF8.GetBytes(term.Text);
        var count = 0;
        foreach (var segment in files.Segments)
        {
            count += segment.Words.Find(bytes).Count;
        }

        var tells = count > 0 ? Ranking.Rarity(chunks, count) : files.Paths.Find(term.Text).IsEmpty ? 0 : Ranking.Rarity(chunks, 1);
        return new Choice(term, order, count, tells * term.Weight);
    }

    private float Score(QueryTerm term)
    {
        Span<byte> bytes = stackalloc byte[Math.Min(1024, Encoding.UTF8.GetMaxByteCount(term.Text.Length))];
        if (!Encoding.UTF8.TryGetBytes(term.Text, bytes, out var written))
        {
            return 0;
        }

        (_touchedCount, _hitCount) = (0, 0);
        Span<(int From, int To)> hits = files.Segments.Count <= 64 ? stackalloc (int, int)[files.Segments.Count] : new (int, int)[files.Segments.Count];
        for (var segment = 0; segment < files.Segments.Count; segment++)
        {
            var from = _hitCount;
            ReadWords(segment, bytes[..written]);
            hits[segment] = (from, _hitCount);
        }

        _holders = _touchedCount;
        for (var segment = 0; segment < files.Segments.Count; segment++)
        {
            ReadNames(segment, bytes[..written]);
        }

        ReadPaths(term);
        var rarity = _holders == 0 ? 0 : Ranking.Rarity(files.Count, _holders);
        ScoreFiles(term.Weight, rarity);
        for (var segment = 0; segment < files.Segments.Count; segment++)
        {
            ScoreChunks(segment, hits[segment], rarity * term.Weight);
        }

        return rarity;
    }

    // Chunks of a document stand together, so that its files are touched once.
    private void ReadWords(int number, ReadOnlySpan<byte> term)
    {
        var segment = files.Segments[number];
        var postings = segment.Words.Find(term);
        if (postings.Count == 0)
        {
            return;
        }

        Room(postings.Count);
        Span<int> chunks = stackalloc int[Postings.Block], counts = stackalloc int[Postings.Block];
        var documents = segment.ChunkDocuments;
        var (document, sum, held) = (-1, 0, false);
        for (int read; (read = postings.Read(chunks, counts)) > 0;)
        {
            for (var i = 0; i < read; i++)
            {
                if (documents[chunks[i]] is var next && next != document)
                {
                    AddWords(number, document, sum);
                    (document, sum, held) = (next, 0, !files.FilesOf(number, next).IsEmpty);
                }

                if (held)
                {
                    sum += counts[i];
                    _hits[_hitCount++] = chunks[i];
                    _hits[_hitCount++] = counts[i];
                }
            }
        }

        AddWords(number, document, sum);
    }

    private void AddWords(int segment, int document, int count)
    {
        if (count > 0)
        {
            foreach (var file in files.FilesOf(segment, document))
            {
                Add(file, count * files.BodyNorm(file));
            }
        }
    }

    private void ReadNames(int number, ReadOnlySpan<byte> term)
    {
        var postings = files.Segments[number].Names.Find(term);
        Span<int> documents = stackalloc int[Postings.Block], counts = stackalloc int[Postings.Block];
        for (int read; (read = postings.Read(documents, counts)) > 0;)
        {
            for (var i = 0; i < read; i++)
            {
                foreach (var file in files.FilesOf(number, documents[i]))
                {
                    Add(file, counts[i] * files.NameNorm(file));
                }
            }
        }
    }

    private void ReadPaths(QueryTerm term)
    {
        var found = files.Paths.Find(term.Text);
        var rarity = Ranking.Rarity(files.Count, found.Length) * term.Weight;
        foreach (ref readonly var posting in found)
        {
            Add(posting.File, files.Paths.Norm(posting));
            legs.Path[posting.File] += rarity * Saturated(files.Paths.PathNorm(posting), Ranking.PathSaturation);
        }
    }

    private void Add(int file, float count)
    {
        if (_counts[file] == 0)
        {
            _touched[_touchedCount++] = file;
        }

        _counts[file] += count;
    }

    private void ScoreFiles(float weight, float rarity)
    {
        var among = Ranking.Rarity(files.Count, _touchedCount) * weight;
        for (var i = 0; i < _touchedCount; i++)
        {
            var file = _touched[i];
            legs.Lexical[file] += among * Saturated(_counts[file], Ranking.FileSaturation);
            legs.Cover[file] += i < _holders ? rarity : 0;
            _counts[file] = 0;
        }
    }

    private void ScoreChunks(int number, (int From, int To) hits, float rarity)
    {
        var scores = legs.Chunks[number];
        var lengths = files.Segments[number].ChunkLengths;
        for (var at = hits.From; at < hits.To; at += 2)
        {
            var chunk = _hits[at];
            scores[chunk] += rarity * Saturated(_hits[at + 1] * files.ChunkNorm(lengths[chunk]), Ranking.ChunkSaturation);
        }
    }

    private void BestChunks()
    {
        for (var number = 0; number < files.Segments.Count; number++)
        {
            var scores = legs.Chunks[number];
            var documents = files.Segments[number].ChunkDocuments;
            for (var chunk = 0; chunk < documents.Length; chunk++)
            {
                if (scores[chunk] > 0)
                {
                    foreach (var file in files.FilesOf(number, documents[chunk]))
                    {
                        legs.Chunk[file] = Math.Max(legs.Chunk[file], scores[chunk]);
                    }
                }
            }
        }
    }

    private static float Saturated(float count, float saturation) => count * (saturation + 1) / (saturation + count);

    private void Room(int postings)
    {
        if (_hitCount + postings * 2 > _hits.Length)
        {
            var larger = ArrayPool<int>.Shared.Rent(Math.Max(_hits.Length * 2, _hitCount + postings * 2));
            _hits.AsSpan(0, _hitCount).CopyTo(larger);
            ArrayPool<int>.Shared.Return(_hits);
            _hits = larger;
        }
    }

    private readonly record struct Choice(QueryTerm Term, int Order, int Postings, float Tells);
}
