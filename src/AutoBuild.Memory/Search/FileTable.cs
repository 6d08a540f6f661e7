using AutoBuild.Memory.Segments;

namespace AutoBuild.Memory.Search;

/// <summary>Is what ranking needs of one view: its files by number, where their texts stand, which files bear a text, and how long things are. Never changes.</summary>
internal sealed class FileTable
{
    private readonly int[][] _first;
    private readonly int[][] _files;
    private readonly float[] _bodyNorms;
    private readonly float[] _nameNorms;
    private readonly float[] _chunkNorms;

    /// <param name="segments">Those that the files stand in.</param>
    /// <param name="files">Sorted by path.</param>
    public FileTable(IReadOnlyList<Segment> segments, IReadOnlyList<IndexedFile> files)
    {
        Segments = segments;
        Files = files;
        (_first, _files) = Group(segments, files);
        Paths = new PathIndex(files);
        (_bodyNorms, _nameNorms, _chunkNorms) = Norms();
    }

    /// <summary>Of what a view holds of a snapshot; files that are not indexed yet are left out.</summary>
    public static FileTable Of(IndexSnapshot snapshot, View view)
    {
        var places = view.In(snapshot).Places;
        var files = new List<IndexedFile>(places.Count);
        for (var file = 0; file < places.Count; file++)
        {
            if (places[file] is { } place)
            {
                files.Add(new IndexedFile(view.Files[file].Path, place.Segment, place.Document, (view.Files[file].Marks & (FileMarks.Generated | FileMarks.Vendored)) != 0));
            }
        }

        return new FileTable(snapshot.Segments, files);
    }

    public IReadOnlyList<Segment> Segments { get; }

    public IReadOnlyList<IndexedFile> Files { get; }

    public PathIndex Paths { get; }

    public int Count => Files.Count;

    /// <summary>The files whose text a document is; none where the view does not hold it.</summary>
    public ReadOnlySpan<int> FilesOf(int segment, int document)
    {
        var first = _first[segment];
        return _files[segment].AsSpan(first[document], first[document + 1] - first[document]);
    }

    /// <summary>The number of a file; -1 where the view does not hold it.</summary>
    public int Find(string path)
    {
        var (low, high) = (0, Files.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(Files[middle].Path, path);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    /// <summary>What a count in a file's text is multiplied with, by the file's length.</summary>
    public float BodyNorm(int file) => _bodyNorms[file];

    public float NameNorm(int file) => _nameNorms[file];

    /// <summary>What a count in a chunk is multiplied with, by the chunk's length in terms.</summary>
    public float ChunkNorm(int length) => _chunkNorms[Math.Min(length, _chunkNorms.Length - 1)];

    private static (int[][] First, int[][] Files) Group(IReadOnlyList<Segment> segments, IReadOnlyList<IndexedFile> files)
    {
        var first = segments.Select(segment => new int[segment.DocumentCount + 1]).ToArray();
        foreach (var file in files)
        {
            first[file.Segment][file.Document + 1]++;
        }

        foreach (var counts in first)
        {
            for (var document = 1; document < counts.Length; document++)
            {
                counts[document] += counts[document - 1];
            }
        }

        var next = first.Select(counts => (int[])counts.Clone()).ToArray();
        var grouped = first.Select(counts => new int[counts[^1]]).ToArray();
        for (var file = 0; file < files.Count; file++)
        {
            grouped[files[file].Segment][next[files[file].Segment][files[file].Document]++] = file;
        }

        return (first, grouped);
    }

    private (float[] Body, float[] Names, float[] Chunks) Norms()
    {
        var (body, names) = (new float[Count], new float[Count]);
        var (terms, chunks) = (0L, 0L);
        for (var file = 0; file < Count; file++)
        {
            var (segment, document) = (Segments[Files[file].Segment], Files[file].Document);
            body[file] = segment.DocumentLengths[document];
            names[file] = segment.NameLengths[document];
            terms += segment.DocumentLengths[document];
            chunks += segment.FirstChunks[document + 1] - segment.FirstChunks[document];
        }

        Norm(body, Ranking.Body);
        Norm(names, Ranking.Names);
        var average = Math.Max(1, terms / (float)Math.Max(1, chunks));
        var byLength = new float[4096];
        for (var length = 0; length < byLength.Length; length++)
        {
            byLength[length] = 1 / (1 - Ranking.ChunkLength + Ranking.ChunkLength * length / average);
        }

        return (body, names, byLength);
    }

    /// <summary>Turns lengths into what counts are multiplied with.</summary>
    internal static void Norm(float[] lengths, Ranking.Field field)
    {
        var average = Math.Max(1e-6f, (float)(lengths.Sum(length => (double)length) / Math.Max(1, lengths.Length)));
        for (var i = 0; i < lengths.Length; i++)
        {
            lengths[i] = field.Weight / (1 - field.Length + field.Length * lengths[i] / average);
        }
    }
}
