namespace AutoBuild.Memory.Segments;

/// <summary>Says for each document of a segment which files of a view it is: none, one, or several of equal content.</summary>
public sealed class SegmentFiles
{
    private readonly int[] _starts;
    private readonly int[] _files;

    internal SegmentFiles(int documents, int segment, IReadOnlyList<DocumentPlace?> places)
    {
        _starts = new int[documents + 1];
        foreach (var place in places)
        {
            if (place is { } here && here.Segment == segment)
            {
                _starts[here.Document + 1]++;
            }
        }

        for (var document = 0; document < documents; document++)
        {
            Documents += _starts[document + 1] > 0 ? 1 : 0;
            _starts[document + 1] += _starts[document];
        }

        _files = new int[_starts[documents]];
        var next = _starts.AsSpan(0, documents).ToArray();
        for (var file = 0; file < places.Count; file++)
        {
            if (places[file] is { } here && here.Segment == segment)
            {
                _files[next[here.Document]++] = file;
            }
        }
    }

    /// <summary>How many documents of the segment the view holds.</summary>
    public int Documents { get; }

    /// <summary>Whether the view holds a document.</summary>
    public bool Holds(int document) => _starts[document + 1] > _starts[document];

    /// <summary>The places among the view's files, ascending.</summary>
    public ReadOnlySpan<int> this[int document] => _files.AsSpan(_starts[document], _starts[document + 1] - _starts[document]);
}
