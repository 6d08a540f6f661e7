namespace AutoBuild.Orchestrator.Runs;

/// <summary>Reads several streams as one; each counts with the length it had when this one was made.</summary>
internal sealed class JoinedStream(IReadOnlyList<(Stream Stream, long Length)> parts) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; } = parts.Sum(part => part.Length);

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer) => Place(buffer.Length) is (var stream, var most) ? Moved(stream.Read(buffer[..most])) : 0;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Place(buffer.Length) is (var stream, var most) ? Moved(await stream.ReadAsync(buffer[..most], cancellationToken)) : 0;

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => _position = Math.Max(0, origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        SeekOrigin.End => Length + offset,
    });

    public override void Flush()
    {
        // Nothing is written.
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        foreach (var (stream, _) in parts)
        {
            stream.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Moved(int count)
    {
        _position += count;
        return count;
    }

    private (Stream Stream, int Most)? Place(int wanted)
    {
        var start = 0L;
        foreach (var (stream, length) in parts)
        {
            if (_position < start + length)
            {
                stream.Seek(_position - start, SeekOrigin.Begin);
                return (stream, (int)Math.Min(wanted, start + length - _position));
            }

            start += length;
        }

        return null;
    }
}
