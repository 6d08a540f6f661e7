using System.Runtime.InteropServices;
using AutoBuild.Memory.Index;

namespace AutoBuild.Memory.Search;

/// <summary>Finds the files of a view by the terms of their paths.</summary>
internal sealed class PathIndex
{
    private readonly TermTable _terms = new();
    private readonly int[] _first;
    private readonly Posting[] _postings;
    private readonly float[] _pathNorms;
    private readonly float[] _baseNorms;

    public PathIndex(IReadOnlyList<IndexedFile> files)
    {
        _pathNorms = new float[files.Count];
        _baseNorms = new float[files.Count];
        var found = new List<(int Term, Posting Posting)>();
        var counts = new Dictionary<int, (byte Path, byte Base)>();
        for (var file = 0; file < files.Count; file++)
        {
            Count(files[file].Path, file, counts);
            found.AddRange(counts.Select(count => (count.Key, new Posting(file, count.Value.Path, count.Value.Base))));
        }

        (_first, _postings) = Group(found, _terms.Count);
        FileTable.Norm(_pathNorms, Ranking.Path);
        FileTable.Norm(_baseNorms, Ranking.BaseName);
    }

    /// <summary>The files whose path holds a term, in their order.</summary>
    public ReadOnlySpan<Posting> Find(string term) => _terms.Find(term) is >= 0 and var id ? _postings.AsSpan(_first[id], _first[id + 1] - _first[id]) : [];

    /// <summary>The files whose name, extension left out, has the terms of a name.</summary>
    public List<int> Named(string name)
    {
        var parts = new WordParts();
        var found = new List<int>();
        var at = 0;
        if (Words.Next(name, ref at) is { IsEmpty: false } word)
        {
            parts.Split(word);
            foreach (ref readonly var posting in Find(parts.Count > 0 ? parts[0].ToString() : ""))
            {
                if (posting.InBase > 0)
                {
                    found.Add(posting.File);
                }
            }
        }

        return found;
    }

    /// <summary>What the counts of a term in path and base name come to, each by the length of its field.</summary>
    public float Norm(in Posting posting) => posting.InPath * _pathNorms[posting.File] + posting.InBase * _baseNorms[posting.File];

    /// <summary>The same for the path alone, weight taken out.</summary>
    public float PathNorm(in Posting posting) => posting.InPath * _pathNorms[posting.File] / Ranking.Path.Weight;

    private void Count(string path, int file, Dictionary<int, (byte Path, byte Base)> counts)
    {
        counts.Clear();
        foreach (var term in _terms.Read(path))
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, term, out _);
            count.Path = (byte)Math.Min(count.Path + 1, byte.MaxValue);
            _pathNorms[file]++;
        }

        foreach (var term in _terms.Read(System.IO.Path.GetFileNameWithoutExtension(path.AsSpan())))
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, term, out _);
            count.Base = (byte)Math.Min(count.Base + 1, byte.MaxValue);
            _baseNorms[file]++;
        }
    }

    private static (int[] First, Posting[] Postings) Group(List<(int Term, Posting Posting)> found, int terms)
    {
        var first = new int[terms + 1];
        foreach (var (term, _) in found)
        {
            first[term + 1]++;
        }

        for (var term = 0; term < terms; term++)
        {
            first[term + 1] += first[term];
        }

        var next = (int[])first.Clone();
        var postings = new Posting[found.Count];
        foreach (var (term, posting) in found)
        {
            postings[next[term]++] = posting;
        }

        return (first, postings);
    }

    /// <summary>Is one file that holds a term.</summary>
    /// <param name="InPath">How often in the path, base name and extension among it.</param>
    /// <param name="InBase">How often in the name of the file, without its extension.</param>
    public readonly record struct Posting(int File, byte InPath, byte InBase);
}
