using System.Globalization;
using System.Text;
using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Journal;

/// <summary>Keeps raw output in <c>agent.log</c>, of which at most a given number of bytes stay: the first and the last halves.</summary>
/// <remarks>
/// The first half goes to the log itself. What follows goes to segments in a folder beside it, of which the last two stay, so that memory
/// stays small and a reader finds the newest; closing puts the last half behind a line that says how much is missing.
/// What can't be written is told to <c>failed</c> and left out.
/// </remarks>
internal sealed class RawLog : IDisposable
{
    private readonly RunFolder _folder;
    private readonly long _half;
    private readonly FileStream _head;
    private readonly Action<IOException>? _failed;
    private readonly Lock _gate = new();
    private FileStream? _tail;
    private long _past;
    private bool _closed;

    public RawLog(RunFolder folder, long limit, Action<IOException>? failed = null)
    {
        (_folder, _half, _failed) = (folder, Math.Max(1, limit / 2), failed);
        _head = new FileStream(folder.AgentLog, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }
            try
            {
                var room = (int)Math.Clamp(_half - _head.Position, 0, bytes.Length);
                _head.Write(bytes[..room]);
                WriteTail(bytes[room..]);
            }
            catch (IOException fault)
            {
                _failed?.Invoke(fault);
            }
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
            try
            {
                Join();
                _head.Flush(flushToDisk: true);
            }
            catch (IOException fault)
            {
                // The segments stay where they are, and readers find them.
                _failed?.Invoke(fault);
            }
            _tail?.Dispose();
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

    // The next is there before the oldest goes: a reader never finds a hole.
    private void Turn()
    {
        Directory.CreateDirectory(_folder.AgentLogTail);
        var next = new FileStream(Segment(_past), FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        _tail?.Dispose();
        _tail = next;
        if (_past >= 2 * _half)
        {
            File.Delete(Segment(_past - (2 * _half)));
        }
    }

    private string Segment(long past) => Path.Combine(_folder.AgentLogTail, (_half + past).ToString("D15", CultureInfo.InvariantCulture));

    private void Join()
    {
        if (_tail is null)
        {
            return;
        }
        var kept = Math.Min(_past, _half);
        if (_past > kept)
        {
            var line = string.Create(CultureInfo.InvariantCulture,
                $"\n[autobuild: {_past - kept} bytes left out here; the first {_half} and the last {kept} are kept]\n");
            _head.Write(Encoding.UTF8.GetBytes(line));
        }
        var fromPrevious = kept - _tail.Length;
        if (fromPrevious > 0)
        {
            using var previous = File.OpenRead(Segment(_past - _tail.Length - _half));
            previous.Seek(-fromPrevious, SeekOrigin.End);
            previous.CopyTo(_head);
        }
        _tail.Seek(0, SeekOrigin.Begin);
        _tail.CopyTo(_head);
        // Renamed first: to a reader the segments are gone at once.
        var joined = _folder.AgentLogTail + ".joined";
        Directory.Move(_folder.AgentLogTail, joined);
        Directory.Delete(joined, recursive: true);
    }
}
