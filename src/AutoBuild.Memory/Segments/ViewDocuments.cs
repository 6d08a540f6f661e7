namespace AutoBuild.Memory.Segments;

/// <summary>Says which documents of a snapshot the files of a view are. It holds numbers only, and outlives the snapshot.</summary>
public sealed class ViewDocuments
{
    private readonly SegmentFiles[] _segments;

    internal ViewDocuments(View view, IndexSnapshot snapshot)
    {
        Version = snapshot.Version;
        var files = FilesByKey(view);
        var places = new DocumentPlace?[view.Files.Count];
        for (var segment = 0; segment < snapshot.Segments.Count; segment++)
        {
            Place(snapshot.Segments[segment], segment, view, files, places);
        }

        Places = places;
        _segments = [.. snapshot.Segments.Select((segment, i) => new SegmentFiles(segment.DocumentCount, i, places))];
        Unknown = places.Count(place => place is null);
    }

    /// <summary>Of the snapshot.</summary>
    public long Version { get; }

    /// <summary>Where each file of the view stands; null while its text is not indexed.</summary>
    public IReadOnlyList<DocumentPlace?> Places { get; }

    /// <summary>How many files have a text that is not indexed.</summary>
    public int Unknown { get; }

    /// <summary>The files of one segment of the snapshot.</summary>
    public SegmentFiles this[int segment] => _segments[segment];

    private static int[] FilesByKey(View view)
    {
        var contents = new UInt128[view.Files.Count];
        var files = new int[contents.Length];
        for (var i = 0; i < contents.Length; i++)
        {
            (contents[i], files[i]) = (view.Files[i].Key.Content, i);
        }

        Array.Sort(contents, files);
        return files;
    }

    // Both sides are ordered by content, so one pass over them finds all; where a text is in two segments the first has it.
    private static void Place(Segment segment, int number, View view, int[] files, DocumentPlace?[] places)
    {
        var at = 0;
        foreach (var document in segment.ByContent)
        {
            var content = segment.Content(document);
            while (at < files.Length && view.Files[files[at]].Key.Content < content)
            {
                at++;
            }

            for (var i = at; i < files.Length && view.Files[files[i]].Key.Content == content; i++)
            {
                if (view.Files[files[i]].Key.Language == segment.Key(document).Language)
                {
                    places[files[i]] ??= new DocumentPlace(number, document);
                }
            }
        }
    }
}
