using System.Buffers;
using System.Text;

namespace AutoBuild.Runner.Journal;

/// <summary>Cuts a byte stream into lines of text; of an endless line only the beginning is kept.</summary>
internal sealed class LineSplitter(Action<string> onLine, int longest = 1 << 20)
{
    private readonly ArrayBufferWriter<byte> _line = new();

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
        _line.ResetWrittenCount();
        onLine(text);
    }

    private void Keep(ReadOnlySpan<byte> bytes) => _line.Write(bytes[..Math.Min(bytes.Length, longest - _line.WrittenCount)]);
}
