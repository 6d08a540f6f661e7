using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using AutoBuild.Core.Memory;

namespace AutoBuild.Memory.Vectors;

/// <summary>Is the file of one space: rows of equal length that are only ever added, mapped for reading. Whoever calls sees to it that nobody reads while rows are added.</summary>
/// <remarks>A row that was cut or damaged does not count: its chunk has no vector and gets one again.</remarks>
internal sealed unsafe class VectorFile : IDisposable
{
    private readonly FileStream _file;
    private readonly int _rowBytes;
    private readonly Dictionary<RowKey, int> _rows = [];
    private MemoryMappedFile? _map;
    private MemoryMappedViewAccessor? _view;
    private byte* _start;
    private int _count;

    public VectorFile(string path, VectorSpace space)
    {
        (Space, _rowBytes) = (space, VectorRow.Size + space.Dimension);
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1);
        try
        {
            _file.SetLength(_file.Length / _rowBytes * _rowBytes);
            Take();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public VectorSpace Space { get; }

    public string Path => _file.Name;

    /// <summary>Grows with every change.</summary>
    public long Version => _count;

    public bool Holds(RowKey key) => _rows.ContainsKey(key);

    /// <summary>The row of a chunk; -1 where it has none.</summary>
    public int Find(RowKey key) => _rows.GetValueOrDefault(key, -1);

    public void Add(IReadOnlyList<ChunkVector> vectors)
    {
        var bytes = new byte[(long)vectors.Count * _rowBytes];
        for (var i = 0; i < vectors.Count; i++)
        {
            VectorRow.Write(bytes.AsSpan(i * _rowBytes, _rowBytes), RowKey.Of(vectors[i].Key), vectors[i].Values.Span);
        }

        RandomAccess.Write(_file.SafeFileHandle, bytes, (long)_count * _rowBytes);
        Take();
    }

    /// <summary>The cosine of a row with a query that was made bytes as well.</summary>
    public float Cosine(int row, ReadOnlySpan<sbyte> query, float scale)
    {
        var bytes = Row(row);
        return ByteVector.Dot(MemoryMarshal.Cast<byte, sbyte>(bytes[VectorRow.Size..]), query) * MemoryMarshal.Read<VectorRow>(bytes).Scale * scale;
    }

    public void Dispose()
    {
        Unmap();
        _file.Dispose();
    }

    // Takes in the rows that are new.
    private void Take()
    {
        var count = checked((int)(RandomAccess.GetLength(_file.SafeFileHandle) / _rowBytes));
        if (count > 0)
        {
            Map();
        }

        for (; _count < count; _count++)
        {
            if (VectorRow.IsWhole(Row(_count)))
            {
                _rows[MemoryMarshal.Read<VectorRow>(Row(_count)).Key] = _count;
            }
        }
    }

    // The old map stays until the new one stands: rows that are known can be read whatever fails.
    private void Map()
    {
        var map = MemoryMappedFile.CreateFromFile(_file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        var view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        Unmap();
        (_map, _view) = (map, view);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    private ReadOnlySpan<byte> Row(int row) => new(_start + (long)row * _rowBytes, _rowBytes);

    private void Unmap()
    {
        if (_view is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _map!.Dispose();
            (_view, _map) = (null, null);
            _start = null;
        }
    }
}
