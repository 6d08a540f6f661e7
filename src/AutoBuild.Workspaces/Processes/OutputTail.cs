using System.Text;

namespace AutoBuild.Workspaces;

/// <summary>Keeps the last bytes of a stream in a ring, so that a flood costs no more memory than a trickle.</summary>
internal sealed class OutputTail(int limit)
{
    private byte[] _ring = new byte[Math.Min(limit, 4096)];
    private long _total;

    public void Append(ReadOnlySpan<byte> data)
    {
        if (limit == 0)
        {
            return;
        }
        if (data.Length > limit)
        {
            _total += data.Length - limit;
            data = data[^limit..];
        }
        Grow(data.Length);
        var at = (int)(_total % _ring.Length);
        var head = Math.Min(data.Length, _ring.Length - at);
        data[..head].CopyTo(_ring.AsSpan(at));
        data[head..].CopyTo(_ring);
        _total += data.Length;
    }

    /// <summary>Decodes what is kept as UTF-8; a character cut in two by the ring's edge is left out.</summary>
    public override string ToString()
    {
        if (_total <= _ring.Length)
        {
            return Encoding.UTF8.GetString(_ring, 0, (int)_total);
        }
        var at = (int)(_total % _ring.Length);
        byte[] bytes = [.. _ring.AsSpan(at), .. _ring.AsSpan(0, at)];
        var start = 0;
        while (start < 4 && start < bytes.Length && (bytes[start] & 0xC0) == 0x80)
        {
            start++;
        }
        return Encoding.UTF8.GetString(bytes, start, bytes.Length - start);
    }

    // Until it has its full size the ring has never wrapped, so growing is a plain copy.
    private void Grow(int more)
    {
        if (_ring.Length < limit && _total + more > _ring.Length)
        {
            Array.Resize(ref _ring, (int)Math.Min(limit, Math.Max(_total + more, _ring.Length * 2L)));
        }
    }
}
