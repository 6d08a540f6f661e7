using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace AutoBuild.Memory.Segments;

/// <summary>Maps a segment file and checks each page of it when it is first read.</summary>
internal sealed unsafe class SegmentMap : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly (long At, long Length)[] _sections = new (long, long)[SegmentFormat.Sections];
    private readonly uint[] _sums;
    private readonly bool[] _checked;
    private readonly bool[] _whole = new bool[SegmentFormat.Sections];
    private readonly long _summed;

    private SegmentMap(string path, long length)
    {
        Path = path;
        Length = length;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _start = start + _view.PointerOffset;
        _summed = ReadFoot();
        _sums = MemoryMarshal.Cast<byte, uint>(Raw(_summed, Length - SegmentFormat.FootBytes - _summed)).ToArray();
        _checked = new bool[_sums.Length];
    }

    public string Path { get; }

    public long Length { get; }

    /// <summary>Is told when a page is damaged, before the read fails.</summary>
    public Action<string>? Damaged { get; set; }

    /// <summary>Opens it.</summary>
    /// <exception cref="InvalidDataException">It is cut, damaged, or of another version.</exception>
    public static SegmentMap Open(string path)
    {
        var length = new FileInfo(path).Length;
        if (length < SegmentFormat.HeadBytes + SegmentFormat.FootBytes)
        {
            throw new InvalidDataException("It is cut.");
        }

        return new SegmentMap(path, length);
    }

    public long LengthOf(Section section) => _sections[(int)section].Length;

    /// <summary>Reads a whole section.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public ReadOnlySpan<byte> Read(Section section)
    {
        var (at, length) = _sections[(int)section];
        if (!_whole[(int)section])
        {
            Read(section, 0, checked((int)length));
            _whole[(int)section] = true;
        }

        return Raw(at, length);
    }

    public ReadOnlySpan<T> Read<T>(Section section)
        where T : struct => MemoryMarshal.Cast<byte, T>(Read(section));

    /// <summary>Reads a part of a section.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public ReadOnlySpan<byte> Read(Section section, long at, int length)
    {
        var (start, whole) = _sections[(int)section];
        if (at < 0 || length < 0 || at > whole - length)
        {
            throw new InvalidDataException($"A part of {section} lies outside of it.");
        }

        Check(start + at, length);
        return new ReadOnlySpan<byte>(_start + start + at, length);
    }

    /// <summary>Checks all pages.</summary>
    /// <exception cref="InvalidDataException">One is damaged.</exception>
    public void CheckAll() => Check(0, _summed);

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private void Check(long at, long length)
    {
        if (length == 0)
        {
            return;
        }

        var last = (at + length - 1) / SegmentFormat.PageSize;
        for (var page = at / SegmentFormat.PageSize; page <= last; page++)
        {
            if (!_checked[page])
            {
                CheckPage(page);
            }
        }
    }

    private void CheckPage(long page)
    {
        var at = page * SegmentFormat.PageSize;
        if (Checksum.Of(Raw(at, Math.Min(SegmentFormat.PageSize, _summed - at))) != _sums[page])
        {
            var why = $"Page {page} is damaged.";
            Damaged?.Invoke(why);
            throw new InvalidDataException(why);
        }

        _checked[page] = true;
    }

    // Returns where the page sums begin.
    private long ReadFoot()
    {
        var foot = Raw(Length - SegmentFormat.FootBytes, SegmentFormat.FootBytes);
        if (!foot.EndsWith(SegmentFormat.Mark) || !Raw(0, SegmentFormat.HeadBytes).SequenceEqual(SegmentFormat.Mark))
        {
            throw new InvalidDataException("It is cut, or of another version.");
        }

        var numbers = MemoryMarshal.Cast<byte, long>(foot[..(SegmentFormat.Sections * 16 + 16)]);
        for (var i = 0; i < _sections.Length; i++)
        {
            _sections[i] = (numbers[i * 2], numbers[i * 2 + 1]);
        }

        var (sums, length) = (numbers[^2], numbers[^1]);
        var afterSum = SegmentFormat.HeadBytes + sizeof(uint);
        if (length != Length || sums < 0 || sums > Length - SegmentFormat.FootBytes
            || Checksum.Of(Raw(sums, Length - sums - afterSum)) != BinaryPrimitives.ReadUInt32LittleEndian(foot[^afterSum..]))
        {
            throw new InvalidDataException("Its foot is damaged.");
        }

        return sums;
    }

    private ReadOnlySpan<byte> Raw(long at, long length) => new(_start + at, checked((int)length));
}
