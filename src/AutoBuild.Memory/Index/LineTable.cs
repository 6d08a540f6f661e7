namespace AutoBuild.Memory.Index;

/// <summary>Knows where the lines of a text begin, and how much stands in them.</summary>
internal sealed class LineTable
{
    private readonly List<int> _starts = [];

    // Signs before each line, indentation and empty lines left out.
    private readonly List<int> _signs = [];
    private readonly string _text;

    public LineTable(string text)
    {
        _text = text;
        var signs = 0;
        for (var at = 0; at < text.Length;)
        {
            _starts.Add(at);
            _signs.Add(signs);
            var line = text.AsSpan(at);
            var end = line.IndexOf('\n') is var found and >= 0 ? found + 1 : line.Length;
            signs += line[..end].IndexOfAnyExcept(" \t\r\n") is var indent and >= 0 ? end - indent : 0;
            at += end;
        }

        _signs.Add(signs);
    }

    /// <summary>How many there are; a break at the end begins no line.</summary>
    public int Count => _starts.Count;

    /// <summary>Where a line begins, counted from 0; the text's end for the one after the last.</summary>
    public int Start(int line) => line < _starts.Count ? _starts[line] : _text.Length;

    /// <summary>Signs in a run of lines.</summary>
    public int Signs(int from, int to) => _signs[to] - _signs[from];

    public bool IsBlank(int line) => _signs[line + 1] == _signs[line];

    /// <summary>The line, counted from 0, that an offset is in; the one after the last for the text's end.</summary>
    public int At(int offset) => offset >= _text.Length ? Count : _starts.BinarySearch(offset) is var at && at >= 0 ? at : ~at - 1;
}
