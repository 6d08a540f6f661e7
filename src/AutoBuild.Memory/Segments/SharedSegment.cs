namespace AutoBuild.Memory.Segments;

/// <summary>Counts who uses a segment, so that it is unmapped, and its file deleted if it was dropped, when the last one has left.</summary>
internal sealed class SharedSegment(Segment segment, string path)
{
    private int _users = 1;
    private volatile bool _dropped;

    public Segment Segment => segment;

    public string Path => path;

    public void Take() => Interlocked.Increment(ref _users);

    public void Release()
    {
        if (Interlocked.Decrement(ref _users) > 0)
        {
            return;
        }

        segment.Dispose();
        if (_dropped)
        {
            File.Delete(path);
        }
    }

    /// <summary>Gives up the catalogue's own share of a segment that is not listed any more.</summary>
    public void Drop()
    {
        _dropped = true;
        Release();
    }
}
