using System.Text;
using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Journal;

/// <summary>Appends to <c>events.ndjson</c>: numbered without gaps, masked, one write per line.</summary>
/// <remarks>An event that can't be written is left out, whole, and told to <c>failed</c>: nobody who adds one has to expect a full disk.</remarks>
internal sealed class EventLog : IDisposable
{
    private const int LongestText = 4_000;

    private readonly FileStream _file;
    private readonly TimeProvider _time;
    private readonly Func<string, string> _mask;
    private readonly Action<IOException>? _failed;
    private readonly Lock _gate = new();
    private long _seq;
    private bool _closed;

    /// <summary>Opens or continues the file; a line that an earlier writer left unfinished is cut off.</summary>
    public EventLog(string path, TimeProvider time, Func<string, string> mask, Action<IOException>? failed = null)
    {
        (_time, _mask, _failed) = (time, mask, failed);
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        _seq = Continue();
    }

    public void Add(RunEventKind kind, string? text = null, string? name = null, int? round = null) =>
        Add(new RunEvent { Seq = 0, At = default, Kind = kind, Text = text, Name = name, Round = round });

    public void Add(RunPhase phase, int? round = null) =>
        Add(new RunEvent { Seq = 0, At = default, Kind = RunEventKind.Phase, Phase = phase, Round = round });

    /// <summary>Adds an event; its number and time are given here.</summary>
    public void Add(RunEvent what)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }
            Write(EventWriter.Line(what with { Seq = _seq + 1, At = _time.GetUtcNow(), Text = Clean(what.Text), Name = Clean(what.Name), SessionId = Clean(what.SessionId) }));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            try
            {
                _file.Flush(flushToDisk: true);
            }
            catch (IOException fault)
            {
                _failed?.Invoke(fault);
            }
            _file.Dispose();
        }
    }

    private void Write(byte[] line)
    {
        var end = _file.Length;
        try
        {
            _file.Write(line);
            _seq++;
        }
        catch (IOException fault)
        {
            // Half a line would spoil the next.
            _file.SetLength(end);
            _file.Seek(end, SeekOrigin.Begin);
            _failed?.Invoke(fault);
        }
    }

    private string? Clean(string? text) => text is null ? null : Shorten(_mask(text));

    private static string Shorten(string text)
    {
        if (text.Length <= LongestText)
        {
            return text;
        }
        var end = char.IsHighSurrogate(text[LongestText - 2]) ? LongestText - 2 : LongestText - 1;
        return text[..end] + "…";
    }

    private long Continue()
    {
        if (_file.Length == 0)
        {
            return 0;
        }
        using var reader = new StreamReader(_file, Encoding.UTF8, leaveOpen: true);
        var text = reader.ReadToEnd();
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        _file.SetLength(Encoding.UTF8.GetByteCount(whole));
        _file.Seek(0, SeekOrigin.End);
        return whole.Split('\n', StringSplitOptions.RemoveEmptyEntries) is [.., var last] ? CoreJson.Read<RunEvent>(last).Seq : 0;
    }
}
