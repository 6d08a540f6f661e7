using System.Buffers;
using System.Buffers.Binary;

namespace AutoBuild.Memory.Segments;

/// <summary>Writes a segment file from front to back and sums its pages on the way.</summary>
/// <remarks>What stands under its name before the end is a part that no reader takes: the foot comes last.</remarks>
internal sealed class SegmentStream : IBufferWriter<byte>, IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _file;
    private readonly (long At, long Length)[] _sections = new (long, long)[SegmentFormat.Sections];
    private readonly List<uint> _sums = [];
    private byte[] _buffer = new byte[SegmentFormat.PageSize * 4];
    private int _filled;
    private long _flushed;

    public SegmentStream(string path)
    {
        _file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0, UnixCreateMode = OwnerOnly });
        this.Write(SegmentFormat.Mark);
    }

    /// <summary>How much was written.</summary>
    public long Length => _flushed + _filled;

    /// <summary>Begins a section, which ends where the next begins.</summary>
    public void Begin(Section section)
    {
        var gap = (int)(-Length & (SegmentFormat.Alignment - 1));
        GetSpan(gap)[..gap].Clear();
        Advance(gap);
        _sections[(int)section].At = Length;
    }

    public void End(Section section) => _sections[(int)section].Length = Length - _sections[(int)section].At;

    /// <summary>Writes the sums and the foot, and returns when it all is on the disk.</summary>
    public void Finish()
    {
        FlushPages(whole: false);
        var foot = new ArrayBufferWriter<byte>();
        foreach (var sum in _sums)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(foot.GetSpan(sizeof(uint)), sum);
            foot.Advance(sizeof(uint));
        }

        var (sums, length) = (_flushed, _flushed + foot.WrittenCount + SegmentFormat.FootBytes);
        foreach (var number in _sections.SelectMany(section => new[] { section.At, section.Length }).Append(sums).Append(length))
        {
            BinaryPrimitives.WriteInt64LittleEndian(foot.GetSpan(sizeof(long)), number);
            foot.Advance(sizeof(long));
        }

        BinaryPrimitives.WriteUInt32LittleEndian(foot.GetSpan(sizeof(uint)), Checksum.Of(foot.WrittenSpan));
        foot.Advance(sizeof(uint));
        foot.Write(SegmentFormat.Mark);
        _file.Write(foot.WrittenSpan);
        _file.Flush(flushToDisk: true);
    }

    public void Advance(int count)
    {
        _filled += count;
        if (_filled >= SegmentFormat.PageSize * 2)
        {
            FlushPages(whole: true);
        }
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        if (_buffer.Length - _filled < Math.Max(sizeHint, 1))
        {
            Array.Resize(ref _buffer, _filled + sizeHint + SegmentFormat.PageSize);
        }

        return _buffer.AsSpan(_filled);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        GetSpan(sizeHint);
        return _buffer.AsMemory(_filled);
    }

    public void Dispose() => _file.Dispose();

    private void FlushPages(bool whole)
    {
        var length = whole ? _filled - _filled % SegmentFormat.PageSize : _filled;
        for (var at = 0; at < length; at += SegmentFormat.PageSize)
        {
            _sums.Add(Checksum.Of(_buffer.AsSpan(at, Math.Min(SegmentFormat.PageSize, length - at))));
        }

        _file.Write(_buffer.AsSpan(0, length));
        _buffer.AsSpan(length, _filled - length).CopyTo(_buffer);
        _flushed += length;
        _filled -= length;
    }
}
