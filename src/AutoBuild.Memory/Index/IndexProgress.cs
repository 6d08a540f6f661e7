namespace AutoBuild.Memory.Index;

/// <summary>Counts what an indexing run has done; many threads write it, anyone may read it.</summary>
public sealed class IndexProgress
{
    private int _done;
    private int _total;
    private long _bytes;
    private int _redacted;

    /// <summary>Files that are read, or were known.</summary>
    public int Done => Volatile.Read(ref _done);

    public int Total => Volatile.Read(ref _total);

    /// <summary>Bytes of the files that were read.</summary>
    public long BytesRead => Interlocked.Read(ref _bytes);

    /// <summary>Places where a secret was taken out.</summary>
    public int Redacted => Volatile.Read(ref _redacted);

    internal void Begin(int total) => (_total, _done) = (total, 0);

    internal void Known(int files) => Interlocked.Add(ref _done, files);

    internal void Read(long bytes, int redacted)
    {
        Interlocked.Add(ref _bytes, bytes);
        Interlocked.Add(ref _redacted, redacted);
    }
}
