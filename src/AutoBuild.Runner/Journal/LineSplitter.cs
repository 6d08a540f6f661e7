using System.Buffers;
using System.Text;

namespace AutoBuild.Runner.Journal;

/// <summary>Cuts a byte stream into lines of text; of an endless line only the beginning is kept, 16 MiB by default.</summary>
/// <remarks>What an agent read or was shown is one line of its output, files and pictures too.</remarks>
internal sealed class LineSplitter(Action<string> onLine, int longest = 16 << 20)
{
    private const int Usual = 1 << 20;

    private ArrayBufferWriter<byte> _line = new();

    public void Push(ReadOnlySpan<byte> bytes)
    {
        for (var end = bytes.IndexOf((byte)'\n'); end >= 0; end = bytes.IndexOf((byte)'\n'))
        {
            Keep(bytes[..end]);
            Flush();
            bytes = bytes[(end + 1)..];
        }
        Keep(bytes);
    }

    /// <summary>Gives out what stands behind the last line break.</summary>
    public void Flush()
    {
        if (_line.WrittenCount == 0)
        {
            return;
        }
        var text = Encoding.UTF8.GetString(_line.WrittenSpan).TrimEnd('\r');
        if (_line.Capacity > Usual)
        {
            _line = new();
        }
        _line.ResetWrittenCount();
        onLine(text);
    }

    private void Keep(ReadOnlySpan<byte> bytes) => _line.Write(bytes[..Math.Min(bytes.Length, longest - _line.WrittenCount)]);
}
