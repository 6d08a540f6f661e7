namespace AutoBuild.Merge.Lines;

/// <summary>Is a text cut into lines; every line keeps its line break, the last may have none.</summary>
internal sealed class SourceText
{
    private readonly int[] _starts;

    private SourceText(string text, int[] starts, string[] lines, int[] ids) => (Text, _starts, Lines, Ids) = (text, starts, lines, ids);

    public string Text { get; }

    /// <summary>The lines with their line breaks; equal lines of one merge are the same string.</summary>
    public string[] Lines { get; }

    /// <summary>A number for each line; equal lines of one merge have the same.</summary>
    public int[] Ids { get; }

    public int Count => Lines.Length;

    /// <summary>Offset of a line's first character; of the line after the last, the length of the text.</summary>
    public int StartOf(int line) => _starts[line];

    /// <summary>The line that holds the character at an offset; the count of lines at the end of the text.</summary>
    public int LineAt(int offset)
    {
        var found = Array.BinarySearch(_starts, offset);
        return found >= 0 ? found : ~found - 1;
    }

    public string Slice(LineSpan span) => Text[_starts[span.First].._starts[span.End]];

    public ReadOnlySpan<string> Of(LineSpan span) => Lines.AsSpan(span.First, span.Count);

    /// <summary>Cuts the texts of one merge, so that their lines can be compared by number.</summary>
    public static SourceText[] Cut(params ReadOnlySpan<string> texts)
    {
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        var distinct = new List<string>();
        var cut = new SourceText[texts.Length];
        for (var i = 0; i < texts.Length; i++)
        {
            cut[i] = Cut(texts[i], known, distinct);
        }

        return cut;
    }

    private static SourceText Cut(string text, Dictionary<string, int> known, List<string> distinct)
    {
        var byText = known.GetAlternateLookup<ReadOnlySpan<char>>();
        var (starts, ids) = (new List<int>(), new List<int>());
        var start = 0;
        while (start < text.Length)
        {
            var line = text.AsSpan(start);
            var end = line.IndexOf('\n');
            line = end < 0 ? line : line[..(end + 1)];
            if (!byText.TryGetValue(line, out var id))
            {
                id = distinct.Count;
                distinct.Add(line.ToString());
                known.Add(distinct[id], id);
            }

            starts.Add(start);
            ids.Add(id);
            start += line.Length;
        }

        starts.Add(text.Length);
        return new SourceText(text, [.. starts], [.. ids.Select(id => distinct[id])], [.. ids]);
    }
}
