using System.Text;
using System.Text.RegularExpressions;

namespace AutoBuild.Runner.Qa;

/// <summary>Keeps the end of what a check prints, both streams in the order they came.</summary>
internal sealed partial class CheckOutput
{
    private const int Kept = 64 * 1024;
    private const int MaxBytes = 8 * 1024;
    private const int MaxLines = 80;

    private readonly List<byte> _bytes = [];

    internal void Append(ReadOnlyMemory<byte> chunk)
    {
        _bytes.AddRange(chunk.Span);
        if (_bytes.Count > 2 * Kept)
        {
            _bytes.RemoveRange(0, _bytes.Count - Kept);
        }
    }

    /// <summary>Returns all that is kept, without colours and overwritten progress lines.</summary>
    internal string Text => Overwritten().Replace(Escape().Replace(Encoding.UTF8.GetString([.. _bytes]), ""), "");

    /// <summary>Cuts text to its last 80 lines and 8 KB, whole lines where there is a choice.</summary>
    internal static string Tail(string text)
    {
        var lines = text.TrimEnd().Split('\n');
        var first = Math.Max(0, lines.Length - MaxLines);
        for (var size = lines[first..].Sum(Size); size > MaxBytes && first < lines.Length - 1; first++)
        {
            size -= Size(lines[first]);
        }
        var tail = string.Join('\n', lines[first..]);
        return tail.Length > MaxBytes ? tail[^MaxBytes..] : tail;
    }

    private static int Size(string line) => Encoding.UTF8.GetByteCount(line) + 1;

    [GeneratedRegex(@"\x1B(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1B]*(\x07|\x1B\\)|[@-Z\\^_=>()][0-9A-B]?)")]
    private static partial Regex Escape();

    [GeneratedRegex(@"\r(?=\n)|[^\n\r]*\r(?=[^\n])")]
    private static partial Regex Overwritten();
}
