using System.Globalization;
using System.Text;

namespace AutoBuild.Runner.Journal;

/// <summary>Keeps raw output in <c>agent.log</c>, of which at most a given number of bytes stay: the first and the last halves.</summary>
/// <remarks>
/// The first half goes to the log itself. What follows goes to two segments beside it, written in turn, so that memory stays small;
/// closing puts the last half behind a line that says how much is missing.
/// </remarks>
internal sealed class RawLog : IDisposable
{
    private readonly string _path;
    private readonly long _half;
    private readonly FileStream _head;
    private readonly Lock _gate = new();
    private FileStream? _tail;
    private long _past;
    private bool _closed;

    public RawLog(string path, long limit)
    {
        (_path, _half) = (path, Math.Max(1, limit / 2));
        _head = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
    }

    private string Current => _path + ".tail";

    private string Previous => _path + ".tail.1";

    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }
            var room = (int)Math.Clamp(_half - _head.Position, 0, bytes.Length);
            _head.Write(bytes[..room]);
            WriteTail(bytes[room..]);
        }
    }

    public void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }
            _closed = true;
            if (_tail is not null)
            {
                Join();
            }
            _head.Flush(flushToDisk: true);
            _head.Dispose();
        }
    }

    private void WriteTail(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_tail is null || _tail.Position >= _half)
            {
                Turn();
            }
            var part = bytes[..(int)Math.Min(_half - _tail!.Position, bytes.Length)];
            _tail.Write(part);
            _past += part.Length;
            bytes = bytes[part.Length..];
        }
    }

    private void Turn()
    {
        if (_tail is not null)
        {
            _tail.Dispose();
            File.Move(Current, Previous, overwrite: true);
        }
        _tail = new FileStream(Current, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
    }

    private void Join()
    {
        var kept = Math.Min(_past, _half);
        if (_past > kept)
        {
            var line = string.Create(CultureInfo.InvariantCulture,
                $"\n[autobuild: {_past - kept} bytes left out here; the first {_half} and the last {kept} are kept]\n");
            _head.Write(Encoding.UTF8.GetBytes(line));
        }
        var fromPrevious = kept - _tail!.Length;
        if (fromPrevious > 0)
        {
            using var previous = File.OpenRead(Previous);
            previous.Seek(-fromPrevious, SeekOrigin.End);
            previous.CopyTo(_head);
        }
        _tail.Seek(0, SeekOrigin.Begin);
        _tail.CopyTo(_head);
        _tail.Dispose();
        File.Delete(Current);
        File.Delete(Previous);
    }
}
