using AutoBuild.Memory.Index;

namespace AutoBuild.Memory.Segments;

/// <summary>Is the index as it stood at one moment: its segments stay readable until it is given back, whatever is merged or dropped meanwhile.</summary>
public sealed class IndexSnapshot : IDisposable
{
    private readonly SharedSegment[] _shared;
    private int _open = 1;

    internal IndexSnapshot(SharedSegment[] shared, long version)
    {
        _shared = shared;
        Version = version;
        Segments = Array.ConvertAll(shared, one => one.Segment);
    }

    public IReadOnlyList<Segment> Segments { get; }

    /// <summary>Grows whenever segments come or go.</summary>
    public long Version { get; }

    /// <summary>Finds a document; null where it is not indexed.</summary>
    public DocumentPlace? Find(BlobKey key)
    {
        for (var segment = 0; segment < Segments.Count; segment++)
        {
            if (Segments[segment].Find(key) is >= 0 and var document)
            {
                return new DocumentPlace(segment, document);
            }
        }

        return null;
    }

    /// <summary>Gives the segments back; nothing of them may be read after that.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _open, 0) == 1)
        {
            Array.ForEach(_shared, one => one.Release());
        }
    }
}

/// <summary>Is where a document stands in a snapshot.</summary>
/// <param name="Segment">Its place among the segments.</param>
/// <param name="Document">Its number there.</param>
public readonly record struct DocumentPlace(int Segment, int Document);
