using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using AutoBuild.Core.Memory;
using AutoBuild.Memory.Search;

namespace AutoBuild.Memory.Vectors;

/// <summary>Keeps vectors in mapped files below a folder, one for each model and width, and looks at each that is asked for: nothing is missed, and a hundred thousand take a few milliseconds.</summary>
/// <param name="folder">Of one process at a time, as all of the memory's files.</param>
public sealed class MappedVectors(string folder) : IVectorStore
{
    private readonly ReaderWriterLockSlim _gate = new();
    private readonly Dictionary<VectorSpace, VectorFile> _files = [];
    private readonly ConditionalWeakTable<IReadOnlyList<ChunkKey>, Known> _known = [];

    public Task AddAsync(VectorSpace space, IReadOnlyList<ChunkVector> vectors, CancellationToken cancel)
    {
        foreach (var vector in vectors)
        {
            if (vector.Values.Length != space.Dimension)
            {
                throw new ArgumentException($"A vector has {vector.Values.Length} numbers; the space has {space.Dimension}.", nameof(vectors));
            }
        }

        return Task.Run(() => Write(() => Open(space).Add(vectors)), cancel);
    }

    public Task<IReadOnlyList<ChunkKey>> MissingAsync(VectorSpace space, IReadOnlyList<ChunkKey> chunks, CancellationToken cancel) => Task.Run(
        () => Read<IReadOnlyList<ChunkKey>>(space, file => [.. chunks.Where(chunk => !file.Holds(RowKey.Of(chunk)))]), cancel);

    public Task<IReadOnlyList<NearChunk>> NearestAsync(VectorSpace space, ReadOnlyMemory<float> query, IReadOnlyList<ChunkKey> among, int count, CancellationToken cancel)
    {
        if (query.Length != space.Dimension)
        {
            throw new ArgumentException($"The query has {query.Length} numbers; the space has {space.Dimension}.", nameof(query));
        }

        return Task.Run(() => Read(space, file => Nearest(file, query.Span, among, count)), cancel);
    }

    public Task DeleteAsync(string model, CancellationToken cancel) => Task.Run(() => Write(() =>
    {
        foreach (var space in _files.Keys.Where(space => space.Model == model).ToList())
        {
            _files.Remove(space, out var file);
            file!.Dispose();
        }

        foreach (var path in Directory.Exists(folder) ? Directory.GetFiles(folder, $"{Stem(model)}-*.vec") : [])
        {
            File.Delete(path);
        }
    }), cancel);

    public void Dispose()
    {
        foreach (var file in _files.Values)
        {
            file.Dispose();
        }

        _files.Clear();
        _gate.Dispose();
    }

    // A model's name may hold anything, and a file's name may not.
    private static string Stem(string model) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(model)))[..16];

    private VectorFile Open(VectorSpace space)
    {
        if (!_files.TryGetValue(space, out var file))
        {
            Directory.CreateDirectory(folder);
            var name = string.Create(CultureInfo.InvariantCulture, $"{Stem(space.Model)}-{space.Dimension}.vec");
            _files[space] = file = new VectorFile(Path.Combine(folder, name), space);
        }

        return file;
    }

    private IReadOnlyList<NearChunk> Nearest(VectorFile file, ReadOnlySpan<float> query, IReadOnlyList<ChunkKey> among, int count)
    {
        var bytes = new sbyte[query.Length];
        var scale = ByteVector.Quantise(query, bytes);
        var rows = _known.GetOrCreateValue(among).Rows(file, among);
        var scores = ArrayPool<float>.Shared.Rent(Math.Max(1, rows.Length));
        try
        {
            for (var i = 0; i < rows.Length; i++)
            {
                scores[i] = rows[i] < 0 ? 0 : file.Cosine(rows[i], bytes, scale);
            }

            return [.. Top.Of(scores.AsSpan(0, rows.Length), count).Select(place => new NearChunk(place, Math.Min(1, scores[place])))];
        }
        finally
        {
            ArrayPool<float>.Shared.Return(scores);
        }
    }

    private T Read<T>(VectorSpace space, Func<VectorFile, T> read)
    {
        if (!Within(_gate.EnterReadLock, () => _files.ContainsKey(space), _gate.ExitReadLock))
        {
            Write(() => Open(space));
        }

        return Within(_gate.EnterReadLock, () => read(_files[space]), _gate.ExitReadLock);
    }

    private void Write(Action write) => Within(_gate.EnterWriteLock, () =>
    {
        write();
        return true;
    }, _gate.ExitWriteLock);

    private static T Within<T>(Action enter, Func<T> act, Action exit)
    {
        enter();
        try
        {
            return act();
        }
        finally
        {
            exit();
        }
    }

    // Where the chunks of a list stand in a file, as long as it has no more rows.
    private sealed class Known
    {
        private readonly Lock _lock = new();
        private VectorFile? _file;
        private long _version;
        private int[] _rows = [];

        public int[] Rows(VectorFile file, IReadOnlyList<ChunkKey> chunks)
        {
            lock (_lock)
            {
                if (_file != file || _version != file.Version)
                {
                    (_file, _version, _rows) = (file, file.Version, [.. chunks.Select(chunk => file.Find(RowKey.Of(chunk)))]);
                }

                return _rows;
            }
        }
    }
}
